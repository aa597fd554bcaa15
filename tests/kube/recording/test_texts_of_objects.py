"""Each text of an object with what it is, and packed ones too."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from typing import Any

from kubectl_imagepull.kube.recording.texts_of_objects import TextKind, with_texts


def texts(item: dict[str, Any]) -> dict[str, TextKind]:
    """What each text of an object is."""
    seen: dict[str, TextKind] = {}

    def look(text: str, kind: TextKind) -> str:
        seen[text] = kind
        return text

    assert with_texts({"kind": "List", "items": [item]}, look)["items"] == [item]
    return seen


def test_what_the_texts_of_a_pod_are() -> None:
    seen = texts(
        {
            "kind": "Pod",
            "metadata": {"name": "web-1", "labels": {"acme.example/team": "core", "pod-template-hash": "6b9f"}},
            "spec": {"containers": [{"name": "app", "image": "shop/web:1", "imagePullPolicy": "Always"}]},
            "status": {"phase": "Pending", "conditions": [{"message": "no such host", "status": "False"}]},
        }
    )
    assert seen == {
        "List": TextKind.FIXED,
        "Pod": TextKind.FIXED,
        "web-1": TextKind.NAME,
        "acme.example/team": TextKind.VALUE,
        "core": TextKind.NAME,
        "pod-template-hash": TextKind.VALUE,
        "6b9f": TextKind.FIXED,
        "app": TextKind.NAME,
        "shop/web:1": TextKind.IMAGE,
        "Always": TextKind.FIXED,
        "Pending": TextKind.FIXED,
        "no such host": TextKind.PROSE,
        "False": TextKind.FIXED,
    }


def test_a_custom_resource_and_a_chart_have_values() -> None:
    annotations = {"kubectl-imagepull/read-as": "CustomResource"}
    seen = texts({"kind": "Shop", "metadata": {"annotations": annotations}, "spec": {"web": {"image": "a/b"}}})
    assert (seen["web"], seen["a/b"]) == (TextKind.VALUE, TextKind.VALUE)
    seen = texts({"kind": "HelmRelease", "spec": {"chart": {"spec": {"chart": "shop"}}, "values": {"tag": "v9"}}})
    assert (seen["shop"], seen["tag"], seen["v9"]) == (TextKind.NAME, TextKind.VALUE, TextKind.VALUE)


def packed(text: str, *, zipped: bool, times: int) -> str:
    content = gzip.compress(text.encode(), mtime=0) if zipped else text.encode()
    for _ in range(times):
        content = b64encode(content)
    return content.decode()


def test_packed_texts_are_changed_inside() -> None:
    config = '{"auths": {"registry.acme.example": {"auth": "eDp5"}}}'
    secret = {
        "kind": "Secret",
        "data": {
            ".dockerconfigjson": packed(config, zipped=False, times=1),
            "release": packed(config, zipped=True, times=2),
            "binary": b64encode(b"\xff\xfe\xfd").decode(),
            "hidden": "REDACTED",
            "empty": "",
        },
    }
    changed = with_texts(
        {"items": [secret]}, lambda text, kind: text.replace("acme", "vomu") if kind is TextKind.CONTENT else text
    )
    data = changed["items"][0]["data"]
    assert json.loads(b64decode(data[".dockerconfigjson"])) == json.loads(config.replace("acme", "vomu"))
    assert gzip.decompress(b64decode(b64decode(data["release"]))).decode() == config.replace("acme", "vomu")
    assert {key: data[key] for key in ("binary", "hidden", "empty")} == {
        key: secret["data"][key]
        for key in ("binary", "hidden", "empty")  # type: ignore[index]  # it is JSON
    }

"""Files of manifests, and what in them decides which logins are sent."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from time import monotonic

from kubectl_imagepull.runs.manifest_files import read_manifests

POD = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}


def test_what_kubectl_wrote_of_a_large_cluster_is_read_in_seconds(tmp_path: Path) -> None:
    items = [
        {**POD, "metadata": {"name": f"p{n}", "labels": {str(k): "x" * 20 for k in range(20)}}} for n in range(8000)
    ]
    file = tmp_path / "all.json"
    file.write_text(json.dumps({"kind": "List", "items": items}))
    assert file.stat().st_size > 512 << 10
    started = monotonic()
    read = read_manifests([str(file)], "shop")
    assert (len(read.places), read.skipped) == (8000, ())
    assert monotonic() - started < 20
    assert {one.line for one in read.places} == {0}


def test_small_json_has_lines(tmp_path: Path) -> None:
    file = tmp_path / "pod.json"
    file.write_text(json.dumps(POD, indent=1))
    (place,) = read_manifests([str(file)], "shop").places
    assert file.read_text().splitlines()[place.line - 1].strip() == '"image": "nginx:1"'


def test_secrets_and_accounts_are_as_the_api_server_stores_them(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(
        "kind: Secret\nmetadata: {name: a}\ndata: {x: eQ==}\nstringData: {k: v}\n---\n"
        "kind: ServiceAccount\nmetadata: {name: b, namespace: other}\n---\nkind: ConfigMap\nmetadata: {name: c}\n"
    )
    secret, account = read_manifests([str(file)], "shop").objects
    assert (secret["metadata"]["namespace"], account["metadata"]["namespace"]) == ("shop", "other")
    assert {name: b64decode(value) for name, value in secret["data"].items()} == {"x": b"y", "k": b"v"}


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "none.yaml").write_text("- 1\n- 2\n")
    paths = [str(tmp_path / name) for name in ("binary.yaml", "none.yaml", "missing.yaml")]
    read = read_manifests(paths, "shop")
    assert [(Path(one.what).name, one.why) for one in read.skipped] == [
        ("binary.yaml", "is a binary file"),
        ("none.yaml", "holds no Kubernetes objects"),
        ("missing.yaml", "doesn't exist"),
    ]

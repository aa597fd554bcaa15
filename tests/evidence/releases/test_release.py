"""What is kept of a release, decoded; whatever else may be kept in its place."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from base64 import b64encode

import pytest
from stored_releases import payload, release, stored

from kubectl_imagepull.evidence.releases.release import UnreadableReleaseError, read_release


def test_a_secret_is_read_whole() -> None:
    hook = {"manifest": "kind: Job\n"}
    templates = [{"name": "a", "data": b64encode(b"image: x").decode()}, {"name": "b", "data": "%%%"}, {}]
    chart = {
        "metadata": {"name": "web", "version": "1.2.3+4", "appVersion": "9"},
        "values": {"a": 1},
        "templates": templates,
    }
    found = read_release(stored(release(hooks=[hook], chart=chart, namespace="target"), revision=7))
    assert (found.name, found.storage, found.namespace, found.revision) == ("web", "shop", "target", 7)
    assert (found.chart, found.version, found.app_version, found.status) == ("web", "1.2.3+4", "9", "deployed")
    assert found.defaults == {"a": 1}
    assert found.manifest.endswith("\n---\nkind: Job\n")
    assert found.templates == ("image: x", "", "")
    assert "image" not in repr(found)


def test_a_config_map_has_one_base64_less_and_old_releases_are_not_packed() -> None:
    document = release()
    plain = b64encode(json.dumps(document).encode()).decode()
    kept = {**stored(document), "kind": "ConfigMap", "data": {"release": payload(document)}}
    for one in (kept, {**kept, "data": {"release": plain}}, stored(document, data=b64encode(plain.encode()).decode())):
        assert read_release(one).config == document["config"]


@pytest.mark.parametrize("name", ["web; rm -rf /", "$(x)", "a b", "", 7, "x" * 200])
def test_a_chart_s_name_that_no_command_may_hold_is_left_out(name: object) -> None:
    assert read_release(stored(release(chart={"metadata": {"name": name, "version": name}}))).chart == ""


HOSTILE = {
    "empty": "",
    "no base64": "%%%",
    "no base64 inside": b64encode(b"%%%").decode(),
    "no gzip": b64encode(b64encode(b"\x1f\x8b\x08garbage")).decode(),
    "half": b64encode(payload(release())[:60].encode()).decode(),
    "no JSON": b64encode(payload(b"nope").encode()).decode(),
    "no text": b64encode(payload(b"\xff\xfe\x00").encode()).decode(),
    "deep": b64encode(payload(b"[" * 1_000_000).encode()).decode(),
    "wide": b64encode(payload(b"[" + b"{}," * 3_000_000 + b"{}]").encode()).decode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_release_is_refused(name: str) -> None:
    with pytest.raises(UnreadableReleaseError):
        read_release({**stored({}), "data": {"release": HOSTILE[name]}})


def test_a_document_without_fields_is_an_empty_release() -> None:
    found = read_release(stored([1]))
    assert (found.manifest, found.config, found.defaults, found.templates) == ("", {}, {}, ())


def test_a_bomb_costs_next_to_nothing() -> None:
    """A megabyte of zeros a thousand times over fits into a secret."""
    bomb = gzip.compress(b"0" * 400 * 2**20, 9)
    item = stored({}, data=b64encode(b64encode(bomb)).decode())
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(UnreadableReleaseError, match="it is larger than any release"):
        read_release(item)
    assert time.process_time() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    tracemalloc.stop()


def test_a_number_of_many_digits_takes_no_time() -> None:
    digits = b"9" * 2_000_000
    began = time.process_time()
    found = read_release(stored(b'{"config": {"a": ' + digits + b"}}"))
    assert found.config == {"a": float("inf")}
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "labels",
    [
        {},
        {"owner": "helm", "name": "web", "version": "x"},
        {"owner": "x", "name": "web", "version": "1"},
        {"owner": "helm", "name": "other", "version": "1"},
    ],
)
def test_an_object_without_helm_s_labels_is_no_release(labels: dict[str, str]) -> None:
    item = stored(release())
    item["metadata"]["labels"] = labels
    with pytest.raises(UnreadableReleaseError):
        read_release(item)

"""The key file: what is none is said, and so is a recording that needs another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kube.recordings import a_pod

from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.recording.head import PSEUDONYMS_STAND
from kubectl_imagepull.kube.recording.pseudonym_key import key_text, new_key, read_key, with_names
from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms

KEY = Pseudonyms("k1", {"vomu": "web"})


def a_key(folder: Path, key: Pseudonyms = KEY) -> str:
    path = folder / f"{key.key_id}.json"
    path.write_text(key_text(key), encoding="utf-8")
    return str(path)


def a_recording(folder: Path, pseudonyms: str = "k1") -> str:
    head = {"format": 1, "now": "2026-11-23T22:51:42Z", "kinds": ["Pod"], "pseudonyms": pseudonyms}
    path = folder / "recording.json"
    path.write_text(json.dumps({"kind": "List", "items": [a_pod("vomu-1")], "recording": head}), encoding="utf-8")
    return str(path)


def test_a_key_is_read_as_it_was_written(tmp_path: Path) -> None:
    key = read_key(a_key(tmp_path))
    assert (key.key_id, key.names) == (KEY.key_id, KEY.names)
    assert new_key().key_id != new_key().key_id


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "is damaged: it was a key of 'record --pseudonyms'"),
        ('{"kind": "PseudonymKey", "format": 1, "id": "a", "names": {"a": "c", "b": "c"}}', "is damaged"),
        ('{"kind": "List", "items": []}', "is no key: 'record --pseudonyms' writes one"),
        ('{"kind": "PseudonymKey", "format": 2, "id": "a", "names": {}}', "is no key"),
        ('{"kind": "PseudonymKey", "format": 1, "id": "a", "names": {"a": 1}}', "is no key"),
        ("[]", "is no key"),
    ],
)
def test_what_is_no_key_is_said(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=fault):
        read_key(str(path))


def test_what_cant_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.json can't be read: no such file or directory"):
        read_key(str(tmp_path / "gone.json"))
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="binary can't be read: it is no text"):
        read_key(str(tmp_path / "binary"))


def test_a_recording_is_read_with_its_names(tmp_path: Path) -> None:
    snapshot = read_recording([a_recording(tmp_path)], key=a_key(tmp_path))
    assert [pod["metadata"]["name"] for pod in snapshot.pods] == ["web-1"]
    assert snapshot.skipped == ()


def test_without_the_key_it_is_said_that_names_are_pseudonyms(tmp_path: Path) -> None:
    snapshot = read_recording([a_recording(tmp_path)])
    assert [pod["metadata"]["name"] for pod in snapshot.pods] == ["vomu-1"]
    assert snapshot.skipped == (PSEUDONYMS_STAND,)


def test_another_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the recording was made with another key than that in .*k1\.json"):
        read_recording([a_recording(tmp_path, "k2")], key=a_key(tmp_path))


def test_a_recording_that_is_nested_too_deeply_is_said(tmp_path: Path) -> None:
    value: object = "vomu"
    for _ in range(100_000):
        value = [value]
    restore = with_names(a_key(tmp_path))
    with pytest.raises(SourceError, match="nested too deeply to give its names back"):
        restore({"kind": "List", "items": [{"kind": "Pod", "spec": value}]}, None)

"""A recording with pseudonyms holds no private name, reads to the same diagnoses, and turns back exactly."""

from __future__ import annotations

import gzip
import json
import random
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.recording.pseudonym_key import key_text, new_key, restored
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.recorder.pseudonymised import pseudonymised
from kubectl_imagepull.recorder.public_words import is_public_word
from kubectl_imagepull.recorder.recorded_list import recorded_list, written
from kubectl_imagepull.report.document import document
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms, text_pieces

TESTS = Path(__file__).parent.parent
CAPTURES = [json.loads(line) for line in (TESTS / "recorded/captures.jsonl").read_text(encoding="utf-8").splitlines()]
PATHS = [
    RECORDING,
    *sorted(path for path in (TESTS / "recorded/attacks").glob("*.json") if path.name != "expect.json"),
    *sorted(path for path in (TESTS / "recorded/in-repair").iterdir() if path.name != "expect.json"),
]
CORPUS = sorted((TESTS / "corpus").glob("*.jsonl"))
#: What an object has besides names, the words that Kubernetes makes up among it.
NO_NAMES = re.compile(r"[a-z0-9]{5}\Z|[a-f0-9]{8,}\Z|\d+\Z")


def chance() -> random.Random:
    """The same at every run."""
    return random.Random(7)  # noqa: S311 - nothing is kept secret here


def with_pseudonyms(recording: JsonObject) -> tuple[JsonObject, Pseudonyms]:
    return pseudonymised(json.loads(json.dumps(recording)), new_key(), chance())


def report_of(recording: JsonObject, folder: Path, key: Pseudonyms | None = None) -> dict[str, Any]:
    """The report on a recording, but for where it comes from and how long it took."""
    path, key_path = folder / "recording.json", folder / "key.json"
    path.write_text(written(recording), encoding="utf-8")
    if key:
        key_path.write_text(key_text(key), encoding="utf-8")
    made = document(report_on(read_recording([str(path)], key=str(key_path) if key else None), 0.0))
    return {name: value for name, value in made.items() if name not in {"source", "seconds"}}


def decisions(report: dict[str, Any]) -> dict[tuple[str, ...], object]:
    """What the diagnosis of each failure comes to, by the failure."""
    return {
        tuple(str(failure[name]) for name in ("namespace", "pod", "container", "image")): (
            *(failure[name] for name in ("cause", "confidence", "alternatives", "retryable")),
            sorted((one["check"], one["result"]) for one in failure["evidence"]),
            [(fix["who"], fix["basis"], fix["where"], len(fix["commands"])) for fix in failure["fixes"]],
        )
        for failure in report["failures"]
    }


def names_in(recording: JsonObject) -> Iterator[str]:
    """The names of a recording, looked for in a way of their own: by the fields that have them."""
    for item in recording["items"]:
        metadata, spec, status = (object_of(item.get(field)) for field in ("metadata", "spec", "status"))
        yield from (text_of(metadata.get(field)) for field in ("namespace", "generateName"))
        if not metadata.get("generateName"):
            yield text_of(metadata.get("name"))
        pod = object_of(object_of(spec.get("template")).get("spec")) or spec
        yield from (text_of(pod.get(field)) for field in ("nodeName", "serviceAccountName"))
        for one in (*objects_of(pod.get("containers")), *objects_of(pod.get("initContainers"))):
            image = text_of(one.get("image")).partition("@")[0]
            yield from (text_of(one.get("name")), re.sub(r":[^/:]*\Z", "", image))
        yield from (text_of(one.get("name")) for one in objects_of(pod.get("imagePullSecrets")))
        yield from (text_of(one.get("address")) for one in objects_of(status.get("addresses")))
        if item.get("kind") == "Secret":
            for content in contents(item):
                with suppress(ValueError):
                    yield from object_of(object_of(json.loads(content)).get("auths"))


def contents(item: JsonObject) -> Iterator[str]:
    """What the values of a secret hold, unpacked."""
    for value in object_of(item.get("data")).values():
        with suppress(ValueError, OSError):
            content = b64decode(value, validate=True)
            with suppress(ValueError, OSError):
                content = gzip.decompress(b64decode(content, validate=True))
            yield content.decode()


def words_in(recording: JsonObject) -> set[str]:
    """Every word that stands in what is passed on."""
    texts = [written(recording), *(text for item in recording["items"] for text in contents(item))]
    return {piece for text in texts for piece in text_pieces(text, "word", "address", "address6")}


def check(recording: JsonObject, folder: Path) -> None:
    made, key = with_pseudonyms(recording)
    own = {
        piece
        for name in names_in(recording)
        for piece in text_pieces(name, "word", "address")
        if not is_public_word(piece) and not NO_NAMES.match(piece)
    }
    assert own & words_in(made) == set()
    report = report_of(recording, folder)
    without_key = report_of(made, folder)
    assert [one["what"] for one in without_key["skipped"]].count("names") == 1
    assert decisions(json.loads(key.restored(json.dumps(without_key, ensure_ascii=False)))) == decisions(report)
    assert report_of(made, folder, key) == report


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_recording_reads_to_the_same_with_pseudonyms(path: Path, tmp_path: Path) -> None:
    check(recorded_list(read_recording([str(path)]), "a test"), tmp_path)


@pytest.mark.parametrize("capture", CAPTURES, ids=[capture["name"] for capture in CAPTURES])
def test_a_capture_reads_to_the_same_with_pseudonyms(capture: JsonObject, tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_text(json.dumps({"kind": "List", "items": capture["items"]}), encoding="utf-8")
    check(recorded_list(read_recording([str(path)]), "a test"), tmp_path)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_messages_are_read_as_before(path: Path) -> None:
    """A word of one message is replaced in all of them."""
    messages = [json.loads(line)["message"] for line in path.read_text(encoding="utf-8").splitlines()]
    items = [{"kind": "Event", "metadata": {"name": "a"}, "message": message} for message in messages]
    recording = {"kind": "List", "metadata": {}, "items": items, "recording": {}}
    made, key = with_pseudonyms(recording)
    assert made["items"] != items
    assert restored(made, key) == {**made, "items": items}
    causes = [classify(item["message"]).cause for item in made["items"]]
    assert causes == [classify(message).cause for message in messages]


def test_two_recordings_share_their_pseudonyms() -> None:
    recording = recorded_list(read_recording([str(RECORDING)], namespace="shop"), "a test")
    first, key = with_pseudonyms(recording)
    whole = recorded_list(read_recording([str(RECORDING)]), "a test")
    second, grown = pseudonymised(whole, key, chance())
    assert grown.key_id == key.key_id == second["recording"]["pseudonyms"]
    assert key.names.items() < grown.names.items()
    pods = {item["metadata"]["name"] for item in first["items"] if item["kind"] == "Pod"}
    assert pods < {item["metadata"]["name"] for item in second["items"] if item["kind"] == "Pod"}


def test_what_is_called_as_a_pseudonym_gets_one_of_its_own() -> None:
    key = Pseudonyms("k1", {"vomu": "shop", "10.7.7.7": "10.20.0.2"})
    items = [{"kind": "Node", "metadata": {"name": "vomu"}, "status": {"addresses": [{"address": "10.7.7.7"}]}}]
    recording = {"kind": "List", "metadata": {}, "items": items, "recording": {}}
    made, grown = pseudonymised(recording, key, chance())
    assert {"vomu", "10.7.7.7"} & words_in(made) == set()
    assert restored(made, grown) == {**made, "items": items}


def test_it_says_that_names_are_pseudonyms() -> None:
    made, key = with_pseudonyms(recorded_list(read_recording([str(RECORDING)], namespace="shop"), "a test"))
    assert made["metadata"]["names"] == "pseudonyms"
    assert made["recording"]["pseudonyms"] == key.key_id
    assert made["recording"]["namespace"] == key.replaced("shop") != "shop"

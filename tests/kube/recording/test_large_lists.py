"""A large list reads as a small one does, whatever is in it: both ways of reading it give the same."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kube.recordings import Write, a_list, a_pod, names

from kubectl_imagepull.kube.events import EventList
from kubectl_imagepull.kube.objects import JsonObject, TimedObject
from kubectl_imagepull.kube.recording import dump
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, SourceError
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.recorder.recorded_list import recorded_list, written
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.examine import report_on

PODS = json.loads((RECORDING / "pods.json").read_text(encoding="utf-8"))["items"]
EVENTS = json.loads((RECORDING / "events.json").read_text(encoding="utf-8"))["items"]
RUNNING = next(pod for pod in PODS if "running" in pod["status"]["containerStatuses"][0]["state"])


def as_large(path: str, **options: Any) -> Snapshot | str:
    return _read(path, 0, **options)


def as_small(path: str, **options: Any) -> Snapshot | str:
    return _read(path, 1 << 40, **options)


def _read(path: str, large: int, **options: Any) -> Snapshot | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dump, "_LARGE", large)
        return as_it_is(path, **options)


def as_it_is(path: str, **options: Any) -> Snapshot | str:
    try:
        return read_recording([path], **options)
    except SourceError as error:
        return str(error)


def whole(item: JsonObject) -> JsonObject:
    return item.whole() if isinstance(item, TimedObject) else item


def assert_same(path: str, **options: Any) -> None:
    """Both ways give the same objects, the same now, and the same report, to the letter."""
    large, small = as_large(path, **options), as_small(path, **options)
    if isinstance(large, str) or isinstance(small, str):
        assert large == small
        return
    assert {kind: list(map(whole, items)) for kind, items in large.objects.items()} == small.objects
    assert replace(large, objects={}) == replace(small, objects={})
    reports = [replace(report_on(one, 0), seconds=1) for one in (large, small)]
    texts = [render(one, Output.JSON, detailed=True) for one in reports]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", ["pods.json", "events.json"])
def test_the_recorded_cluster_reads_the_same(name: str) -> None:
    assert isinstance(as_large(str(RECORDING)), Snapshot)
    assert_same(str(RECORDING / name))
    assert_same(str(RECORDING))


@pytest.mark.parametrize("options", [{"namespace": "shop"}, {"namespace": "nowhere"}, {"selector": "app=frontend"}])
def test_a_choice_of_it_reads_the_same(options: dict[str, str]) -> None:
    assert_same(str(RECORDING), **options)


@pytest.mark.parametrize("options", [{}, {"namespace": "shop"}])
def test_what_a_recording_of_ours_says_of_itself_is_read_of_a_large_one_too(
    tmp_path: Path, options: dict[str, str]
) -> None:
    snapshot = replace(read_recording([str(RECORDING)]), skipped=(Skipped("secrets", "forbidden"),))
    document = recorded_list(snapshot, "kubectl-imagepull 1", [], "")
    path = tmp_path / "ours.json"
    path.write_text(written(document), encoding="utf-8")
    large = as_large(str(path), **options)
    assert isinstance(large, Snapshot)
    assert (large.now, large.skipped) == (snapshot.now, snapshot.skipped)
    assert_same(str(path), **options)


@pytest.mark.parametrize("field", ["note", "regarding", "reportingController", "deprecatedCount", "deprecatedSource"])
def test_an_event_with_a_field_of_the_newer_api_reads_the_same(write: Write, field: str) -> None:
    event = {name: value for name, value in EVENTS[0].items() if name != "involvedObject"}
    assert_same(write("x", a_list(PODS[0], {**event, field: None})))


def test_of_what_runs_only_what_tells_of_its_images_is_kept(write: Write) -> None:
    pod = {**RUNNING, "spec": {**RUNNING["spec"], "hostname": "x"}}
    pod["spec"]["containers"] = [{**container, "env": [{"name": "A"}]} for container in pod["spec"]["containers"]]
    large = as_large(write("x", a_list(pod, PODS[0], EVENTS[0])))
    assert isinstance(large, Snapshot)
    running, failing = large.pods
    assert not {"hostname"} & set(running["spec"])
    assert "env" not in running["spec"]["containers"][0]
    assert running["spec"]["containers"][0]["image"] == RUNNING["spec"]["containers"][0]["image"]
    assert whole(running) == pod
    assert failing == PODS[0]
    assert isinstance(large.events, EventList)
    assert list(large.events) == [large.events[0]] == EVENTS[:1]


def test_small_recordings_load_nothing_for_large_ones(write: Write) -> None:
    small = as_it_is(write("x", a_list(RUNNING)))
    assert isinstance(small, Snapshot)
    assert not isinstance(small.pods[0], TimedObject)


def test_a_large_file_is_mapped_and_small_ones_together_are_large(tmp_path: Path) -> None:
    filler = a_pod("z", note="x" * (9 << 20))
    (tmp_path / "a.json").write_text(json.dumps(a_list(filler)), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(a_list(RUNNING)), encoding="utf-8")
    found = as_it_is(str(tmp_path))
    assert isinstance(found, Snapshot)
    assert names(found) == ["z", RUNNING["metadata"]["name"]]
    assert [type(pod) is dict for pod in found.pods] == [False, False]
    assert_same(str(tmp_path))


def test_memory_stays_under_twice_the_file(tmp_path: Path) -> None:
    items = [{**RUNNING, "metadata": {**RUNNING["metadata"], "name": f"a{number}"}} for number in range(3000)]
    for item in items:
        item["spec"] = {**item["spec"], "notes": [{"a": str(place)} for place in range(30)]}
    path = tmp_path / "x.json"
    path.write_text(json.dumps(a_list(*items), indent=4), encoding="utf-8")
    del items
    tracemalloc.start()
    try:
        found = as_large(str(path))
        assert isinstance(found, Snapshot)
        assert len(found.pods) == 3000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size
    finally:
        tracemalloc.stop()


# Whatever is in it

#: Values of other types, as texts, so that each is drawn anew.
ODD = st.sampled_from(
    [
        "null",
        "5",
        "-1.5",
        "true",
        '""',
        '"text"',
        '"2026-11-23T12:00:00Z"',
        '"2226-01-01T00:00:00Z"',
        "[]",
        '["x"]',
        "{}",
    ]
).map(json.loads)
#: Pieces of text that one reader may take and another refuse, or read as something else.
PIECES = st.sampled_from(
    [
        *(
            "NaN",
            "1e999",
            "-0",
            "9" * 400,
            "9" * 5000,
            '"\\ud800"',
            '"\\ud83d\\ude00"',
            '"\x01"',
            '"\\x"',
            "01",
            "[1,]",
        ),
        *('"é"', '{"a":1,"a":2}', "[" * 2000 + "]" * 2000, "\x00", ",", "}", "]", '"', "", "1.7976931348623157e309"),
        *("tru", "\ufeff"),
    ]
)
ITEMS = st.sampled_from([RUNNING, *PODS[:12], *EVENTS[:12], {"kind": "Secret", "metadata": {"name": "s"}}])


def places_of(value: Any) -> list[tuple[Any, Any]]:
    """Each place of a value as a container and a key."""
    pairs = (
        list(value.items() if isinstance(value, dict) else enumerate(value)) if isinstance(value, (dict, list)) else []
    )
    return [*((value, key) for key, _ in pairs), *(place for _, child in pairs for place in places_of(child))]


@st.composite
def lists(draw: st.DrawFn) -> dict[str, Any]:
    """A list of objects, in which some values are of another kind."""
    items = json.loads(json.dumps(draw(st.lists(ITEMS, min_size=1, max_size=4))))
    for _ in range(draw(st.integers(0, 3))):
        container, key = draw(st.sampled_from(places_of(items)))
        if draw(st.booleans()) and isinstance(container, dict):
            del container[key]
            container[draw(st.sampled_from(["waiting", "regarding", "note", "status", "items", str(key)]))] = draw(ODD)
        else:
            container[key] = draw(ODD)
    return a_list(*items, kind=draw(st.sampled_from(["List", "List", "PodList", "EventList", "", "Pod"])))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=lists())
def test_lists_with_odd_values_read_the_same(write: Write, document: dict[str, Any]) -> None:
    assert_same(write("x", document))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The text of a list with something in it that doesn't belong there, or cut off."""
    text = json.dumps(draw(lists()), indent=draw(st.sampled_from([None, 4])))
    before_a_value = draw(st.booleans())
    places = [at + 2 for at in range(len(text)) if text.startswith(": ", at)] if before_a_value else range(len(text))
    at = places[int(draw(st.floats(0, 1)) * (len(places) - 1))]
    piece = draw(PIECES.map(lambda piece: piece.encode("utf-8")) | st.just(b"\xff"))
    rest = draw(st.sampled_from([text[at:], text[at:], ""])).encode()
    return text[:at].encode() + piece + (b", " if before_a_value else b"") + rest


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=damaged())
def test_damaged_texts_read_the_same(write: Write, data: bytes) -> None:
    assert_same(write("x", data))


@pytest.mark.parametrize(
    "damage",
    [{"spec": None}, {"spec": {"containers": None}}, {"status": {"containerStatuses": {"app": {}}}}],
)
def test_a_pod_whose_containers_are_damaged_is_told_of(write: Write, damage: dict[str, Any]) -> None:
    pod = {"kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}, "spec": {"containers": []}, **damage}
    path = write("pods.json", {"kind": "List", "apiVersion": "v1", "items": [pod, pod | {"metadata": {"name": "b"}}]})
    for read in (as_small(path), as_large(path)):
        assert not isinstance(read, str)
        assert [(one.what, one.why, one.partly) for one in read.skipped] == [
            ("pods", "2 not read: their containers or statuses are damaged", True)
        ]

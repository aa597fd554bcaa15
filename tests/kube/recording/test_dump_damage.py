"""What a damaged recording still gives, and that nothing in one does harm."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kube.apiserver import event, pod
from kube.recordings import EXPORT, Write, a_list, a_pod, archive, names, refused

from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import Skipped, SourceError


def test_keeps_the_whole_items_of_a_list_that_is_cut_off(write: Write) -> None:
    text = json.dumps(a_list(*(a_pod(name) for name in "abc")), indent=4)
    text = text[: text.rindex('"spec"')]
    path = write("x", text)
    found = read_recording([path])
    line = text.count("\n") + 1
    assert names(found) == ["a", "b"]
    assert found.skipped == (Skipped(path, f"line {line} is cut off or damaged: 2 whole items could be read"),)


def test_a_cut_list_keeps_its_kind(write: Write) -> None:
    listing = {
        "kind": "PodList",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": "1"},
        "items": [pod("a"), pod("b")],
    }
    bare = {"metadata": {"name": "n"}}
    nodes = json.dumps({"kind": "NodeList", "items": [bare, bare]})
    paths = [write("x", json.dumps(listing)[:-100]), write("y", nodes[:-20])]
    found = read_recording(paths)
    assert (names(found), names(found, "Node")) == (["a"], ["n"])
    assert [entry.what for entry in found.skipped] == paths


@pytest.mark.parametrize("kind", ["List", "PodList"])
def test_an_object_that_is_nested_too_deeply_takes_no_other_with_it(write: Write, kind: str) -> None:
    items = [json.dumps(a_pod(name)) for name in "abc"]
    items[1] = items[1][:-1] + ', "x": "\\"]}", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}"
    path = write(
        "x", f'{{"kind": "{kind}", "apiVersion": "v1", "items": [{", ".join(items)}]}}\n{json.dumps(a_pod("d"))}'
    )
    found = read_recording([path])
    assert names(found) == ["a", "c", "d"]
    assert found.skipped == (Skipped(path, "line 1 has an object that is damaged or nested too deeply"),)


def test_a_document_that_is_nested_too_deeply_is_lost_alone(write: Write) -> None:
    deep = '{"x":' * 100_000 + "1" + "}" * 100_000
    path = write("x", "\n".join((json.dumps(a_pod("a")), deep, json.dumps(a_pod("b")))))
    found = read_recording([path])
    assert (names(found), found.skipped) == (["a", "b"], (Skipped(path, "line 2 is nested too deeply"),))


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_reads_on_behind_a_damaged_item(write: Write, indent: int | None) -> None:
    text = json.dumps(a_list(*(a_pod(name) for name in "abcd")), indent=indent)
    middle = text.index('"b"')
    path = write("x", text[:middle] + "\0\0\0\0" + text[middle + 4 :] + "\n" + json.dumps(a_pod("e")))
    found = read_recording([path])
    assert names(found) == ["a", "c", "d", "e"]
    assert len(found.skipped) == 1
    assert found.skipped[0].why.endswith("is cut off or damaged: 3 whole items could be read")


def test_reads_the_documents_around_a_damaged_one(write: Write) -> None:
    lines = [json.dumps(a_pod("a")), json.dumps(a_pod("b"))[:-9], "Warning: something", json.dumps(a_pod("c"))]
    path = write("x", "\n".join(lines))
    found = read_recording([path])
    assert names(found) == ["a", "c"]
    assert found.skipped == (Skipped(path, "line 2 is cut off or damaged"),)


def test_reads_json_behind_a_line_of_something_else(write: Write) -> None:
    path = write("x", "Warning: v1 is old\n" + json.dumps(a_pod("a")))
    found = read_recording([path])
    assert (names(found), found.skipped) == (["a"], (Skipped(path, "line 1 is no JSON"),))


def test_keeps_the_whole_items_of_yaml_that_is_cut_off(write: Write) -> None:
    text = yaml.safe_dump(a_list(*(a_pod(name) for name in "abc")))
    quoted = text.rindex("phase: Pending")
    inside = write("inside", text[:quoted] + 'phase: "Pend')
    between = write("between", text[:quoted])
    assert names(read_recording([inside])) == ["a", "b"]
    assert names(read_recording([between])) == ["a", "b"]
    assert read_recording([inside]).skipped[0].why.endswith("is cut off or damaged: 2 whole items could be read")
    assert (
        read_recording([between]).skipped[0].why.endswith("is cut off: 2 whole items could be read, without the last")
    )


def test_reads_the_yaml_documents_around_a_damaged_one(write: Write) -> None:
    texts = [yaml.safe_dump(a_pod("a")), "kind: Pod\nmetadata: [name: {\n", yaml.safe_dump(a_pod("c"))]
    path = write("x.yaml", "---\n".join(texts))
    found = read_recording([path])
    assert names(found) == ["a", "c"]
    assert [entry.what for entry in found.skipped] == [path]
    assert found.skipped[0].why.endswith("is cut off or damaged: the rest of the document is lost")


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("text", "is a string, not an object"),
        (None, "is null, not an object"),
        (5, "is a number, not an object"),
        (True, "is a boolean, not an object"),
        ([5], None),
        ({}, None),
        ({"kind": "Pod"}, "is a Pod without a name"),
        ({"kind": ["Pod"]}, "has a list for its kind"),
        ({"kind": "Pod", "metadata": 5}, "is a Pod without a name"),
        ({"kind": "Pod", "metadata": {"name": ""}}, "is a Pod without a name"),
        ({"kind": "Pod", "metadata": {"name": 5}}, "is a Pod without a name"),
        ({"kind": "Pod", "metadata": {"name": "x", "namespace": {}}}, "is a Pod with an object for its namespace"),
        (a_pod("x", spec="nginx"), "is a Pod with a string for its spec"),
        (a_pod("x", status=[]), "is a Pod with a list for its status"),
        ({"kind": "Secret", "metadata": {}}, "is a Secret without a name"),
    ],
)
def test_names_an_item_that_cannot_be_used(write: Write, item: object, why: str | None) -> None:
    path = write("x", a_list(a_pod("a"), item))
    found = read_recording([path])
    assert names(found) == ["a"]
    assert found.skipped == ((Skipped(f"{path} items[1]", why),) if why else ())


def test_does_not_name_ever_more_items(write: Write) -> None:
    path = write("x", a_list(a_pod("a"), *(["x"] * 0), *({"kind": "Pod"} for _ in range(30))))
    skipped = read_recording([path]).skipped
    assert len(skipped) == 21
    assert skipped[-1] == Skipped(path, "10 more objects in it could not be read")


def test_odd_values_inside_an_object_do_no_harm(write: Write) -> None:
    odd = {
        "kind": "Pod",
        "metadata": {
            "name": "x",
            "uid": 5,
            "resourceVersion": ["1"],
            "labels": "l",
            "creationTimestamp": {},
            "managedFields": 1,
        },
        "status": {
            "conditions": {"a": 1},
            "containerStatuses": [None, {"state": []}, {"state": {"waiting": "x"}}],
            "startTime": 5,
        },
    }
    path = write(
        "x", [odd, {"kind": "Event", "metadata": {"name": "e"}, "involvedObject": "x", "series": "y", "eventTime": []}]
    )
    found = read_recording([path], selector="!app")
    assert (names(found), found.events, found.skipped) == (["x"], [], ())


def test_a_lone_surrogate_becomes_a_question_mark(write: Write) -> None:
    path = write("x", '{"kind": "Pod", "metadata": {"name": "a\\ud83d", "labels": {"\\udead": "\\ud83d\\ude00é"}}}')
    (found,) = read_recording([path]).pods
    assert found["metadata"] == {"name": "a?", "labels": {"?": "\N{GRINNING FACE}é"}}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        ("just words", "is neither JSON nor YAML"),
        ("a: b: c\n", "is neither JSON nor YAML"),
        (b"\x7fELF\0\0\0\1", "is a binary file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 9, "is a binary file"),
        (
            b"\x1f\x8b\x08 no gzip",
            "isn't a tar archive, or is cut off or damaged: only the files before the damage were read",
        ),
        ("[" * 100_000, "line 1 is nested too deeply"),
        ("- " * 100_000, "line 1 is nested too deeply: 0 whole items could be read"),
        ('{"kind": "Pod"', "line 1 is cut off or damaged"),
        ("kind: Pod\nmetadata: [\n", "line 2 is cut off or damaged: the rest of the document is lost"),
        (
            "kind: Pod\nmetadata: *x\n",
            "line 2 has an alias for something that isn't defined before it: the rest of the document is lost",
        ),
        (
            "kind: Pod\nmetadata: {? [a] : b}\n",
            ("line 2 has a key that isn't a string: the rest of the document is lost"),
        ),
        ('kind: Pod\nx: "\x07"\n', "line 1 has characters that YAML doesn't allow: the rest of the document is lost"),
    ],
)
def test_says_why_nothing_could_be_read(write: Write, content: str | bytes, why: str) -> None:
    path = write("x", content)
    assert refused(path) == f"nothing could be read from {path}: {why}; make a recording with: {EXPORT}"


def test_an_alias_may_stand_for_a_lot_but_not_for_everything(write: Write) -> None:
    lines = ["kind: Pod", "metadata: {name: a}", "l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert names(read_recording([write("few", "\n".join(lines[:5]))])) == ["a"]
    assert "line 8 has aliases that expand to too much" in refused(write("bomb", "\n".join(lines)))


def test_a_number_that_is_too_long_costs_only_its_item(write: Write) -> None:
    text = json.dumps(a_list(a_pod("a"), a_pod("b", huge=0), a_pod("c"))).replace('"huge": 0', '"huge": ' + "9" * 5000)
    assert names(read_recording([write("x", text)])) == ["a", "c"]


def test_replaces_single_bytes_that_are_no_text(write: Write) -> None:
    path = write("x", json.dumps(a_pod("a", note="#" * 100)).encode().replace(b"##", b"#\xff", 1))
    found = read_recording([path])
    assert names(found) == ["a"]
    assert len(found.skipped) == 1
    assert found.skipped[0].why.startswith("has bytes that aren't valid UTF-8 (the first at ")


def test_reads_what_it_can_of_several_paths(write: Write, tmp_path: Path) -> None:
    missing = f"{tmp_path}/missing"
    found = read_recording([missing, write("a.json", a_pod("a")), "nul\0path"])
    assert names(found) == ["a"]
    assert found.skipped == (
        Skipped(missing, "doesn't exist"),
        Skipped("nul\0path", "can't be read: its name contains a NUL"),
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_names_what_it_may_not_read(write: Write, tmp_path: Path) -> None:
    write("d/a.json", a_pod("a"))
    Path(write("d/b.json", a_pod("b"))).chmod(0)
    (tmp_path / "d/closed").mkdir(mode=0)
    assert read_recording([f"{tmp_path}/d"]).skipped == (
        Skipped(f"{tmp_path}/d/b.json", "can't be read: permission denied"),
        Skipped(f"{tmp_path}/d/closed", "can't be read: permission denied"),
    )


def test_says_what_to_do_without_pods(write: Write, tmp_path: Path) -> None:
    events = [{"kind": "Event", **event(str(number), "a")} for number in range(3)]
    path = write("d/x.json", [*events, {"kind": "Gadget"}])
    assert refused(path) == f"{path} has no pods (found: 3 Events, 1 Gadget); export them with: {EXPORT}"
    write("d/y.json", "{")
    assert refused(f"{tmp_path}/d") == (
        f"{tmp_path}/d has no pods (found: 3 Events, 1 Gadget): {tmp_path}/d/y.json line 1 is cut off or damaged; "
        f"export them with: {EXPORT}"
    )
    empty = write("empty.json", {"answer": 42})
    assert refused(empty) == f"{empty} has no Kubernetes objects; make a recording with: {EXPORT}"
    assert refused(f"{tmp_path}/no", f"{tmp_path}/where") == (
        f"nothing could be read from {tmp_path}/no, {tmp_path}/where: {tmp_path}/no doesn't exist, and 1 more; "
        f"make a recording with: {EXPORT}"
    )


def read_bytes(data: bytes) -> None:
    """Nothing but SourceError may come out, and nothing that can't be printed."""
    try:
        found = read_recording(["-"], stdin=io.BytesIO(data))
    except SourceError as error:
        str(error).encode()
        return
    json.dumps(found.objects, ensure_ascii=False).encode()
    for entry in found.skipped:
        entry.why.encode()


WHOLE = [
    json.dumps(a_list(a_pod("a", note="\ud83d"), {"kind": "Event", **event("1", "a")}), indent=1).encode(),
    yaml.safe_dump(a_list(a_pod("a"), {"kind": "Event", **event("1", "a")})).encode(),
    json.dumps(a_pod("a")).encode("utf-16"),
    archive({"pods.json": a_pod("a"), "x.yaml": b"kind: Pod\nmetadata: {name: a}\n"}),
    archive({"pods.json": a_pod("a"), "x.yaml": b"kind: Pod\nmetadata: {name: a}\n"}, "w"),
]
many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(st.binary(max_size=300))
def test_any_bytes_do_no_harm(data: bytes) -> None:
    read_bytes(data)


@many
@given(st.text(alphabet="{}[]:,\"'\\&*-?|>#%!@` \n\tab1.\ud83dkindPomets\0", max_size=200))
def test_any_punctuation_does_no_harm(text: str) -> None:
    read_bytes(text.encode("utf-8", "surrogatepass"))


@many
@given(st.sampled_from(WHOLE), st.data())
def test_any_damage_does_no_harm(whole: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole)))
        whole = whole[:place] + data.draw(st.binary(max_size=4)) + whole[place + data.draw(st.integers(0, 9)) :]
    read_bytes(whole)


@many
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.sampled_from(["Pod", "PodList", "List", "Event", "", "2026-01-01T00:00:00Z"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "kind",
                        "metadata",
                        "name",
                        "namespace",
                        "items",
                        "spec",
                        "status",
                        "conditions",
                        "containerStatuses",
                        "state",
                        "series",
                        "involvedObject",
                        "regarding",
                        "uid",
                        "resourceVersion",
                        "labels",
                        "apiVersion",
                    ]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=25,
    )
)
def test_any_json_does_no_harm(value: object) -> None:
    read_bytes(json.dumps([value, a_pod("a")]).encode())
    read_bytes(yaml.safe_dump([value, a_pod("a")]).encode())


def test_a_pod_with_more_containers_than_a_server_stores_is_not_looked_at(write: Write) -> None:
    crowd = a_pod("crowd")
    crowd["spec"]["containers"] = crowd["spec"]["containers"][:1] * 5_001
    found = read_recording([write("x", a_list(crowd, a_pod("b")))])
    assert names(found) == ["b"]
    assert [one.why for one in found.skipped] == ["is a Pod with more than 5,000 containers"]

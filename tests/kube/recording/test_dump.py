from __future__ import annotations

import gzip
import io
import json
import os
import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from kube.apiserver import event, pod
from kube.recordings import EXPORT, Write, a_list, a_pod, archive, names, refused

from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.selector import SelectorError
from kubectl_imagepull.kube.snapshot import Skipped, Source, SourceError

# Forms


@pytest.mark.parametrize(
    "content",
    [
        a_list(a_pod("a"), a_pod("b")),
        a_list(a_list(a_pod("a")), a_list(a_pod("b"))),
        a_list(pod("a"), pod("b"), kind="PodList"),
        {"items": [pod("a"), pod("b")]},
        [a_pod("a"), a_pod("b")],
        [pod("a"), pod("b")],
        json.dumps(a_pod("a")) + json.dumps(a_pod("b")),
        json.dumps(a_pod("a"), indent=4) + "\n\n" + json.dumps(a_list(a_pod("b")), indent=4),
        json.dumps(a_pod("a")) + "\n" + json.dumps(a_pod("b")) + "\n",
        "\x1e" + json.dumps(a_pod("a")) + "\n\x1e" + json.dumps(a_pod("b")),
        yaml.safe_dump(a_list(a_pod("a"), a_pod("b"))),
        yaml.safe_dump_all([a_pod("a"), a_pod("b")]),
        "%YAML 1.1\n---\n# two\n---\n" + yaml.safe_dump_all([a_pod("a"), a_pod("b")], explicit_start=True),
        yaml.safe_dump([a_pod("a"), a_pod("b")]),
        yaml.safe_dump(a_list(a_pod("a"), a_pod("b")), default_flow_style=True),
        yaml.safe_dump(a_list(a_pod("a"), a_pod("b"))).replace("\n", "\r\n"),
    ],
)
def test_reads_every_form_of_objects(write: Write, content: object) -> None:
    found = read_recording([write("recording", content)])
    assert names(found) == ["a", "b"]
    assert {item["kind"] for item in found.pods} == {"Pod"}
    assert found.skipped == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("write_text", [json.dumps, yaml.safe_dump])
def test_reads_every_encoding(write: Write, encoding: str, write_text: Callable[[object], str]) -> None:
    content = a_pod("a", note="käse")
    assert names(read_recording([write("x", write_text(content).encode(encoding))])) == ["a"]


def test_keeps_the_kinds_that_bear_on_pulls(write: Write) -> None:
    path = write(
        "x",
        a_list(
            a_pod(),
            {"kind": "Secret", "metadata": {"name": "s"}},
            {"kind": "ConfigMap", "metadata": {"name": "c"}},
            {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "j"}},
            {"kind": "Job", "apiVersion": "batch.volcano.sh/v1", "metadata": {"name": "v"}},
            {"kind": "EventList", "items": []},
            {"kind": "NodeList", "items": None},
        ),
    )
    found = read_recording([path])
    assert {kind: len(items) for kind, items in found.objects.items()} == {
        "Pod": 1,
        "Secret": 1,
        "Job": 1,
        "Event": 0,
        "Node": 0,
    }
    assert found.source == Source("recording", path, None)
    assert found.skipped == ()


def test_yaml_keeps_times_and_versions_as_they_are(write: Write) -> None:
    path = write(
        "x.yaml",
        """
kind: Pod
metadata: {name: a, creationTimestamp: 2026-01-02T03:04:05Z, labels: {on: yes, n: "1"}, resourceVersion: "12"}
spec: {priority: 0, replicas: -3, share: 1.5, big: 123456789012345678901234567890, none: ~, empty: , yes: true}
""",
    )
    (found,) = read_recording([path]).pods
    assert found["metadata"] == {
        "name": "a",
        "creationTimestamp": "2026-01-02T03:04:05Z",
        "labels": {"on": "yes", "n": "1"},
        "resourceVersion": "12",
    }
    assert found["spec"] == {
        "priority": 0,
        "replicas": -3,
        "share": 1.5,
        "big": 123456789012345678901234567890,
        "none": None,
        "empty": None,
        "yes": True,
    }


def test_reads_standard_input(write: Write) -> None:
    data = json.dumps(a_list(a_pod("a")))
    for stdin in (io.BytesIO(data.encode()), io.StringIO(data), io.TextIOWrapper(io.BytesIO(data.encode()))):
        found = read_recording(["-", write("b", a_pod("b")), "-"], stdin=stdin)
        assert names(found) == ["a", "b"]
        assert found.skipped == ()


@pytest.mark.parametrize("path", ["-", "file"])
def test_tells_of_each_megabyte_that_was_read(write: Write, path: str) -> None:
    data = json.dumps(a_list(a_pod("a", note="x" * 3_500_000))).encode()
    told: list[int] = []

    class Told(Progress):
        def _add(self, what: str, count: int) -> None:
            super()._add(what, count)
            told.append(self._counts[what])

    place = write("file", data) if path == "file" else path
    progress = Told()
    read_recording([place], stdin=io.BytesIO(data), progress=progress)
    assert told[-1] == 3
    assert progress.text == ""


def test_reads_the_processes_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(a_pod("a"))))
    found = read_recording(["-"])
    assert (names(found), found.source.name) == (["a"], "-")


def test_newer_events_get_the_older_names(write: Write) -> None:
    path = write(
        "x",
        a_list(
            a_pod(),
            {
                "kind": "Event",
                "apiVersion": "events.k8s.io/v1",
                "metadata": {"name": "e"},
                "regarding": {"kind": "Pod", "name": "a"},
                "note": "pull failed",
                "deprecatedFirstTimestamp": "2026-01-01T00:00:00Z",
                "deprecatedLastTimestamp": None,
                "deprecatedCount": 0,
                "series": {"count": 4, "lastObservedTime": "2026-01-01T00:09:00.000000Z"},
            },
        ),
    )
    (found,) = read_recording([path]).events
    assert found == {
        "kind": "Event",
        "apiVersion": "events.k8s.io/v1",
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "a"},
        "message": "pull failed",
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:09:00.000000Z",
        "count": 4,
        "series": {"count": 4, "lastObservedTime": "2026-01-01T00:09:00.000000Z"},
    }


# Trees


def test_reads_a_cluster_info_dump(write: Write, tmp_path: Path) -> None:
    write("dump/nodes.json", {"kind": "NodeList", "apiVersion": "v1", "items": [{"metadata": {"name": "n"}}]})
    write("dump/shop/pods.json", a_list(pod("a"), kind="PodList"))
    write("dump/shop/events.json", a_list(event("1", "a"), kind="EventList"))
    write("dump/shop/services.json", a_list({"metadata": {"name": "s"}}, kind="ServiceList"))
    write("dump/shop/replication-controllers.json", a_list(kind="ReplicationControllerList"))
    write("dump/shop/a/logs.txt", '{"kind": "Pod", "metadata": {"name": "not me"}}')
    found = read_recording([f"{tmp_path}/dump"])
    assert {kind: len(items) for kind, items in found.objects.items()} == {
        "Node": 1,
        "Event": 1,
        "Pod": 1,
        "ReplicationController": 0,
    }
    assert found.skipped == ()


def test_reads_a_cluster_info_dump_on_one_stream(write: Write) -> None:
    start, end = (f"==== {word} logs for container app of pod shop/a ====" for word in ("START", "END"))
    dump = "\n".join(
        [
            json.dumps(a_list(pod("a"), kind="PodList"), indent=4),
            start,
            '{"kind": "Pod", "metadata": {"name": "not me"}}',
            "{ half a log line",
            f"no newline at the end{end}",
            json.dumps(a_list(event("1", "a"), kind="EventList"), indent=4),
            start,
            end,
        ]
    )
    found = read_recording([write("dump.txt", dump)])
    assert (names(found), names(found, "Event"), found.skipped) == (["a"], ["1"], ())
    cut = write("cut.txt", dump[: -len(end)] + "{}")
    assert read_recording([cut]).skipped == (
        Skipped(cut, f"line {dump.count(chr(10))} is cut off in the middle of a container's log"),
    )


def test_reads_a_must_gather(write: Write, tmp_path: Path) -> None:
    root = "must-gather/quay-io-release/"
    newer = a_pod("a", metadata={**pod("a")["metadata"], "resourceVersion": "10"})
    older = {**pod("a"), "metadata": {**pod("a")["metadata"], "resourceVersion": "9"}}
    write(root + "namespaces/shop/core/pods.yaml", yaml.safe_dump(a_list(older, pod("b"), kind="PodList")))
    write(root + "namespaces/shop/core/events.yaml", yaml.safe_dump(a_list(event("1", "a"), kind="EventList")))
    write(root + "namespaces/shop/pods/a/a.yaml", "---\n" + yaml.safe_dump(newer))
    write(root + "namespaces/shop/pods/a/app/logs/current.log", "- {broken")
    write(
        root + "cluster-scoped-resources/core/nodes/n.yaml", yaml.safe_dump({"kind": "Node", "metadata": {"name": "n"}})
    )
    write(root + "cluster-scoped-resources/big/crd.yaml", "kind: CustomResourceDefinition\nnot: [valid\n")
    found = read_recording([f"{tmp_path}/must-gather"])
    assert {item["metadata"]["name"]: item["metadata"].get("resourceVersion") for item in found.pods} == {
        "a": "10",
        "b": None,
    }
    assert (names(found, "Event"), names(found, "Node"), found.skipped) == (["1"], ["n"], ())


def test_reads_a_support_bundle(write: Write, tmp_path: Path) -> None:
    write("bundle/cluster-resources/pods/shop.json", [{"metadata": {"name": "a"}, "spec": {}}])
    write("bundle/cluster-resources/events/shop.json", [event("1", "a")])
    write("bundle/cluster-resources/deployments/shop.json", [{"metadata": {"name": "d"}}])
    write("bundle/cluster-resources/nodes.json", [{"metadata": {"name": "n"}}])
    write("bundle/cluster-resources/pods-errors.json", ["no rights"])
    write("bundle/secrets/shop/s.json", {"namespace": "shop", "name": "s", "secretExists": True})
    write("bundle/version.yaml", "apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n")
    write("bundle/analysis.json", [{"name": "x", "isError": False}])
    found = read_recording([f"{tmp_path}/bundle"])
    assert {kind: names(found, kind) for kind in found.objects} == {
        "Deployment": ["d"],
        "Event": ["1"],
        "Node": ["n"],
        "Pod": ["a"],
    }
    assert found.skipped == ()


FILES: dict[str, object] = {
    "../../b/shop/pods.json": a_list(pod("a"), kind="PodList"),
    "b/._pods.json": b"\0\1",
    "b/huge.log": b"x" * 100_000,
    "b/events/shop.json": [event("1", "a")],
    "b/broken.json": b"{",
}


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_reads_an_archive_in_memory(write: Write, tmp_path: Path, mode: str) -> None:
    path = write("bundle.bin", archive(FILES, mode))
    found = read_recording([path])
    assert (names(found), names(found, "Event")) == (["a"], ["1"])
    assert found.skipped == (Skipped(f"{path}:b/broken.json", "line 1 is cut off or damaged"),)
    assert list(tmp_path.iterdir()) == [Path(path)]
    assert names(read_recording(["-"], stdin=io.BytesIO(archive(FILES, mode)))) == ["a"]


def test_reads_what_stands_before_the_end_of_a_cut_archive(write: Write) -> None:
    data = archive(
        {"pods.json": a_pod("a"), "more.json": [a_pod(f"p{i}", junk=os.urandom(99).hex()) for i in range(99)]}
    )
    path = write("cut.tgz", data[: len(data) // 2])
    found = read_recording([path])
    assert names(found) == ["a"]
    assert found.skipped == (
        Skipped(path, "isn't a tar archive, or is cut off or damaged: only the files before the damage were read"),
    )


def test_gives_up_on_an_archive_that_is_too_large(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "kubectl_imagepull.kube.recording.archive"
    path = write("big.tgz", archive({"a.json": a_pod("a"), "big.json": b" " * 70_000, "z.json": a_pod("z")}))
    monkeypatch.setattr(f"{module}._MOST_FILE", 1 << 16)
    found = read_recording([path])
    assert (names(found), found.skipped) == (["a", "z"], (Skipped(f"{path}:big.json", "is larger than 0 MiB"),))
    monkeypatch.setattr(f"{module}._MOST_ALL", 1 << 15)
    found = read_recording([path])
    assert names(found) == ["a"]
    assert found.skipped[-1] == Skipped(path, "holds more than 0 MiB: the rest was not read")


def test_a_small_archive_may_not_come_to_much(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubectl_imagepull.kube.recording.archive._ALWAYS", 1 << 20)
    path = write("bomb.tgz", archive({"a.json": a_pod("a"), "b.json": b" " * (16 << 20), "z.json": a_pod("z")}))
    found = read_recording([path])
    assert Path(path).stat().st_size < 40_000
    assert names(found) == ["a"]
    (skipped,) = found.skipped
    assert re.fullmatch(r"holds more than [123] MiB: the rest was not read", skipped.why)


def test_a_file_and_standard_input_have_a_bound(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("x", a_pod("a"))
    monkeypatch.setattr("kubectl_imagepull.kube.recording.files._MOST_BYTES", 10)
    why = "is larger than 1 GiB; record one namespace at a time"
    assert refused(path) == f"nothing could be read from {path}: {why}; make a recording with: {EXPORT}"
    for stdin in (io.BytesIO(b"{}" * 6), io.StringIO("{}" * 6)):
        with pytest.raises(SourceError, match="is larger than 1 GiB; record one namespace at a time"):
            read_recording(["-"], stdin=stdin)


@pytest.mark.parametrize("length", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_a_stream_is_read_as_it_comes(write: Write, length: int) -> None:
    data = json.dumps(a_pod("a", junk="x" * length)).encode()
    for stdin in (io.BytesIO(data), io.StringIO(data.decode())):
        assert names(read_recording(["-"], stdin=stdin)) == ["a"]
    assert names(read_recording([write("x", data)])) == ["a"]


def test_thousands_of_broken_files_are_counted(write: Write, tmp_path: Path) -> None:
    write("d/pods.json", a_pod("a"))
    for number in range(130):
        write(f"d/{number:03}.json", "{broken")
    skipped = read_recording([f"{tmp_path}/d"]).skipped
    assert len(skipped) == 101
    assert skipped[-1] == Skipped(f"{tmp_path}/d", "30 more files or parts of files in it could not be read")


def test_walks_only_regular_files_with_known_endings(write: Write, tmp_path: Path) -> None:
    write("d/pods.JSON", a_pod("a"))
    write("d/notes.txt", a_pod("not me"))
    os.mkfifo(tmp_path / "d/pipe.json")
    (tmp_path / "d/loop").symlink_to(tmp_path / "d")
    (tmp_path / "d/dangling.json").symlink_to("nowhere")
    assert names(read_recording([f"{tmp_path}/d"])) == ["a"]
    assert names(read_recording([f"{tmp_path}/d", f"{tmp_path}/d/notes.txt"])) == ["a", "not me"]


# Copies


def test_keeps_the_best_copy(write: Write) -> None:
    def copy(version: str | None, image: str, status: object) -> dict[str, Any]:
        metadata = {"name": "a", "namespace": "shop", "uid": "u", "resourceVersion": version}
        return {"kind": "Pod", "metadata": metadata, "spec": {"containers": [], "image": image}, "status": status}

    path = write(
        "x",
        a_list(
            copy("9", "old", {"phase": "Pending"}),
            copy("10", "new", {"phase": "Pending"}),
            copy("10", "again", {"phase": "Pending"}),
            copy("11", "manifest", None),
            copy("x", "odd", {"phase": "Pending"}),
            copy(None, "none", {}),
        ),
    )
    assert [item["spec"]["image"] for item in read_recording([path]).pods] == ["new"]


@pytest.mark.parametrize("version", ["10", None])
def test_of_copies_that_are_equally_new_the_one_that_waits_is_kept(write: Write, version: str | None) -> None:
    metadata = {"name": "a", "namespace": "shop", "uid": "u", "resourceVersion": version}
    copies = [
        {"kind": "Pod", "metadata": metadata, "spec": {"containers": []}, "status": {"containerStatuses": [status]}}
        for status in (
            {"name": "app", "state": {"running": {"startedAt": "2026-11-23T22:50:00Z"}}},
            {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff"}}},
        )
    ]
    for turned in (copies, copies[::-1]):
        (kept,) = read_recording([write("x", a_list(*turned))]).pods
        assert kept["status"] == copies[1]["status"]


def test_a_pod_that_was_made_again_is_another_one(write: Write) -> None:
    second = a_pod("a", metadata={"name": "a", "namespace": "shop", "uid": "other"})
    assert names(read_recording([write("x", [a_pod("a"), second])])) == ["a", "a"]


# Time


def test_now_is_the_newest_time_recorded(write: Write) -> None:
    def now(**fields: Any) -> datetime:
        return read_recording([write("x", a_pod(**fields))]).now

    def at(minute: int) -> str:
        return f"2026-01-01T00:{minute:02}:00Z"

    status = {
        "startTime": at(1),
        "conditions": [{"lastTransitionTime": at(2), "lastHeartbeatTime": at(3)}, "x"],
        "containerStatuses": [
            {"state": {"running": {"startedAt": at(4)}}, "lastState": {"terminated": {"finishedAt": at(5)}}}
        ],
    }
    assert now() == datetime(1970, 1, 1, tzinfo=timezone.utc)
    for minute in (5, 4, 3, 2, 1):
        assert now(status=status) == datetime(2026, 1, 1, 0, minute, tzinfo=timezone.utc)
        status = json.loads(json.dumps(status).replace(at(minute), "never"))
    metadata = {"name": "a", "creationTimestamp": at(7), "deletionTimestamp": at(9)}
    assert now(metadata=metadata) == datetime(2026, 1, 1, 0, 7, tzinfo=timezone.utc)
    late = {**event("1", "a"), "eventTime": "2026-01-01T00:08:00.123456Z", "kind": "Event"}
    assert read_recording([write("x", [a_pod(metadata=metadata), late])]).now == datetime(
        2026, 1, 1, 0, 8, 0, 123456, tzinfo=timezone.utc
    )


# Filters


def test_selects_pods_their_events_and_what_belongs_to_the_namespace(write: Write) -> None:
    items = [
        {"kind": "Pod", **pod("a", "shop", app="x")},
        {"kind": "Pod", **pod("b", "shop", app="y")},
        {"kind": "Pod", **pod("a", "web", app="x")},
        *(
            {"kind": "Event", **event(f"{namespace}-{name}", name, namespace)}
            for namespace in ("shop", "web")
            for name in "ab"
        ),
        {"kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}},
        {"kind": "Secret", "metadata": {"name": "w", "namespace": "web"}},
        {"kind": "Node", "metadata": {"name": "n"}},
        {"kind": "Namespace", "metadata": {"name": "empty"}},
    ]
    path = write("x", a_list(*items))

    def kept(**options: Any) -> dict[str, list[str]]:
        found = read_recording([path], **options)
        return {kind: names(found, kind) for kind in found.objects}

    rest = {"Node": ["n"], "Namespace": ["empty"]}
    everything = ["shop-a", "shop-b", "web-a", "web-b"]
    assert kept() == {"Pod": ["a", "b", "a"], "Event": everything, "Secret": ["s", "w"], **rest}
    assert kept(namespace="shop") == {"Pod": ["a", "b"], "Event": ["shop-a", "shop-b"], "Secret": ["s"], **rest}
    assert kept(selector="app=x") == {"Pod": ["a", "a"], "Event": ["shop-a", "web-a"], "Secret": ["s", "w"], **rest}
    assert kept(namespace="web", selector="app=y") == {"Pod": [], "Event": [], "Secret": ["w"], **rest}
    assert kept(namespace="empty") == {"Pod": [], "Event": [], "Secret": [], **rest}
    assert read_recording([path], namespace="shop").source == Source("recording", path, "shop")
    assert refused(path, namespace="prod") == f'no namespace "prod" in {path}: it holds empty, shop, web'
    with pytest.raises(SelectorError):
        read_recording([path], selector="=")


@pytest.mark.parametrize("kind", ["List", "PodList"])
def test_an_empty_list_is_a_cluster_without_pods(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "pods.json"
    path.write_text(json.dumps({"kind": kind, "apiVersion": "v1", "items": []}), encoding="utf-8")
    snapshot = read_recording([str(path)])
    assert (snapshot.pods_seen, snapshot.skipped) == (0, ())


def test_a_file_that_is_only_compressed_is_read_as_the_file_that_it_is(write: Write) -> None:
    path = write("pods.json.gz", gzip.compress(json.dumps(a_list(a_pod("a"), a_pod("b"))).encode()))
    snapshot = read_recording([path])
    assert (names(snapshot), snapshot.skipped) == (["a", "b"], ())


def test_a_compressed_file_that_is_cut_off_is_said_to_be_so(write: Write) -> None:
    data = gzip.compress(json.dumps(a_list(*(a_pod(str(number)) for number in range(500)))).encode())
    assert "is cut off or damaged" in refused(write("cut.json.gz", data[: len(data) // 2]))


def test_a_compressed_file_of_zeros_costs_no_memory(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubectl_imagepull.kube.recording.archive._ALWAYS", 1 << 16)
    path = write("bomb.json.gz", gzip.compress(b"[" + b" " * (64 << 20)))
    assert "holds more than" in refused(path)

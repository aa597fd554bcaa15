"""What a watch tells, applied to a reading: on a server made by hand, so that every order of things can be had."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from clusters import BACK_OFF, at, event, failed, pod, running, waiting
from kube.apiserver import ApiServer, Reply, Request, status

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject, key_of
from kubectl_imagepull.kube.reading import api, watched_cluster
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.reading.watch_health import WatchHealth
from kubectl_imagepull.kube.reading.watched_cluster import DepartedPods, WatchedCluster, may_fail

PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"
BAD = waiting("ImagePullBackOff", BACK_OFF)


class Lists:
    """Two lists with their watches; a watch gives what is put into it, then ends."""

    def __init__(self, server: ApiServer) -> None:
        self.items: dict[str, list[JsonObject]] = {"Pod": [], "Event": []}
        self.changes: dict[str, list[Reply]] = {"Pod": [], "Event": []}
        self.asked: list[str] = []
        server.replies["/api/v1/namespaces/shop"] = {"metadata": {"name": "shop"}}
        server.replies |= {PODS: self._answer("Pod"), EVENTS: self._answer("Event")}

    def _answer(self, kind: str) -> Callable[[Request], Reply]:
        def answer(request: Request) -> Reply:
            if "watch" not in request.query:
                return Reply(
                    body={
                        "kind": f"{kind}List",
                        "apiVersion": "v1",
                        "metadata": {"resourceVersion": "10"},
                        "items": self.items[kind],
                    }
                )
            self.asked.append(f"{kind} from {request.query['resourceVersion']}")
            return self.changes[kind].pop(0) if self.changes[kind] else Reply(body=b"", wait=0.05)

        return answer


def told(*changes: tuple[str, JsonObject]) -> Reply:
    return Reply(body=b"".join(json.dumps({"type": kind, "object": item}).encode() + b"\n" for kind, item in changes))


def versioned(item: JsonObject, version: int) -> JsonObject:
    return {**item, "metadata": {**item["metadata"], "resourceVersion": str(version)}}


@pytest.fixture
def lists(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Lists:
    monkeypatch.setattr(watched_cluster, "_FIRST_WAIT", 0.01)
    monkeypatch.setattr(watched_cluster, "_LONGEST_WAIT", 0.05)
    monkeypatch.setattr(watched_cluster, "POLL", 0.05)
    return Lists(server)


@pytest.fixture
def live(lists: Lists, session: Session) -> Iterator[Callable[[], WatchedCluster]]:
    assert lists
    made: list[WatchedCluster] = []

    def begin() -> WatchedCluster:
        made.append(WatchedCluster(session, PodScope("shop"), lambda: read_session(session)))
        made[-1].start()
        return made[-1]

    yield begin
    for one in made:
        one.close()


def soon(value: Callable[[], Any], wanted: object) -> None:
    """Waits until a value is what it should be."""
    end = time.monotonic() + 5
    while value() != wanted:
        assert time.monotonic() < end, f"{value()!r} is not {wanted!r}"
        time.sleep(0.01)


def names(live: WatchedCluster) -> list[str]:
    return [key_of(one)[1] for one in live.snapshot().pods]


def test_pods_come_change_and_go(lists: Lists, live: Callable[[], WatchedCluster]) -> None:
    lists.items["Pod"] = [versioned(pod("a"), 3), versioned(pod("b"), 4)]
    lists.changes["Pod"] = [
        told(("ADDED", versioned(pod("c"), 11)), ("DELETED", versioned(pod("b"), 12))),
        told(("MODIFIED", versioned(pod("a", {"app": BAD}), 13))),
    ]
    found = live()
    soon(lambda: names(found), ["a", "c"])
    soon(lambda: found.snapshot().pods[0]["status"]["containerStatuses"][0]["state"], BAD["state"])
    soon(lambda: [one for one in lists.asked if one == "Pod from 13"][:1], ["Pod from 13"])
    assert "Pod from 12" in lists.asked


def test_tells_which_pods_were_deleted(lists: Lists, live: Callable[[], WatchedCluster]) -> None:
    lists.items["Pod"] = [versioned(pod(name, uid=f"u-{name}"), 3) for name in ("a", "b", "c")]
    lists.changes["Pod"] = [
        told(("DELETED", versioned(pod("a", uid="u-a"), 11)), ("ADDED", versioned(pod("b", uid="other"), 12)))
    ]
    found = live()
    soon(lambda: found.departed, DepartedPods(frozenset({"u-a", "u-b"})))
    lists.items["Pod"] = [versioned(pod("b", uid="other"), 20)]
    lists.changes["Pod"] = [status(410, "too old")]
    soon(lambda: found.departed, DepartedPods(frozenset({"u-a", "u-b", "u-c"})))


def test_tells_which_pods_came_to_run_where_only_those_that_fail_are_kept(
    lists: Lists, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_cluster, "_MOST_DEPARTED", 1)
    found = WatchedCluster(session, PodScope("shop"), lambda: replace(read_session(session), total=900))
    works = versioned(pod("a", {"app": running()}, phase="Running", uid="u-a"), 12)
    for kind, item in (
        ("ADDED", versioned(pod("a", uid="u-a"), 11)),
        ("MODIFIED", works),
        ("MODIFIED", versioned(pod("never held", {"app": running()}, phase="Running", uid="u-n"), 13)),
    ):
        found._apply("pods", kind, item)
    assert found.departed == DepartedPods(working=(works,))
    found._apply("pods", "DELETED", versioned(works, 14))
    assert found.departed == DepartedPods(frozenset({"u-a"}))
    found._apply("pods", "ADDED", versioned(pod("b", uid="u-b"), 15))
    found._apply("pods", "DELETED", versioned(pod("b", uid="u-b"), 16))
    assert found.departed == DepartedPods(frozenset({"u-b"}))
    assert lists.asked == []


def test_what_is_older_than_the_reading_changes_nothing(lists: Lists, live: Callable[[], WatchedCluster]) -> None:
    lists.items["Pod"] = [versioned(pod("a", phase="Running"), 15)]
    lists.changes["Pod"] = [
        told(
            ("MODIFIED", versioned(pod("a"), 11)),
            ("DELETED", versioned(pod("a"), 12)),
            ("ADDED", versioned(pod("b"), 13)),
        )
    ]
    found = live()
    soon(lambda: names(found), ["a", "b"])
    assert found.snapshot().pods[0]["status"]["phase"] == "Running"


def test_bookmarks_only_move_the_version(lists: Lists, live: Callable[[], WatchedCluster]) -> None:
    lists.changes["Pod"] = [told(("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": "99"}}))]
    found = live()
    soon(lambda: [one for one in lists.asked if one == "Pod from 99"][:1], ["Pod from 99"])
    assert names(found) == []


def test_events_are_kept_of_pods_that_are_held_and_those_that_come_early(
    lists: Lists, live: Callable[[], WatchedCluster]
) -> None:
    lists.items["Pod"] = [pod("a")]
    early = {**failed(at(50)), "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "b"}}
    lists.changes["Event"] = [
        told(
            ("ADDED", event("Pulling", "Pulling image", at(40), name="a")),
            ("ADDED", early),
            ("ADDED", event("Scheduled", "Assigned", at(41), name="b")),
        )
    ]
    found = live()
    soon(lambda: [one["reason"] for one in found.snapshot().events], ["Pulling"])
    lists.changes["Pod"] = [told(("ADDED", pod("b")))]
    soon(lambda: [one["reason"] for one in found.snapshot().events], ["Pulling", "Failed"])


def test_an_event_that_expires_is_gone(lists: Lists, live: Callable[[], WatchedCluster]) -> None:
    lists.items |= {"Pod": [pod("a")], "Event": [event("Pulling", "Pulling image", at(40), name="a")]}
    found = live()
    assert len(found.snapshot().events) == 1
    lists.changes["Event"] = [told(("DELETED", event("Pulling", "Pulling image", at(40), name="a")))]
    soon(lambda: len(found.snapshot().events), 0)


@pytest.mark.parametrize(
    "answer", [status(410, "too old"), told(("ERROR", {"kind": "Status", "code": 410, "message": "too old"}))]
)
def test_where_the_version_is_too_old_all_is_read_again(
    lists: Lists, live: Callable[[], WatchedCluster], answer: Reply
) -> None:
    found = live()
    lists.items["Pod"] = [pod("new")]
    lists.changes["Pod"] = [answer]
    soon(lambda: names(found), ["new"])
    assert found.health == WatchHealth()


def test_a_watch_that_fails_is_said_until_it_works_again(lists: Lists, live: Callable[[], WatchedCluster]) -> None:
    lists.changes["Pod"] = [status(500, "boom"), Reply(body=b"x", cut=0)]
    found = live()
    soon(lambda: found.health, WatchHealth(broken=("the watch of pods ended (boom)",)))
    lists.changes["Pod"].append(told(("ADDED", pod("a"))))
    soon(lambda: names(found), ["a"])
    soon(lambda: found.health, WatchHealth())


def test_where_watching_is_not_allowed_all_is_read_now_and_then(
    lists: Lists, live: Callable[[], WatchedCluster]
) -> None:
    lists.changes["Pod"] = [status(403, "no")]
    found = live()
    said = "not allowed to watch pods in namespace shop (verb watch): read every 0 s"
    soon(lambda: found.health, WatchHealth(not_allowed=(said,)))
    lists.items["Pod"] = [pod("a")]
    soon(lambda: names(found), ["a"])


def test_a_reading_in_place_of_a_watch_may_fail_and_works_again(
    lists: Lists, server: ApiServer, live: Callable[[], WatchedCluster]
) -> None:
    lists.changes["Pod"] = [status(403, "no")]
    found = live()
    soon(lambda: bool(found.health.not_allowed), wanted=True)
    works, server.replies[PODS] = server.replies[PODS], status(500, "boom")
    soon(
        lambda: [fault.partition(" did ")[2].partition(";")[0] for fault in found.health.broken],
        ["not return its pods (boom)"],
    )
    server.replies[PODS] = works
    soon(lambda: found.health.broken, ())
    assert found.health.not_allowed


@pytest.mark.parametrize(
    "answer",
    [
        told(("ERROR", {"code": 410, "message": "too old"})),
        told(("BOOKMARK", {"metadata": {"resourceVersion": "11"}})),
        Reply(body=b""),
        status(410, "gone"),
        told(("ADDED", pod("web-1"))),
    ],
    ids=["expired", "bookmark", "empty", "gone", "change"],
)
def test_a_watch_that_ends_at_once_is_not_begun_again_without_a_pause(
    server: ApiServer,
    lists: Lists,
    live: Callable[[], WatchedCluster],
    answer: Reply,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watched_cluster, "_FIRST_WAIT", 0.5)
    monkeypatch.setattr(watched_cluster, "_LONGEST_WAIT", 0.5)
    lists.changes["Pod"] = [answer] * 10_000
    live()
    time.sleep(1.2)
    assert 2 <= len([one for one in lists.asked if one.startswith("Pod")]) <= 4
    assert len(server.requests) < 40


def test_lines_that_are_no_json_are_passed_over(lists: Lists, session: Session) -> None:
    lists.changes["Pod"] = [Reply(body=b'\n{"type": "ADDED"\n[]\n{"type": "ADDED", "object": {}}\n{"type": "LOST"')]
    assert list(api.watch(session, PODS, "1")) == [{"type": "ADDED", "object": {}}]


@pytest.mark.parametrize(
    ("phase", "state", "fails"),
    [
        ("Pending", waiting("ContainerCreating"), True),
        ("Failed", {"state": {"terminated": {}}}, True),
        ("Succeeded", {"state": {"terminated": {}}}, False),
        ("Running", running(), False),
        ("Running", {"state": {"terminated": {}}}, False),
        ("Running", BAD, True),
        ("Running", {}, True),
    ],
)
def test_which_pods_are_kept_of_a_large_cluster(phase: str, state: JsonObject, *, fails: bool) -> None:
    assert may_fail(pod("a", {"app": state}, phase=phase)) is fails

"""Large scopes on a server that selects pods as a kube-apiserver does, and what becomes of steps that fail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from clusters import BACK_OFF, at, event, failed, pod, running, waiting
from kube.apiserver import ApiServer, Reply, Request, listing, status
from kube.reading.test_pod_table import cells, table

from kubectl_imagepull.kube.connection.server_connections import MOST_CONNECTIONS
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject, key_of
from kubectl_imagepull.kube.reading import live
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, SourceError

BAD = waiting("ImagePullBackOff", BACK_OFF)
CRASH = waiting("CrashLoopBackOff", "back-off 10s restarting failed container")
ONLY_EVENTS = "ephemeral containers"


def ready(name: str, **about: Any) -> JsonObject:
    return pod(name, {"app": {**running(), "ready": True}}, phase="Running", uid=f"u-{name}", **about)


def broken(name: str, phase: str = "Running", **statuses: JsonObject) -> JsonObject:
    return pod(name, statuses, phase=phase, uid=f"u-{name}")


class Cluster:
    """Pods and events, and requests that fail: what is named in `faults` is answered by it."""

    def __init__(self, pods: list[JsonObject], events: list[JsonObject]) -> None:
        self.pods = pods
        self.events = events
        self.faults: dict[str, Reply] = {}

    def serve(self, server: ApiServer) -> None:
        for path in ("/api/v1", "/api/v1/namespaces/shop"):
            server.replies[f"{path}/pods"] = self._pods
            server.replies[f"{path}/events"] = self._events

    def _pods(self, request: Request) -> Reply:
        fields = [one.split("=", 1) for one in request.query.get("fieldSelector", "").split(",") if one]
        step = next((key for key, _ in fields), "all")
        if "includeObject" in request.query:
            step = "table"
        elif request.query.get("limit") == "25":
            step = "first"
        if step in self.faults:
            return self.faults[step]
        chosen = [one for one in self.pods if all(holds(one, key, value) for key, value in fields)]
        if step == "table":
            return Reply(body=table(*map(row, chosen)))
        if step == "first":
            return Reply(body=listing("PodList", self.pods[0], following="more"))
        return Reply(body=listing("PodList", *chosen))

    def _events(self, request: Request) -> Reply:
        fields = dict(one.split("=", 1) for one in request.query["fieldSelector"].split(","))
        step = fields.get("reason", fields.get("involvedObject.name", "all"))
        if step in self.faults:
            return self.faults[step]
        chosen = [
            one
            for one in self.events
            if fields.get("reason", one["reason"]) == one["reason"]
            and fields.get("involvedObject.name", one["involvedObject"]["name"]) == one["involvedObject"]["name"]
        ]
        return Reply(body=listing("EventList", *chosen))


def holds(one: JsonObject, key: str, value: str) -> bool:
    path = key.removesuffix("!")
    found = {
        "status.phase": one["status"]["phase"],
        "metadata.name": one["metadata"]["name"],
        "spec.nodeName": one["spec"]["nodeName"],
    }
    return (found[path] == value) is not key.endswith("!")


def row(one: JsonObject) -> list[Any]:
    statuses = one["status"]["containerStatuses"]
    count = sum(bool(each.get("ready")) for each in statuses)
    reasons = [each["state"]["waiting"]["reason"] for each in statuses if "waiting" in each["state"]]
    return cells(one["metadata"]["name"], f"{count}/{len(statuses)}", next(iter(reasons), "Running"))


FINE = {**running(), "ready": True}


@pytest.fixture
def cluster(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Too large to be read whole, with a failed pull for each way in which it can be found."""
    monkeypatch.setattr(live, "SMALL", 0)
    debugged = ready("debugged", spec={"ephemeralContainers": [{"name": "debug", "image": "x"}]})
    debugged["status"]["ephemeralContainerStatuses"] = [{"name": "debug", **BAD}]
    debug = event("Failed", "Error: ErrImagePull", at(50), name="debugged", uid="u-debugged")
    debug["involvedObject"]["fieldPath"] = "spec.ephemeralContainers{debug}"
    found = Cluster(
        [
            ready("fine"),
            broken("pending", "Pending", app=BAD),
            broken("shown", app=FINE, side=BAD),
            broken("hidden", app=CRASH, side=BAD),
            broken("crash", app=CRASH, side=FINE),
            broken("between", app=CRASH),
            broken("done", "Succeeded", app={"state": {"terminated": {"exitCode": 0}}}),
            debugged,
        ],
        [
            debug,
            event("Started", "Started container", at(40), name="fine", uid="u-fine"),
            {
                **failed(at(50)),
                "involvedObject": {
                    "kind": "Pod",
                    "namespace": "shop",
                    "name": "between",
                    "uid": "u-between",
                    "fieldPath": "spec.containers{app}",
                },
            },
        ],
    )
    found.serve(server)
    return found


def pods(snapshot: Snapshot) -> list[str]:
    return [key_of(one)[1] for one in snapshot.pods]


def what(snapshot: Snapshot) -> list[str]:
    return [skipped.what for skipped in snapshot.skipped]


@pytest.mark.parametrize("everywhere", [True, False])
def test_reads_what_may_fail_and_nothing_else(cluster: Cluster, session: Session, *, everywhere: bool) -> None:
    assert cluster.pods
    found = read_session(session, all_namespaces=everywhere)
    assert pods(found) == ["between", "debugged", "hidden", "pending", "shown"]
    assert (found.pods_seen, found.total) == (len(cluster.pods), len(cluster.pods))
    assert [one["involvedObject"]["name"] for one in found.events] == ["between", "debugged"]
    assert found.skipped == (
        Skipped(
            ONLY_EVENTS,
            "of 2 running pods that are ready only the events were read; --full reads the pods too",
            partly=False,
            short="by events only in 2 ready pods (see --full)",
        ),
    )


def done_requests(server: ApiServer) -> int:
    return sum("Succeeded" in one.query.get("fieldSelector", "").replace("!=Succeeded", "") for one in server.requests)


def test_pods_that_are_done_count_by_what_the_first_page_says(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    page = listing("PodList", cluster.pods[0], following="more")
    page["metadata"]["remainingItemCount"] = len(cluster.pods) - 1
    cluster.faults["first"] = Reply(body=page)
    assert read_session(session).pods_seen == len(cluster.pods)
    assert done_requests(server) == 0
    # of half of the pods nothing is known
    cluster.faults["status.phase!"] = status(500, "boom")
    assert read_session(session).pods_seen == 6


def test_where_a_selector_hides_how_many_there_are_the_done_ones_are_counted(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    assert read_session(session, selector="app").pods_seen == len(cluster.pods)
    assert done_requests(server) == 1
    serve = server.replies["/api/v1/namespaces/shop/pods"]
    server.replies["/api/v1/namespaces/shop/pods"] = lambda request: (
        status(500, "boom") if request.query.get("fieldSelector") == "status.phase=Succeeded" else serve(request)
    )
    found = read_session(session, selector="app")
    assert found.pods_seen == len(cluster.pods) - 1
    assert found.skipped[-1] == Skipped("pods that have finished", "could not be counted: boom", partly=False)


def test_full_reads_all(cluster: Cluster, session: Session) -> None:
    found = read_session(session, full=True)
    assert (len(found.pods), found.total, found.skipped) == (len(cluster.pods), None, ())


def test_asks_for_the_pods_that_are_not_ready_by_name_and_node(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    assert cluster.pods
    read_session(session, all_namespaces=True)
    asked = [
        one.query["fieldSelector"] for one in server.requests if "metadata.name" in one.query.get("fieldSelector", "")
    ]
    assert sorted(asked) == [
        "metadata.name=between,spec.nodeName=node-a",
        "metadata.name=debugged",
        "metadata.name=hidden,spec.nodeName=node-a",
        "metadata.name=shown,spec.nodeName=node-a",
    ]


def test_a_silent_pod_whose_image_came_later_is_told_by_its_events(cluster: Cluster, session: Session) -> None:
    pulled = event("Pulled", 'Successfully pulled image "x"', at(59), name="between", uid="u-between")
    cluster.events.append(pulled)
    found = read_session(session)
    assert [one["reason"] for one in found.events if one["involvedObject"]["name"] == "between"] == ["Failed", "Pulled"]


def test_reads_sandbox_events_of_pods_that_wait_for_theirs(cluster: Cluster, session: Session) -> None:
    cluster.pods.append(broken("unborn", "Pending", app=waiting("ContainerCreating")))
    cluster.events.append(event("FailedCreatePodSandBox", "no sandbox image", at(50), name="unborn", uid="u-unborn"))
    cluster.events.append(event("Scheduled", "assigned", at(49), name="unborn", uid="u-unborn"))
    found = read_session(session)
    about = [one["reason"] for one in found.events if one["involvedObject"]["name"] == "unborn"]
    assert about == ["FailedCreatePodSandBox", "Scheduled"]


def test_many_pods_that_are_not_ready_are_read_with_a_list(
    cluster: Cluster, session: Session, server: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster.pods
    monkeypatch.setattr("kubectl_imagepull.kube.reading.selective._FEW", 1)
    found = read_session(session)
    assert pods(found) == ["between", "debugged", "hidden", "pending", "shown"]
    named = [one for one in server.requests if one.query.get("fieldSelector", "").startswith("metadata.name")]
    assert sorted(one.query["fieldSelector"] for one in named) == ["metadata.name=between", "metadata.name=debugged"]


@pytest.mark.parametrize(
    ("step", "lost", "left"),
    [
        ("status.phase!", "pods that aren't running", ["between", "debugged", "hidden", "shown"]),
        ("table", "pods that run", ["debugged", "pending"]),
        ("metadata.name", "pods that are not ready", ["pending"]),
        ("Failed", "events", ["hidden", "pending", "shown"]),
    ],
)
def test_a_step_that_fails_costs_only_itself(
    cluster: Cluster, session: Session, step: str, lost: str, left: list[str]
) -> None:
    cluster.faults[step] = status(500, "boom")
    found = read_session(session)
    assert pods(found) == left
    assert next(one for one in found.skipped if one.partly).what == lost
    assert "could not be read: boom" in found.skipped[0].why
    assert ("Event" in found.objects) is (step != "Failed")


def test_without_any_pods_what_the_first_page_held_is_left(cluster: Cluster, session: Session) -> None:
    cluster.faults |= {"status.phase!": status(500, "boom"), "table": status(503, "bang")}
    found = read_session(session)
    assert (pods(found), what(found)) == (["fine"], ["pods"])
    assert found.skipped[0].why == "the list broke off after 1: boom"
    cluster.faults["first"] = status(500, "no")
    with pytest.raises(SourceError, match=r"did not return its pods \(no\)"):
        read_session(session)


@pytest.mark.parametrize(
    "answer", [status(400, "field label not supported"), status(406, "no"), Reply(body=listing("PodList"))]
)
@pytest.mark.parametrize("step", ["status.phase!", "table"])
def test_a_server_that_knows_no_such_request_is_read_whole(
    cluster: Cluster, session: Session, step: str, answer: Reply
) -> None:
    if step == "status.phase!" and answer.status == 200:
        return
    cluster.faults[step] = answer
    found = read_session(session)
    assert (len(found.pods), found.total) == (len(cluster.pods), None)
    assert [(one.what, one.partly) for one in found.skipped] == [("reading only the failing pods", False)]


def test_a_connection_that_breaks_costs_a_second_reading_in_pages(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    serve = server.replies["/api/v1/namespaces/shop/pods"]

    def answer(request: Request) -> Reply:
        reply: Reply = serve(request)
        whole = request.query.get("resourceVersion") == "0" and "!=" in request.query.get("fieldSelector", "")
        return Reply(body=reply.body, cut=20) if whole else reply

    server.replies["/api/v1/namespaces/shop/pods"] = answer
    found = read_session(session)
    assert pods(found) == ["between", "debugged", "hidden", "pending", "shown"]
    paged = [one.query for one in server.requests if "!=" in one.query.get("fieldSelector", "")]
    assert [query.get("limit") for query in paged] == [None, None, "500"]
    assert cluster.pods


def test_where_pods_may_be_listed_in_some_namespaces_only_those_are_read(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    assert cluster.pods
    server.replies["/api/v1/pods"] = status(403, "pods is forbidden")
    namespaces = [{"metadata": {"name": name}} for name in ("shop", "hidden", "gone")]
    server.replies["/api/v1/namespaces"] = listing("NamespaceList", *namespaces)
    server.replies["/api/v1/namespaces/hidden/pods"] = status(403, "no")
    server.replies["/api/v1/namespaces/gone/pods"] = status(500, "boom")
    found = read_session(session, all_namespaces=True)
    assert pods(found) == ["between", "debugged", "hidden", "pending", "shown"]
    assert [(one.what, one.why) for one in found.skipped if one.partly] == [
        (
            "other namespaces",
            "not allowed to list pods in all namespaces; read namespace shop, not allowed in namespace hidden",
        ),
        ("namespace gone", "could not be read: boom"),
    ]


def test_a_server_that_asks_for_patience_is_not_asked_for_each_pod(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    cluster.pods += [broken(f"more-{number}", app=BAD) for number in range(40)]
    cluster.faults["metadata.name"] = status(429, "later", Retry_After="3600")
    found = read_session(session)
    assert pods(found) == ["pending"]
    assert re.fullmatch(r"could not be read: later and \d+ more", found.skipped[0].why)
    asked = [one for one in server.requests if one.query.get("fieldSelector", "").startswith("metadata.name")]
    # those on their way are not called back; events lead to two more in requests of their own
    assert len(asked) <= 3 + MOST_CONNECTIONS + 3


def test_namespaces_that_fail_alike_are_said_together_and_given_up(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    assert cluster.pods
    server.replies["/api/v1/pods"] = status(403, "pods is forbidden")
    names = [f"team-{number:02}" for number in range(40)]
    spaces = [{"metadata": {"name": name}} for name in ("shop", *names)]
    list_of_them = listing("NamespaceList", *spaces, following="more")
    server.replies["/api/v1/namespaces"] = lambda request: (
        status(500, "boom") if "continue" in request.query else Reply(body=list_of_them)
    )
    server.replies |= {f"/api/v1/namespaces/{name}/pods": status(429, "later", Retry_After="3600") for name in names}
    found = read_session(session, all_namespaces=True)
    assert pods(found) == ["between", "debugged", "hidden", "pending", "shown"]
    told = {one.why: one.what for one in found.skipped if one.partly}
    assert told["the list broke off after 41: boom"] == "namespaces"
    assert told["could not be read: later"].startswith("namespaces team-00, team-01, team-02")
    assert told["could not be read: 3 earlier requests got no answer"].endswith(" more")
    assert len([one for one in server.requests if "/team-" in one.path]) <= 3 + 4


def test_without_the_right_to_list_namespaces_those_of_the_kubeconfig_are_tried(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    assert cluster.pods
    server.replies["/api/v1/pods"] = status(403, "pods is forbidden")
    server.replies["/api/v1/namespaces"] = status(403, "namespaces is forbidden")
    found = read_session(session, all_namespaces=True)
    assert len(found.pods) == 5
    assert found.skipped[0] == Skipped(
        "namespaces",
        "not allowed to list them (verb list, resource namespaces): tried namespace shop of the kubeconfig",
    )


def test_where_no_namespace_may_be_read_it_says_what_to_do(server: ApiServer, session: Session) -> None:
    for path in ("/api/v1/pods", "/api/v1/namespaces", "/api/v1/namespaces/shop/pods"):
        server.replies[path] = status(403, "no")
    with pytest.raises(SourceError) as caught:
        read_session(session, all_namespaces=True)
    assert str(caught.value) == (
        "not allowed to list pods in all namespaces (no); choose a namespace with -n, or ask for that right, and "
        f"check it with '{session.kubectl} auth can-i list pods -A' (namespaces: not allowed to list them (verb "
        "list, resource namespaces): tried namespace shop of the kubeconfig)"
    )

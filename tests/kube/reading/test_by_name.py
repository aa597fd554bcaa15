"""What a user names, against an API server: asked for by name, and never by reading all pods."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clusters import BACK_OFF, NOT_FOUND, at, pod, running, waiting
from inside import run_inside
from kube.apiserver import ApiServer, Reply, Request, listing, status

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject, key_of
from kubectl_imagepull.kube.reading import live
from kubectl_imagepull.kube.reading.by_name import ObjectName, add_named, read_named
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot

PROGRAM = Path(sys.executable).with_name("kubectl-imagepull")
BAD = waiting("ImagePullBackOff", f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")
#: Kind -> where its objects are.
PLACES = {
    "Pod": "/api/v1{}/pods",
    "Event": "/api/v1{}/events",
    "Deployment": "/apis/apps/v1{}/deployments",
    "StatefulSet": "/apis/apps/v1{}/statefulsets",
    "DaemonSet": "/apis/apps/v1{}/daemonsets",
    "ReplicaSet": "/apis/apps/v1{}/replicasets",
    "Job": "/apis/batch/v1{}/jobs",
    "CronJob": "/apis/batch/v1{}/cronjobs",
    "ReplicationController": "/api/v1{}/replicationcontrollers",
}


class Cluster:
    """Objects that are listed by field and label (equality only), and got by name."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.items: list[JsonObject] = []
        for kind, place in PLACES.items():
            for namespace in ("", "/namespaces/shop", "/namespaces/dev"):
                server.replies[place.format(namespace)] = self._lists(kind, namespace.rpartition("/")[2])

    def add(self, *items: JsonObject) -> None:
        self.items += items
        for item in items:
            namespace, name = key_of(item)
            place = PLACES[item["kind"]].format(f"/namespaces/{namespace}")
            self.server.replies[f"{place}/{name}"] = item

    def _lists(self, kind: str, namespace: str) -> Callable[[Request], Any]:
        def answer(request: Request) -> Reply:
            fields = dict(one.split("=") for one in request.query.get("fieldSelector", "").split(",") if one)
            labels = dict(one.split("=") for one in request.query.get("labelSelector", "").split(",") if one)
            chosen = [
                one
                for one in self.items
                if one["kind"] == kind
                and namespace in {"", key_of(one)[0]}
                and fields.get("metadata.name", key_of(one)[1]) == key_of(one)[1]
                and labels.items() <= one["metadata"].get("labels", {}).items()
                and fields.get("involvedObject.name") in {None, one.get("involvedObject", {}).get("name")}
                and fields.get("involvedObject.kind") in {None, one.get("involvedObject", {}).get("kind")}
                and fields.get("reason") in {None, one.get("reason")}
            ]
            return Reply(body=listing(f"{kind}List", *chosen))

        return answer

    @property
    def pod_lists(self) -> list[dict[str, str]]:
        """The queries of all lists of pods."""
        return [one.query for one in self.server.requests if one.path.endswith("/pods")]


def made(
    kind: str, name: str, owner: tuple[str, str] | None = None, namespace: str = "shop", **more: Any
) -> JsonObject:
    """An object whose pods have its own name as label `app`."""
    selector: Any = {"app": name} if kind == "ReplicationController" else {"matchLabels": {"app": name}}
    owners = [{"kind": owner[0], "name": owner[1], "controller": True}] if owner else []
    return {
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "ownerReferences": owners, "labels": {"app": name}},
        "spec": {"selector": selector} | more,
    }


def pod_of(owner: tuple[str, str], name: str, app: str, *, bad: bool = False, namespace: str = "shop") -> JsonObject:
    statuses = {"app": BAD if bad else {**running(), "ready": True}}
    metadata = {
        "labels": {"app": app},
        "ownerReferences": [{"kind": owner[0], "name": owner[1], "controller": True}],
    }
    found = pod(name, statuses, phase="Pending" if bad else "Running", namespace=namespace, uid=f"u-{name}")
    found["metadata"] |= metadata
    return found


@pytest.fixture
def cluster(server: ApiServer) -> Cluster:
    """A workload of each kind with a pod that is well, one without pods, and many others."""
    found = Cluster(server)
    web = made("ReplicaSet", "web-1a", ("Deployment", "web"), selector={"matchLabels": {"app": "web"}})
    web["metadata"]["labels"] = {"app": "web"}
    found.add(
        made("Deployment", "web"),
        web,
        pod_of(("ReplicaSet", "web-1a"), "web-1a-x", "web"),
        made("StatefulSet", "db"),
        pod_of(("StatefulSet", "db"), "db-0", "db"),
        made("DaemonSet", "agent"),
        pod_of(("DaemonSet", "agent"), "agent-x", "agent"),
        made("CronJob", "night"),
        made("Job", "night-1", ("CronJob", "night")),
        made("Job", "once"),
        pod_of(("Job", "night-1"), "night-1-x", "night-1"),
        made("ReplicationController", "old"),
        pod_of(("ReplicationController", "old"), "old-x", "old"),
        made("Deployment", "asleep", replicas=0),
        made("StatefulSet", "stuck", replicas=1),
        {
            "kind": "Event",
            "metadata": {"name": "stuck.1", "namespace": "shop"},
            "involvedObject": {"kind": "StatefulSet", "namespace": "shop", "name": "stuck"},
            "reason": "FailedCreate",
            "message": "create Pod stuck-0 failed: exceeded quota: pods",
            "lastTimestamp": at(30),
        },
        pod("other", {"app": running()}, phase="Running", uid="u-other"),
    )
    return found


@pytest.fixture
def run(server: ApiServer, kubeconfig: Callable[..., str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `diagnose` with the server in the namespace `shop`; gives exit code and both outputs."""
    config = kubeconfig(server.url, namespace="shop")
    environment = {"PATH": os.environ["PATH"], "HOME": str(Path(config).parent), "KUBECONFIG": config}

    def diagnose(*arguments: str) -> tuple[int, str, str]:
        result = run_inside(environment, "diagnose", *arguments)
        return result.returncode, result.stdout, result.stderr

    return diagnose


Run = Callable[..., tuple[int, str, str]]
TYPED = ["deployment/web", "replicaset/web-1a", "statefulset/db", "daemonset/agent", "cronjob/night", "job/night-1"]


@pytest.mark.parametrize("name", [*TYPED, "replicationcontroller/old", "pod/db-0"])
def test_through_all_namespaces_only_what_is_named_is_read(cluster: Cluster, run: Run, name: str) -> None:
    assert run(name, "-A") == (0, f"{name}: no failed image pull\n", "")
    assert cluster.pod_lists
    assert all({"labelSelector", "fieldSelector"} & query.keys() for query in cluster.pod_lists)


@pytest.mark.parametrize("where", [[], ["-A"]])
def test_a_workload_without_pods_is_there(cluster: Cluster, run: Run, where: list[str]) -> None:
    place = "shop/" if where else ""
    assert cluster.items
    assert run("deploy/asleep", *where) == (
        0,
        f"{place}deployment/asleep exists and has no pods: 0 replicas are wanted\n",
        "",
    )
    assert run("sts", "stuck", *where) == (
        0,
        f"{place}statefulset/stuck exists and has no pods: they can't be created: create Pod stuck-0 failed: "
        "exceeded quota: pods\n",
        "",
    )
    code, out, err = run("deploy/asleep", *where, "-o", "json")
    assert (code, json.loads(out)["failures"]) == (0, [])
    assert err == f"note: {place}deployment/asleep exists and has no pods: 0 replicas are wanted\n"


@pytest.mark.parametrize(
    ("where", "place"),
    [([], "namespace shop (-n names another, -A all)"), (["-A"], "any namespace of test")],
)
def test_what_is_not_there_is_said_on_one_line(cluster: Cluster, run: Run, where: list[str], place: str) -> None:
    assert run("deploy/nope", *where) == (3, "", f"error: deployment/nope not found in {place}\n")
    assert run("nope", *where) == (3, "", f"error: pod/nope not found in {place}\n")
    assert run("nope", "db-0", *where) == (
        4,
        "pod/db-0: no failed image pull\n",
        f"note: pod/nope not found in {place}\n",
    )
    assert run("nope", "deploy/gone", *where)[2].splitlines() == [
        f"error: pod/nope not found in {place}",
        f"error: deployment/gone not found in {place}",
    ]
    if where:
        assert all({"labelSelector", "fieldSelector"} & query.keys() for query in cluster.pod_lists)


@pytest.mark.parametrize("where", [[], ["-A"]])
def test_a_workload_by_its_name_alone(cluster: Cluster, run: Run, where: list[str]) -> None:
    note = "note: there is no pod web: read as deployment/web\n"
    assert run("web", *where) == (0, "deployment/web: no failed image pull\n", note)
    cluster.add(made("StatefulSet", "web"))
    code, out, err = run("web", *where)
    assert (code, out) == (3, "")
    assert err.endswith("; did you mean deployment/web or statefulset/web?\n")


def test_a_type_that_is_not_looked_up_is_wrong_usage(cluster: Cluster, run: Run) -> None:
    assert cluster.items
    for where in ([], ["-A"]):
        code, out, err = run("svc/web", *where)
        assert (code, out) == (2, "")
        assert "svc/web: 'svc' isn't a supported type: use pod, deployment," in " ".join(err.split())


def test_a_name_as_tables_show_it_is_looked_for_in_its_namespace(cluster: Cluster, run: Run) -> None:
    cluster.add(made("StatefulSet", "db", namespace="dev", replicas=0))
    assert run("shop/statefulset/db") == (0, "shop/statefulset/db: no failed image pull\n", "")
    cluster.server.replies["/api/v1/namespaces/dev"] = {"metadata": {"name": "dev"}}
    empty = "exists and has no pods: 0 replicas are wanted\n"
    assert run("dev/statefulset/db") == (0, f"dev/statefulset/db {empty}", "")
    assert run("dev/statefulset/db", "shop/statefulset/db", "-A")[1] == (
        f"dev/statefulset/db {empty}shop/statefulset/db: no failed image pull\n"
    )
    for arguments, why in (
        (["dev/sts/db", "-n", "shop"], "dev/statefulset/db names its namespace, and -n shop another"),
        (["dev/sts/db", "db-0"], "dev/statefulset/db names its namespace, and others don't name the same: -A looks"),
    ):
        code, _, err = run(*arguments)
        assert code == 2
        assert why in " ".join(err.split())


def test_what_fails_is_diagnosed_with_all_that_is_around_it(cluster: Cluster, run: Run) -> None:
    cluster.add(pod_of(("StatefulSet", "db"), "db-1", "db", bad=True))
    for where in ([], ["-A"]):
        code, out, err = run("sts/db", "deploy/asleep", "--details", *where)
        assert (code, err) == (0, "")
        assert out.splitlines()[0].endswith("deployment/asleep exists and has no pods: 0 replicas are wanted")
        assert "TagNotFound: " in out
        assert "  Pod:         shop/db-1\n" in out


def test_a_missing_pod_of_a_large_namespace_costs_no_second_reading(
    cluster: Cluster, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What read_session leaves out is asked for by name, here with what the program does in between left out."""
    monkeypatch.setattr(live, "SMALL", 0)
    found = add_named(read_session(session), read_named(session, PodScope("shop"), [ObjectName("Pod", "db-0")]))
    assert "db-0" in [key_of(one)[1] for one in found.pods]
    assert cluster.items


def names(snapshot: Snapshot) -> list[str]:
    return [key_of(one)[1] for one in snapshot.pods]


def test_a_selector_holds_for_what_is_named_too(cluster: Cluster, session: Session) -> None:
    assert names(read_named(session, PodScope("shop", "app=db"), [ObjectName("Pod", "db-0")])) == ["db-0"]
    assert (
        names(
            read_named(
                session, PodScope("shop", "app=no"), [ObjectName("Pod", "db-0"), ObjectName("StatefulSet", "db")]
            )
        )
        == []
    )
    assert cluster.pod_lists[-1] == {"labelSelector": "app=db,app=no", "limit": "500"}


def test_of_many_pods_the_events_of_their_namespace_are_read(cluster: Cluster, session: Session) -> None:
    cluster.add(*(pod_of(("StatefulSet", "db"), f"db-{number}", "db") for number in range(1, 25)))
    cluster.add(
        {
            "kind": "Event",
            "metadata": {"name": "e", "namespace": "shop"},
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "db-7"},
        }
    )
    found = read_named(session, PodScope(None), [ObjectName("StatefulSet", "db")])
    assert (len(found.pods), len(found.events)) == (25, 1)
    asked = [one.query["fieldSelector"] for one in cluster.server.requests if one.path.endswith("/events")]
    assert asked == ["involvedObject.kind=Pod"]


def test_what_can_not_be_read_is_said(cluster: Cluster, session: Session, server: ApiServer) -> None:
    server.replies["/api/v1/namespaces/shop/events"] = status(403, "no")
    server.replies["/apis/apps/v1/namespaces/shop/deployments/web"] = status(403, "no")
    found = read_named(session, PodScope("shop"), [ObjectName("Pod", "db-0"), ObjectName("Deployment", "web")])
    assert names(found) == ["db-0"]
    assert "Event" not in found.objects
    assert [one.what for one in found.skipped] == ["events"]
    assert found.unread["Deployment", "shop", "web"].startswith("not allowed to get deployments in namespace shop")
    server.replies["/api/v1/namespaces/shop/pods"] = status(500, "boom")
    found = read_named(session, PodScope("shop"), [ObjectName("Pod", "db-0")])
    assert found.skipped == (Skipped("pods of that name", "could not be read: boom"),)
    assert cluster.items


def test_where_names_can_not_be_read_the_scope_is(cluster: Cluster, run: Run, server: ApiServer) -> None:
    """Pods may be listed in one namespace only: -A falls back to that."""
    server.replies["/api/v1/pods"] = status(403, "no")
    server.replies["/api/v1/namespaces"] = listing("NamespaceList", {"metadata": {"name": "shop"}})
    other = "note: other namespaces: not allowed to list pods in all namespaces; read namespace shop\n"
    assert run("db-0", "-A") == (4, "pod/db-0: no failed image pull\n", other)
    assert run("nope", "-A") == (
        3,
        "",
        f"{other}note: pods of that name: could not be read: no\nerror: pod/nope not found in any namespace of test\n",
    )
    # the workload says which namespace it is in
    assert run("sts/db", "-A") == (0, "statefulset/db: no failed image pull\n", "")
    assert cluster.items


def test_a_workload_that_may_not_be_looked_up_is_not_denied(cluster: Cluster, run: Run, server: ApiServer) -> None:
    server.replies["/apis/apps/v1/namespaces/shop/deployments/asleep"] = status(403, "no")
    assert run("deploy/asleep") == (
        3,
        "",
        "error: deployment/asleep not found in namespace shop (-n names another, -A all); could not check whether it "
        "exists without pods: not allowed to get deployments in namespace shop (verb get, resource "
        "deployments.apps)\n",
    )
    assert cluster.items


def test_wait_says_what_it_can_not_wait_for(cluster: Cluster, run: Run) -> None:
    assert cluster.items
    assert run("deploy/asleep", "--wait", "1s") == (
        3,
        "",
        "error: deployment/asleep exists and has no pods: 0 replicas are wanted\n",
    )
    assert run("svc/web", "--wait", "1s")[0] == 2
    assert run("deploy/nope", "--wait", "1s")[2] == (
        "error: deployment/nope not found in namespace shop (-n names another, -A all)\n"
    )


def test_of_more_than_three_pods_of_a_namespace_the_first_page_of_events_is_enough(
    cluster: Cluster, session: Session, server: ApiServer
) -> None:
    cluster.add(*(pod_of(("StatefulSet", "db"), f"db-{number}", "db") for number in range(1, 5)))
    read_named(session, PodScope("shop"), [ObjectName("StatefulSet", "db")])
    asked = [one.query for one in server.requests if one.path.endswith("/events")]
    assert asked == [{"fieldSelector": "involvedObject.kind=Pod", "limit": "150"}]
    # a namespace with more of them than stand on a page: each pod's own
    more = listing("EventList", following="x")
    server.replies["/api/v1/namespaces/shop/events"] = lambda request: (
        more if request.query["fieldSelector"] == "involvedObject.kind=Pod" else listing("EventList")
    )
    server.requests.clear()
    found = read_named(session, PodScope("shop"), [ObjectName("StatefulSet", "db")])
    asked = [one.query for one in server.requests if one.path.endswith("/events")]
    single = [f"involvedObject.kind=Pod,involvedObject.name=db-{number}" for number in range(5)]
    assert sorted(one["fieldSelector"] for one in asked) == ["involvedObject.kind=Pod", *single]
    assert found.skipped == ()

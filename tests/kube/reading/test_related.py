from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from kube.apiserver import ApiServer, Reply, Request, listing, status
from kube.shop import APPS, BATCH, CORE, HASH, SECRETS, VALUE, failing, open_shop, owned, secret, thing

from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading import best_effort
from kubectl_imagepull.kube.reading.best_effort import BestEffortReads
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.reading.queries import ListQuery
from kubectl_imagepull.kube.reading.related import read_related, read_workloads
from kubectl_imagepull.kube.snapshot import Snapshot, without_secrets
from kubectl_imagepull.runs.examine import report_on

Kubeconfig = Callable[..., str]


@pytest.fixture
def session(server: ApiServer, kubeconfig: Kubeconfig) -> Iterator[Session]:
    path = kubeconfig(server.url, namespace="shop")
    session = open_session(Connection(kubeconfig=path, request_timeout=5))
    yield session
    session.close()


def read(session: Session, *, secrets_left_out: str = "") -> Snapshot:
    snapshot = read_session(session)
    failing_pods = [failure.pod_object for failure in find_failures(snapshot)]
    return read_related(session, snapshot, failing_pods, secrets_left_out=secrets_left_out)


def read_for(server: ApiServer, session: Session, *pods: JsonObject) -> Snapshot:
    server.replies |= {f"{CORE}/pods": listing("PodList", *pods), f"{CORE}/events": listing("EventList")}
    return read(session)


def names(snapshot: Snapshot, kind: str) -> list[str]:
    return [f"{item['metadata'].get('namespace', '')}/{item['metadata']['name']}" for item in snapshot.objects[kind]]


def asked(server: ApiServer) -> list[str]:
    return [request.path for request in server.requests if request.path not in {f"{CORE}/pods", f"{CORE}/events"}]


def test_reads_what_evidence_needs_each_once(server: ApiServer, session: Session) -> None:
    open_shop(server)
    found = read(session)
    assert {kind: names(found, kind) for kind in found.objects if kind not in {"Pod", "Event"}} == {
        "ControllerRevision": ["shop/db-1", "shop/db-2"],
        "CronJob": ["shop/report"],
        "DaemonSet": ["shop/agent"],
        "Deployment": ["shop/web"],
        "Job": ["shop/report-29400000"],
        "Node": ["/node-a"],
        "ReplicaSet": [f"shop/web-{HASH}", "shop/web-0"],
        "ReplicationController": ["shop/old"],
        "Secret": ["shop/regcred", "team-b/gone"],
        "ServiceAccount": ["shop/robot"],
        "StatefulSet": ["shop/db"],
    }
    assert found.unread == {}
    assert found.skipped == ()
    queries = [(request.path, tuple(request.query.items())) for request in server.requests]
    assert len(queries) == len(set(queries))
    assert {path: query for path, query in queries if path in {SECRETS, f"{APPS}/replicasets"}} == {
        SECRETS: (("fieldSelector", "metadata.name=gone"), ("limit", "500")),
        f"{APPS}/replicasets": (("limit", "150"),),
    }


def test_fills_in_kinds_and_drops_what_no_check_needs(server: ApiServer, session: Session) -> None:
    applied = {"kubectl.kubernetes.io/last-applied-configuration": VALUE, "kapp.k14s.io/original": VALUE}
    managed = [{"manager": "kubectl", "time": "2026-11-23T10:00:00Z", "fieldsV1": {}}, {"manager": "x"}]
    writers = {
        "meta.helm.sh/release-name": "shop",
        "reflector.v1.k8s.emberstack.com/reflects": "infra/a",
        "replicator.v1.mittwald.de/replicate-from": "infra/a",
        "kubed.appscode.com/origin": "x",
        "openshift.io/internal-registry-auth-token.service-account": "robot",
    }
    server.replies[f"{CORE}/secrets/a"] = secret("a", annotations={**applied, **writers}, managedFields=managed)
    server.replies[f"{CORE}/serviceaccounts/robot"] = thing("robot", annotations=applied)
    found = read_for(server, session, failing("web", "a"))
    (kept,), (account,) = found.objects["Secret"], found.objects["ServiceAccount"]
    assert (kept["kind"], kept["apiVersion"]) == ("Secret", "v1")
    assert kept["metadata"] == {
        "name": "a",
        "namespace": "shop",
        "annotations": writers,
        "managedFields": [{"time": "2026-11-23T10:00:00Z"}],
    }
    assert kept["data"] == {".dockerconfigjson": VALUE}
    assert account["metadata"] == {"name": "robot", "namespace": "shop", "annotations": applied}


def refused(image: str, *secrets: str) -> JsonObject:
    """A pod whose image, that of some registry, can't be pulled."""
    found = failing("web", *secrets)
    found["spec"]["containers"][0]["image"] = image
    waits = {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"'}
    found["status"]["containerStatuses"] = [{"name": "app", "state": {"waiting": waits}}]
    return found


def test_the_cron_jobs_beside_a_secret_for_ecr_are_read(server: ApiServer, session: Session) -> None:
    ecr = refused("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "regcred")
    server.replies[f"{BATCH}/cronjobs"] = listing("CronJobList", thing("ecr-refresh"))
    assert names(read_for(server, session, ecr), "CronJob") == ["shop/ecr-refresh"]
    assert f"{BATCH}/cronjobs" in asked(server)


@pytest.mark.parametrize(
    ("image", "secrets"),
    [
        ("nginx", ("regcred",)),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", ()),
        ("123456789012.dkr.ecr.eu-west-1.evil.example/app:1", ("regcred",)),
    ],
)
def test_no_other_pod_has_cron_jobs_read(
    server: ApiServer, session: Session, image: str, secrets: tuple[str, ...]
) -> None:
    read_for(server, session, refused(image, *secrets))
    assert f"{BATCH}/cronjobs" not in asked(server)


def test_a_list_that_names_no_kind_gives_its_secrets_without_copies_of_their_values(
    server: ApiServer, session: Session
) -> None:
    copy = secret("gone", "team-b", annotations={"kubectl.kubernetes.io/last-applied-configuration": VALUE})
    server.replies[SECRETS] = {"items": [copy, "x", {}]}
    (found,) = read_for(server, session, failing("web", "gone")).objects["Secret"]
    assert (found["kind"], found["apiVersion"]) == ("Secret", "v1")
    assert found["metadata"]["annotations"] == {}


def test_says_what_may_not_be_read(server: ApiServer, session: Session) -> None:
    open_shop(server)
    for path in [path for path in server.replies if path not in {f"{CORE}/pods", f"{CORE}/events"}]:
        server.replies[path] = status(403, "is forbidden")
    found = read(session)

    def refused(resource: str, group: str = "") -> str:
        return f"not allowed to get {resource} in namespace shop (verb get, resource {resource}{group})"

    assert found.unread == {
        ("Secret", "shop", "regcred"): refused("secrets"),
        ("Secret", "shop", "gone"): refused("secrets"),
        ("ServiceAccount", "shop", "robot"): refused("serviceaccounts"),
        ("Node", "", "node-a"): "not allowed to get nodes (verb get, resource nodes)",
        ("ReplicationController", "shop", "old"): refused("replicationcontrollers"),
        ("ReplicaSet", "shop", f"web-{HASH}"): refused("replicasets", ".apps"),
        ("Deployment", "shop", "web"): refused("deployments", ".apps"),
        ("StatefulSet", "shop", "db"): refused("statefulsets", ".apps"),
        ("DaemonSet", "shop", "agent"): refused("daemonsets", ".apps"),
        ("Job", "shop", "report-29400000"): refused("jobs", ".batch"),
    }
    assert found.why_unread("Secret", "shop", "regcred") == refused("secrets")


def test_says_which_lists_may_not_be_read(server: ApiServer, session: Session) -> None:
    open_shop(server)
    for path in (SECRETS, f"{APPS}/replicasets", f"{APPS}/controllerrevisions"):
        server.replies[path] = status(403, "is forbidden")
    found = read(session)
    assert found.unread == {
        ("Secret", "*", "gone"): "not allowed to list secrets in all namespaces (verb list, resource secrets)",
        ("ReplicaSet", "shop", ""): (
            "not allowed to list replicasets in namespace shop (verb list, resource replicasets.apps)"
        ),
        ("ControllerRevision", "shop", ""): (
            "not allowed to list controllerrevisions in namespace shop (verb list, resource controllerrevisions.apps)"
        ),
    }
    assert found.why_unread("Secret", "shop", "gone") is None
    assert names(found, "Secret") == ["shop/regcred"]
    assert names(found, "ReplicaSet") == [f"shop/web-{HASH}"]
    assert found.objects["ControllerRevision"] == []


def test_revisions_are_unread_for_their_own_workload_alone(server: ApiServer, session: Session) -> None:
    open_shop(server)
    server.replies[f"{APPS}/daemonsets/agent"] = status(403, "is forbidden")
    found = read(session)
    why = "not allowed to get daemonsets in namespace shop (verb get, resource daemonsets.apps)"
    assert found.unread == {("DaemonSet", "shop", "agent"): why}
    told = {
        diagnosis.workload.name: item.text
        for diagnosis in report_on(found, 0.0).diagnoses
        for item in diagnosis.evidence
        if item.check == "PreviousImage"
    }
    assert told["agent"] == f"earlier revisions of daemonset/agent could not be read: {why}"
    assert "daemonsets" not in told.get("db", "")


def test_finds_the_deployment_of_a_replica_set_that_may_not_be_read(server: ApiServer, session: Session) -> None:
    open_shop(server)
    server.replies[f"{APPS}/replicasets/web-{HASH}"] = status(403, "is forbidden")
    found = read(session)
    assert names(found, "Deployment") == ["shop/web"]
    assert names(found, "ReplicaSet") == [f"shop/web-{HASH}", "shop/web-0"]


def test_what_does_not_exist_is_no_gap(server: ApiServer, session: Session) -> None:
    server.replies[SECRETS] = listing("SecretList")
    found = read_for(server, session, failing("web", "gone"))
    assert found.unread == {}
    assert (found.objects["Secret"], found.objects["ServiceAccount"], found.objects["Node"]) == ([], [], [])
    assert found.why_unread("Secret", "shop", "gone") is None
    assert found.why_unread("Deployment", "shop", "web") == "the cluster was read without Deployments"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(404, b"404 page not found"), "could not be read: status 404"),
        (status(404, "the server could not find the requested resource"), None),
        (status(401, "Unauthorized"), "could not be read: Unauthorized"),
        (status(500, "boom"), "could not be read: boom"),
        (Reply(200, b"<html>"), "could not be read: its answer isn't a JSON object: is it a Kubernetes API server?"),
        (thing("b"), "could not be read: the server returned another object"),
        (Reply(cut=0), "could not be read: the connection was interrupted"),
    ],
)
def test_tells_a_missing_secret_from_one_that_could_not_be_read(
    server: ApiServer, session: Session, reply: object, why: str | None
) -> None:
    server.replies[f"{CORE}/secrets/a"] = reply
    found = read_for(server, session, failing("web", "a"))
    why = why or "could not be read: the server could not find the requested resource"
    assert found.unread == {("Secret", "shop", "a"): why}
    assert SECRETS not in asked(server)


def test_a_name_that_no_object_can_have_gets_into_no_request(server: ApiServer, session: Session) -> None:
    found = read_for(server, session, failing("web", "..", "a/b", "Upper", "a,metadata.name!=b", "", "x" * 254))
    assert sorted(asked(server)) == [f"{CORE}/serviceaccounts/robot", "/api/v1/nodes/node-a"]
    assert found.objects["Secret"] == []
    assert found.unread == {}


def test_follows_no_owner_of_another_api_group_or_that_controls_nothing(server: ApiServer, session: Session) -> None:
    volcano = owned("Job", "train", "batch.volcano.sh/v1alpha1")
    rollout = owned("Rollout", "web", "argoproj.io/v1alpha1")
    plain = owned("ReplicaSet", "web-1")
    plain["ownerReferences"][0]["controller"] = False
    read_for(server, session, *(failing(f"p{i}", **owner) for i, owner in enumerate((volcano, rollout, plain))))
    assert sorted(asked(server)) == [f"{CORE}/serviceaccounts/robot", "/api/v1/nodes/node-a"]


def test_a_workload_that_selects_everything_has_its_revisions_left_alone(server: ApiServer, session: Session) -> None:
    server.replies[f"{APPS}/statefulsets/db"] = thing("db", spec={"selector": {}})
    found = read_for(server, session, failing("db-0", **owned("StatefulSet", "db")))
    assert "ControllerRevision" not in found.objects
    # the page that is read beside the workload, and nothing that would select all
    queries = [one.query for one in server.requests if one.path == f"{APPS}/controllerrevisions"]
    assert queries == [{"limit": "150"}]


def test_where_a_page_of_revisions_is_not_all_those_of_the_workload_are_asked_for(
    server: ApiServer, session: Session
) -> None:
    pages = {"": listing("ControllerRevisionList", following="x")}
    pages["app=db"] = listing("ControllerRevisionList", thing("db-1", labels={"app": "db"}))
    server.replies[f"{APPS}/statefulsets/db"] = thing("db", spec={"selector": {"matchLabels": {"app": "db"}}})
    server.replies[f"{APPS}/controllerrevisions"] = lambda one: pages[one.query.get("labelSelector", "")]
    found = read_for(server, session, failing("db-0", **owned("StatefulSet", "db")))
    assert names(found, "ControllerRevision") == ["shop/db-1"]
    queries = [one.query for one in server.requests if one.path == f"{APPS}/controllerrevisions"]
    assert queries == [{"limit": "150"}, {"labelSelector": "app=db", "limit": "500"}]


def test_of_a_single_deployment_all_is_asked_for_at_once(server: ApiServer, session: Session) -> None:
    """Its name and its revisions are known before its ReplicaSet has been read: no way to the server waits for it."""
    hashed = {"app": "web", "pod-template-hash": HASH}
    pod = failing("web-1", **owned("ReplicaSet", f"web-{HASH}"), labels=hashed)
    together = Barrier(4, timeout=10)

    def answer(reply: JsonObject) -> Callable[[Request], JsonObject]:
        def wait(_: Request) -> JsonObject:
            together.wait()
            return reply

        return wait

    sets = listing("ReplicaSetList", thing(f"web-{HASH}", labels=hashed, **owned("Deployment", "web")))
    server.replies |= {
        f"{APPS}/replicasets": answer(sets),
        f"{APPS}/deployments/web": answer(thing("web", spec={"selector": {"matchLabels": {"app": "web"}}})),
        f"{CORE}/serviceaccounts/robot": answer(thing("robot")),
        "/api/v1/nodes/node-a": answer(thing("node-a", None)),
    }
    found = read_for(server, session, pod)
    assert (names(found, "Deployment"), names(found, "ReplicaSet")) == (["shop/web"], [f"shop/web-{HASH}"])
    assert len(asked(server)) == len(set(asked(server))) == 4


def test_no_secrets_sends_no_request_for_one(server: ApiServer, session: Session) -> None:
    open_shop(server)
    found = read(session, secrets_left_out="not wanted")
    assert [path for path in asked(server) if "secret" in path] == []
    assert "Secret" not in found.objects
    assert found.unread == {("Secret", "*", ""): "not wanted"}
    assert found.why_unread("Secret", "shop", "regcred") == "not wanted"


def test_no_secrets_takes_those_of_a_recording_away(server: ApiServer, session: Session) -> None:
    open_shop(server)
    left = replace(read(session), unread={("Secret", "*", "x"): "?", ("Job", "a", "b"): "!"})
    found = without_secrets(left, "not wanted")
    assert "Secret" not in found.objects
    assert found.unread == {("Job", "a", "b"): "!", ("Secret", "*", ""): "not wanted"}


def test_many_nodes_are_read_as_a_list(server: ApiServer, session: Session) -> None:
    nodes = [f"node-{i}" for i in range(51)]
    server.replies["/api/v1/nodes"] = listing("NodeList", *(thing(name, None) for name in nodes))
    found = read_for(server, session, *(failing(f"web-{i}", node=name) for i, name in enumerate(nodes)))
    assert names(found, "Node") == [f"/{name}" for name in nodes]
    assert sorted(asked(server)) == [f"{CORE}/serviceaccounts/robot", "/api/v1/nodes"]
    server.replies["/api/v1/nodes"] = status(403, "is forbidden")
    found = read(session)
    assert found.why_unread("Node", "", "node-3") == "not allowed to list nodes (verb list, resource nodes)"


def test_says_what_it_left_out(server: ApiServer, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(best_effort, "_MOST", 2)
    monkeypatch.setattr(best_effort, "_MOST_EVERYWHERE", 1)
    server.replies[SECRETS] = listing("SecretList")
    found = read_for(server, session, failing("web", "a", "b", "c", "d"))
    assert found.unread == {
        ("Secret", "shop", "c"): "left out: a run sends at most 2 requests to get secrets",
        ("Secret", "shop", "d"): "left out: a run sends at most 2 requests to get secrets",
        ("Secret", "*", "b"): "left out: a run sends at most 1 requests to list secrets",
    }
    assert len([path for path in asked(server) if "secrets" in path]) == 3


def test_a_list_that_breaks_off_is_kept_and_said(server: ApiServer, session: Session) -> None:
    first = Reply(body=listing("SecretList", secret("gone", "team-b"), following="x"))
    server.replies[SECRETS] = [first, status(500, "boom")]
    found = read_for(server, session, failing("web", "gone"))
    assert names(found, "Secret") == ["team-b/gone"]
    assert found.unread == {("Secret", "*", "gone"): "the list broke off after 1: boom"}


def test_a_server_that_went_away_is_asked_three_times_and_no_more(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    open_shop(server)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    session = open_session(Connection(kubeconfig=kubeconfig(f"http://127.0.0.1:{port}"), request_timeout=5))
    reads = BestEffortReads(session)
    reads.read([("Secret", "shop", f"s{i}") for i in range(20)])
    session.close()
    assert set(reads.unread.values()) >= {"could not be read: connection refused"}
    later = [why for why in reads.unread.values() if why.startswith("not requested: ")]
    assert len(reads.unread) == 20
    assert len(later) >= 20 - 3 - 5  # those on their way are not called back


def test_many_reads_at_once_share_the_sessions_connections(
    server: ApiServer, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = [f"s{i}" for i in range(60)]
    server.replies |= {f"{CORE}/secrets/{name}": secret(name) for name in wanted}
    found = read_for(server, session, failing("web", *wanted))
    assert names(found, "Secret") == [f"shop/{name}" for name in wanted]
    assert caplog.records == []


def test_no_value_of_a_secret_stands_in_any_text(server: ApiServer, session: Session) -> None:
    server.replies[f"{CORE}/secrets/a"] = secret("a")
    reads = BestEffortReads(session)
    query = ListQuery("Secret", "*", name="a")
    server.replies[SECRETS] = listing("SecretList", secret("a", "team-b"))
    reads.read([("Secret", "shop", "a"), query])
    result = reads._result(("Secret", "shop", "a"))
    assert repr(result) == "_ReadResult(why=None)"
    assert len(result.items) == 1
    shown = f"{reads!r} {reads.unread!r} {result!r} {query!r}"
    assert VALUE not in shown
    assert VALUE in json.dumps(list(reads.objects.values()))


def test_reads_the_replica_sets_of_a_deployment_alone(server: ApiServer, session: Session) -> None:
    open_shop(server)
    snapshot = read_session(session)
    server.requests.clear()
    wanted: list[Any] = [("Deployment", "shop", "web"), ("Rollout", "shop", "web")]
    found = read_workloads(session, snapshot, wanted)
    assert asked(server) == [f"{APPS}/deployments/web", f"{APPS}/replicasets"]
    assert names(found, "ReplicaSet") == [f"shop/web-{HASH}", "shop/web-0"]
    assert found.pods == snapshot.pods
    assert read_workloads(session, snapshot, []) == snapshot

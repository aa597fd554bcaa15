"""One short list in the place of many requests, against an API server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from kube.apiserver import ApiServer, Reply, listing, status
from kube.shop import owned, thing

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading.best_effort import BestEffortReads
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey

APPS = "/apis/apps/v1"
SHOP = f"{APPS}/namespaces/shop"
FORBIDDEN = status(403, "is forbidden")
FOUR = [("Deployment", "shop", f"web-{number}") for number in range(4)]
SPREAD = [("Deployment", f"ns-{number}", "web") for number in range(4)]


@pytest.fixture
def reads(server: ApiServer, kubeconfig: Callable[..., str]) -> Iterator[BestEffortReads]:
    session: Session = open_session(Connection(kubeconfig=kubeconfig(server.url), request_timeout=5))
    yield BestEffortReads(session)
    session.close()


def asked(server: ApiServer) -> list[str]:
    return sorted(request.path for request in server.requests)


def deployments(*keys: ObjectKey) -> list[JsonObject]:
    return [thing(name, namespace, labels={"app": name}) for _, namespace, name in keys]


def test_three_are_asked_for_one_by_one(server: ApiServer, reads: BestEffortReads) -> None:
    for item in deployments(*FOUR[:3]):
        server.replies[f"{SHOP}/deployments/{item['metadata']['name']}"] = item
    reads.read(FOUR[:3])
    assert asked(server) == [f"{SHOP}/deployments/web-{number}" for number in range(3)]
    assert sorted(reads.objects) == FOUR[:3]


def test_of_more_a_list_is_read_and_only_what_was_asked_for_is_kept(server: ApiServer, reads: BestEffortReads) -> None:
    server.replies[f"{SHOP}/deployments"] = listing("DeploymentList", *deployments(*FOUR[:3], ("", "shop", "other")))
    assert reads.read(FOUR)
    assert [(one.path, one.query) for one in server.requests] == [(f"{SHOP}/deployments", {"limit": "150"})]
    assert sorted(reads.objects) == FOUR[:3]
    assert all("managedFields" not in item["metadata"] for item in reads.objects.values())
    # the list was whole: what isn't on it doesn't exist
    assert reads.missing(FOUR[3])
    assert reads.unread == {}
    # and answers what is asked for later
    assert reads.read([("Deployment", "shop", "other"), ListQuery("Deployment", "shop", "app=web-1")])
    assert ("Deployment", "shop", "other") in reads.objects
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ("app=web", ["one", "two"]),
        ("app=web,tier in (edge,core)", ["two"]),
        ("app=web,tier notin (edge)", ["one"]),
        ("tier,app!=web", ["other"]),
        ("!tier", ["one"]),
    ],
)
def test_a_selector_is_held_against_a_whole_list(
    server: ApiServer, reads: BestEffortReads, labels: str, names: list[str]
) -> None:
    marks = {"one": {"app": "web"}, "two": {"app": "web", "tier": "edge"}, "other": {"app": "db", "tier": "core"}}
    items = [thing(name, labels=value, **owned("Deployment", name)) for name, value in marks.items()]
    server.replies[f"{SHOP}/replicasets"] = listing("ReplicaSetList", *items)
    reads.read([("ReplicaSet", "shop", f"gone-{number}") for number in range(4)])
    reads.read([ListQuery("ReplicaSet", "shop", labels)])
    assert [name for _, _, name in reads.objects] == names
    assert asked(server) == [f"{SHOP}/replicasets"]


def test_a_selector_that_can_not_be_read_is_left_to_the_server(server: ApiServer, reads: BestEffortReads) -> None:
    pages = [listing("ReplicaSetList"), status(400, "unable to parse requirement")]
    server.replies[f"{SHOP}/replicasets"] = pages
    reads.read([("ReplicaSet", "shop", f"gone-{number}") for number in range(4)])
    reads.read([ListQuery("ReplicaSet", "shop", "a=b=c")])
    assert reads.unread == {("ReplicaSet", "shop", ""): "could not be read: unable to parse requirement"}


def test_of_more_namespaces_one_list_is_read(server: ApiServer, reads: BestEffortReads) -> None:
    server.replies[f"{APPS}/deployments"] = listing("DeploymentList", *deployments(*SPREAD, *FOUR))
    reads.read(SPREAD)
    assert asked(server) == [f"{APPS}/deployments"]
    assert sorted(reads.objects) == SPREAD


def test_what_stands_on_the_first_page_of_a_long_list_is_taken_and_the_rest_asked_for(
    server: ApiServer, reads: BestEffortReads
) -> None:
    page = listing("DeploymentList", *deployments(*FOUR[:2]), following="x")
    server.replies[f"{SHOP}/deployments"] = page
    server.replies[f"{SHOP}/deployments/web-2"] = thing("web-2")
    server.replies[f"{SHOP}/deployments/web-3"] = status(404, 'deployments.apps "web-3" not found')
    reads.read(FOUR)
    assert asked(server) == [f"{SHOP}/deployments", f"{SHOP}/deployments/web-2", f"{SHOP}/deployments/web-3"]
    assert sorted(reads.objects) == FOUR[:3]
    assert reads.missing(FOUR[3])
    # a list that is not whole selects nothing
    server.replies[f"{SHOP}/deployments"] = listing("DeploymentList", *deployments(FOUR[3]))
    reads.read([ListQuery("Deployment", "shop", "app=web-3")])
    assert server.requests[-1].query == {"labelSelector": "app=web-3", "limit": "500"}
    assert FOUR[3] in reads.objects


def test_where_no_list_may_be_read_single_objects_are(server: ApiServer, reads: BestEffortReads) -> None:
    server.replies[f"{APPS}/deployments"] = server.replies[f"{SHOP}/deployments"] = FORBIDDEN
    for item in deployments(*FOUR):
        server.replies[f"{SHOP}/deployments/{item['metadata']['name']}"] = item
    for kind, namespace, name in SPREAD:
        server.replies[f"{APPS}/namespaces/{namespace}/deployments/{name}"] = deployments((kind, namespace, name))[0]
    reads.read([*FOUR, *SPREAD])
    assert sorted(reads.objects) == sorted([*FOUR, *SPREAD])
    assert reads.unread == {}
    assert asked(server).count(f"{APPS}/deployments") == asked(server).count(f"{SHOP}/deployments") == 1


def test_where_a_list_is_refused_no_part_of_it_is_asked_for(server: ApiServer, reads: BestEffortReads) -> None:
    server.replies[f"{SHOP}/replicasets"] = FORBIDDEN
    reads.read([ListQuery("ReplicaSet", "shop", f"app={number}") for number in range(4)])
    assert asked(server) == [f"{SHOP}/replicasets"]
    why = "not allowed to list replicasets in namespace shop (verb list, resource replicasets.apps)"
    assert reads.unread == {("ReplicaSet", "shop", ""): why}


def test_a_list_that_fails_is_no_loss(server: ApiServer, reads: BestEffortReads) -> None:
    server.replies[f"{SHOP}/deployments"] = Reply(500, b"boom")
    for item in deployments(*FOUR):
        server.replies[f"{SHOP}/deployments/{item['metadata']['name']}"] = item
    reads.read(FOUR)
    assert sorted(reads.objects) == FOUR
    assert reads.unread == {}


@pytest.mark.parametrize("kind", ["Secret", "Pod", "Node"])
def test_some_kinds_are_never_listed_for_it(server: ApiServer, reads: BestEffortReads, kind: str) -> None:
    reads.read((kind, "" if kind == "Node" else "shop", f"x-{number}") for number in range(9))
    assert len(server.requests) == 9
    assert all(request.right[0] == "get" for request in server.requests)

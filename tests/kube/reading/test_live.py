from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from kube.apiserver import ApiServer, Reply, Request, event, listing, paged, pod, status

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source, SourceError

Kubeconfig = Callable[..., str]
SHOP_PODS = "/api/v1/namespaces/shop/pods"
SHOP_EVENTS = "/api/v1/namespaces/shop/events"


def read_cluster(connection: Connection, namespace: str | None = None, **scope: Any) -> Snapshot:
    with closing(open_session(connection)) as session:
        return read_session(session, namespace, **scope)


@pytest.fixture
def connection(server: ApiServer, kubeconfig: Kubeconfig) -> Connection:
    return Connection(kubeconfig=kubeconfig(server.url, namespace="shop"), request_timeout=5)


def names(objects: object) -> list[str]:
    assert isinstance(objects, list)
    return [item["metadata"]["name"] for item in objects]


def refused(connection: Connection, namespace: str | None = None, *, all_namespaces: bool = False) -> str:
    with pytest.raises(SourceError) as caught:
        read_cluster(connection, namespace, all_namespaces=all_namespaces)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_reads_pods_and_their_events_in_the_contexts_namespace(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList", pod("a"), pod("b"))
    server.replies[SHOP_EVENTS] = listing("EventList", event("1", "a"), event("2", "gone"), event("3", "b"))
    before = datetime.now(timezone.utc)
    found = read_cluster(connection)
    assert found.source == Source("cluster", "test", "shop", connection.reach)
    assert names(found.pods) == ["a", "b"]
    assert names(found.events) == ["1", "3"]
    assert {item["kind"] for item in found.pods} == {"Pod"}
    assert {item["kind"] for item in found.events} == {"Event"}
    assert found.skipped == ()
    assert before <= found.now <= datetime.now(timezone.utc)
    assert [(request.path, request.query) for request in server.requests] == [
        (SHOP_PODS, {"limit": "25"}),
        (SHOP_EVENTS, {"fieldSelector": "involvedObject.kind=Pod", "limit": "500"}),
    ]


def test_the_events_do_not_wait_for_pods_that_take_more_than_a_page(server: ApiServer, connection: Connection) -> None:
    pods = [pod(f"p{number:02}") for number in range(30)]
    together = Barrier(2, timeout=10)

    def all_pods(request: Request) -> JsonObject:
        if request.query == {"limit": "25"}:
            page = listing("PodList", *pods[:25], following="x")
            return {**page, "metadata": {**page["metadata"], "remainingItemCount": 5}}
        together.wait()
        return listing("PodList", *pods)

    def all_events(_: Request) -> JsonObject:
        together.wait()
        return listing("EventList", event("1", "p29"))

    server.replies |= {SHOP_PODS: all_pods, SHOP_EVENTS: all_events}
    found = read_cluster(connection)
    assert (len(found.pods), names(found.events), found.skipped) == (30, ["1"], ())


def test_reads_another_namespace(server: ApiServer, connection: Connection) -> None:
    server.replies["/api/v1/namespaces/web/pods"] = listing("PodList", pod("a", "web"))
    server.replies["/api/v1/namespaces/web/events"] = listing("EventList")
    found = read_cluster(connection, "web")
    assert (names(found.pods), found.source.namespace) == (["a"], "web")


def of_web(server: ApiServer) -> None:
    """Namespace web with a pod, beside shop."""
    server.replies[SHOP_PODS] = listing("PodList", pod("s"))
    server.replies[SHOP_EVENTS] = listing("EventList", event("1", "s"))
    server.replies["/api/v1/namespaces/web/pods"] = listing("PodList", pod("w", "web"))
    server.replies["/api/v1/namespaces/web/events"] = listing("EventList", event("2", "w", "web"))


def test_of_several_namespaces_just_those_are_read(server: ApiServer, connection: Connection) -> None:
    of_web(server)
    found = read_cluster(connection, ("shop", "web", "shop"))
    assert (names(found.pods), names(found.events), found.skipped) == (["s", "w"], ["1", "2"], ())
    assert (found.source.namespace, found.source.namespaces) == (None, ("shop", "web"))
    paths = {request.path for request in server.requests}
    assert paths == {f"/api/v1/namespaces/{name}/{kind}" for name in ("shop", "web") for kind in ("pods", "events")}


def test_one_of_several_namespaces_that_cant_be_read_is_said(server: ApiServer, connection: Connection) -> None:
    of_web(server)
    server.replies["/api/v1/namespaces/web/pods"] = status(403, "pods is forbidden")
    server.replies["/api/v1/namespaces/gone/pods"] = listing("PodList")
    server.replies["/api/v1/namespaces/gone"] = status(404, 'namespaces "gone" not found')
    found = read_cluster(connection, ("shop", "web", "gone"))
    assert names(found.pods) == ["s"]
    assert [skipped.what for skipped in found.skipped] == ["namespace web", "namespace gone"]
    assert found.skipped[0].why == "could not be read: pods is forbidden"
    assert 'namespace "gone" doesn\'t exist in context test' in found.skipped[1].why
    assert all(skipped.partly for skipped in found.skipped)


def test_where_none_of_several_namespaces_can_be_read_that_is_an_error(
    server: ApiServer, connection: Connection
) -> None:
    server.replies[SHOP_PODS] = server.replies["/api/v1/namespaces/web/pods"] = status(403, "pods is forbidden")
    with pytest.raises(SourceError, match=r"not allowed to list pods in namespace shop \(pods is forbidden\)"):
        read_cluster(connection, ("shop", "web"))
    with pytest.raises(SourceError, match='"No Name" isn\'t a valid namespace name'):
        read_cluster(connection, ("shop", "No Name"))


def test_reads_all_namespaces_page_by_page(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    pods: list[JsonObject] = [pod("same", "shop"), pod("same", "web"), pod("c", "web")]
    server.replies["/api/v1/pods"] = paged("PodList", pods)
    server.replies["/api/v1/events"] = paged("EventList", [event("1", "same", "web"), event("2", "c", "shop")])
    connection = Connection(kubeconfig=kubeconfig(server.url), chunk_size=1)
    found = read_cluster(connection, "ignored", all_namespaces=True)
    assert found.source == Source("cluster", "test", None, connection.reach)
    assert names(found.pods) == ["same", "same", "c"]
    assert names(found.events) == ["1"]


def test_the_server_selects_by_label(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList", pod("a"))
    server.replies[SHOP_EVENTS] = listing("EventList", event("1", "a"), event("2", "b"))
    found = read_cluster(connection, selector="app in (x,y),!old")
    assert server.requests[0].query["labelSelector"] == "app in (x,y),!old"
    assert "labelSelector" not in server.requests[1].query
    assert names(found.events) == ["1"]


def test_an_events_series_gives_count_and_time(server: ApiServer, connection: Connection) -> None:
    series = {"count": 7, "lastObservedTime": "2026-01-01T00:00:00.000000Z"}
    server.replies[SHOP_PODS] = listing("PodList", pod("a"))
    server.replies[SHOP_EVENTS] = listing("EventList", {**event("1", "a"), "count": None, "series": series})
    (found,) = read_cluster(connection).events
    assert (found["count"], found["lastTimestamp"]) == (7, "2026-01-01T00:00:00.000000Z")


def test_an_empty_namespace_is_no_fault(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList")
    server.replies["/api/v1/namespaces/shop"] = {"kind": "Namespace", "metadata": {"name": "shop"}}
    found = read_cluster(connection)
    assert found.objects == {"Pod": [], "Event": []}
    assert found.skipped == ()


def test_a_namespace_that_does_not_exist(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList")
    server.replies["/api/v1/namespaces/shop"] = status(404, 'namespaces "shop" not found')
    assert refused(connection) == (
        f'namespace "shop" doesn\'t exist in context test; list the namespaces with '
        f"'kubectl --kubeconfig {connection.kubeconfig} --context test get namespaces'"
    )


def test_says_when_it_cannot_tell_whether_the_namespace_exists(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList")
    server.replies["/api/v1/namespaces/shop"] = status(403, "namespaces is forbidden")
    assert read_cluster(connection).skipped == (
        Skipped(
            "namespace shop",
            "it has no pods, and whether it exists could not be checked: namespaces is forbidden",
        ),
    )


@pytest.mark.parametrize("name", ["../..", "a/b", "Shop", "a" * 64, "-"])
def test_refuses_what_is_no_name_of_a_namespace(server: ApiServer, connection: Connection, name: str) -> None:
    assert refused(connection, name).startswith(f'"{name}" isn\'t a valid namespace name; list them with')
    assert server.requests == []


def test_stands_without_events(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList", pod("a"))
    server.replies[SHOP_EVENTS] = status(403, 'events is forbidden: User "jane" cannot list resource "events"')
    found = read_cluster(connection)
    assert names(found.pods) == ["a"]
    assert "Event" not in found.objects
    assert found.skipped == (
        Skipped(
            "events",
            "not allowed to list events in namespace shop (verb list, resource events): "
            'events is forbidden: User "jane" cannot list resource "events"',
        ),
    )
    server.replies[SHOP_EVENTS] = status(500, "boom")
    assert read_cluster(connection).skipped == (Skipped("events", "could not be read: boom"),)


def test_keeps_what_came_before_a_list_broke_off(server: ApiServer, connection: Connection) -> None:
    first = {"limit": "25"}
    server.replies[SHOP_PODS] = lambda request: (
        Reply(body=listing("PodList", pod("a"), following="x")) if request.query == first else status(500, "boom")
    )
    server.replies[SHOP_EVENTS] = lambda request: (
        status(500, "bang")
        if "continue" in request.query
        else Reply(body=listing("EventList", event("1", "a"), following="x"))
    )
    found = read_cluster(connection)
    assert (names(found.pods), names(found.events)) == (["a"], ["1"])
    assert found.skipped == (
        Skipped("pods", "the list broke off after 1: boom"),
        Skipped("events", "the list broke off after 1: bang"),
    )


def test_where_smaller_pages_break_off_the_first_request_is_kept(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    whole = paged("PodList", [pod(f"p{number:02}") for number in range(30)])
    server.replies["/api/v1/pods"] = lambda request: (
        status(500, "boom") if request.query.get("continue") == "20" else whole(request)
    )
    server.replies["/api/v1/events"] = listing("EventList", event("1", "p24"))
    for chunk_size, count in ((10, 25), (500, 30)):
        connection = Connection(kubeconfig=kubeconfig(server.url), chunk_size=chunk_size)
        found = read_cluster(connection, all_namespaces=True)
        assert names(found.pods) == [f"p{number:02}" for number in range(count)]
        assert names(found.events) == ["1"]
        lost = [Skipped("pods", "the list broke off after 25: boom")]
        assert list(found.skipped) == (lost if count < 30 else [])


def test_leaves_out_items_that_are_no_objects(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = listing("PodList", "x", {"metadata": {}}, pod("a"), None)
    server.replies[SHOP_EVENTS] = listing("EventList", {"metadata": {"name": "1"}, "involvedObject": 5}, {})
    found = read_cluster(connection)
    assert (names(found.pods), names(found.events)) == (["a"], [])
    assert found.skipped == (
        Skipped("pods", "left out without a name: 3"),
        Skipped("events", "left out without a name: 1"),
    )


def test_says_what_to_do_about_missing_rights(server: ApiServer, connection: Connection) -> None:
    kubectl = f"kubectl --kubeconfig {connection.kubeconfig} --context test"
    server.replies[SHOP_PODS] = server.replies["/api/v1/pods"] = status(403, 'pods is forbidden: User "jane"')
    assert refused(connection) == (
        'not allowed to list pods in namespace shop (pods is forbidden: User "jane"); '
        f"ask for that right, and check it with '{kubectl} auth can-i list pods -n shop'"
    )
    assert refused(connection, all_namespaces=True) == (
        'not allowed to list pods in all namespaces (pods is forbidden: User "jane"); choose a namespace with -n, or '
        f"ask for that right, and check it with '{kubectl} auth can-i list pods -A' (namespaces: could not be read: "
        "/api/v1/namespaces not found; tried namespace shop of the kubeconfig)"
    )


@pytest.mark.parametrize(
    "reply", [status(401, "Unauthorized"), status(403, 'pods is forbidden: User "system:anonymous" cannot list')]
)
def test_says_what_to_do_about_a_refused_login(server: ApiServer, connection: Connection, reply: Reply) -> None:
    server.replies[SHOP_PODS] = reply
    assert refused(connection) == (
        f"the API server at {server.url} refused the login of context test ({reply.status}); log in again, "
        f"and check it with 'kubectl --kubeconfig {connection.kubeconfig} --context test auth whoami'"
    )


def test_says_what_else_a_server_answered(server: ApiServer, connection: Connection) -> None:
    server.replies[SHOP_PODS] = Reply(200, b"<html>")
    assert refused(connection) == (
        f"the API server at {server.url} did not return its pods (its answer isn't a JSON object: is it a Kubernetes "
        f"API server?); check it with 'kubectl --kubeconfig {connection.kubeconfig} --context test get pods'"
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:{closed}", "connection refused"),
        ("https://127.0.0.1:{closed}", "connection refused"),
        ("https://127.0.0.1:{http}", "TLS: wrong version number"),
        ("http://a..b", "its address isn't a valid URL"),
        ("ftp://127.0.0.1", "its address isn't a valid URL"),
    ],
)
def test_says_why_a_server_cannot_be_reached(
    server: ApiServer, kubeconfig: Kubeconfig, capfd: pytest.CaptureFixture[str], url: str, why: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = url.format(closed=port, http=server.port)
    path = kubeconfig(url)
    assert refused(Connection(kubeconfig=path, request_timeout=5)) == (
        f"cannot reach the API server at {url} ({why}); check it with 'kubectl --kubeconfig {path} --context test "
        "cluster-info'"
    )
    assert capfd.readouterr() == ("", "")


def test_says_that_a_name_cannot_be_resolved(kubeconfig: Kubeconfig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert "https://api.example.com (its name can't be resolved); check" in refused(
        Connection(kubeconfig=kubeconfig("https://api.example.com"))
    )


def test_does_not_wait_for_a_server_that_accepts_and_is_silent(kubeconfig: Kubeconfig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for scheme in ("http", "https"):
            path = kubeconfig(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}")
            assert "(no answer within 0.2 s)" in refused(Connection(kubeconfig=path, request_timeout=0.2))


def test_a_proxy_that_is_down_is_said_to_be_the_proxy(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    path = kubeconfig("https://api.example.com", cluster={"proxy-url": f"http://joe:s3cret@127.0.0.1:{port}"})
    text = refused(Connection(kubeconfig=path, request_timeout=5))
    assert "(through the proxy: connection refused)" in text
    assert "s3cret" not in text
    assert server.requests == []


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[ApiServer]:
    server = ApiServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    server.replies["/api/v1/namespaces/default/pods"] = listing("PodList", pod("a", "default"))
    server.replies["/api/v1/namespaces/default/events"] = listing("EventList")
    yield server
    server.stop()


def read_tls(server: ApiServer, kubeconfig: Kubeconfig, host: str = "127.0.0.1", **cluster: object) -> Snapshot:
    path = kubeconfig(f"https://{host}:{server.port}", cluster=cluster)
    return read_cluster(Connection(kubeconfig=path, request_timeout=5))


def test_trusts_the_authority_that_the_kubeconfig_names(
    tls_server: ApiServer, kubeconfig: Kubeconfig, certificate: Path
) -> None:
    found = read_tls(tls_server, kubeconfig, **{"certificate-authority": certificate.name})
    assert names(found.pods) == ["a"]


def test_checks_no_certificate_where_the_kubeconfig_says_so(
    tls_server: ApiServer, kubeconfig: Kubeconfig, capfd: pytest.CaptureFixture[str]
) -> None:
    found = read_tls(tls_server, kubeconfig, **{"insecure-skip-tls-verify": True})
    assert names(found.pods) == ["a"]
    assert capfd.readouterr() == ("", "")


def test_says_what_is_wrong_with_a_certificate(
    tls_server: ApiServer, kubeconfig: Kubeconfig, certificate: Path
) -> None:
    with pytest.raises(SourceError, match=r"\(TLS: self[- ]signed certificate\); check it with"):
        read_tls(tls_server, kubeconfig)
    with pytest.raises(SourceError, match=r"\(TLS: hostname mismatch, certificate is not valid for 'localhost'"):
        read_tls(tls_server, kubeconfig, "localhost", **{"certificate-authority": certificate.name})

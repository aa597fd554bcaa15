from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kube.apiserver import ApiServer, Reply, Request, listing, paged, pod, status

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.api import ApiError, read_list, read_object

PODS = "/api/v1/pods"
MakeSession = Callable[..., Session]


@pytest.fixture
def session(server: ApiServer, kubeconfig: Callable[..., str]) -> Iterator[MakeSession]:
    sessions: list[Session] = []

    def make(timeout: float = 5, chunk_size: int = 2) -> Session:
        path = kubeconfig(server.url)
        sessions.append(open_session(Connection(kubeconfig=path, request_timeout=timeout, chunk_size=chunk_size)))
        return sessions[-1]

    yield make
    for opened in sessions:
        opened.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, which take no time here."""
    seconds: list[float] = []
    monkeypatch.setattr(api.time, "sleep", seconds.append)
    return seconds


def names(items: list[dict[str, dict[str, str]]]) -> list[str]:
    return [item["metadata"]["name"] for item in items]


def fault(call: Callable[[], object]) -> tuple[int | None, str]:
    with pytest.raises(ApiError) as caught:
        call()
    return caught.value.status, str(caught.value)


def test_follows_pages_and_fills_in_the_kind(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = paged("PodList", [pod(name) for name in "abcde"])
    found = read_list(session(), PODS, labelSelector="app in (x)")
    assert names(found.items) == list("abcde")
    assert found.broken is None
    assert {(item["kind"], item["apiVersion"]) for item in found.items} == {("Pod", "v1")}
    assert [request.query for request in server.requests] == [
        {"labelSelector": "app in (x)", "limit": "2"},
        {"labelSelector": "app in (x)", "limit": "2", "continue": "2"},
        {"labelSelector": "app in (x)", "limit": "2", "continue": "4"},
    ]


def test_asks_for_everything_at_once_with_chunk_size_zero(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = paged("PodList", [pod(name) for name in "abc"])
    assert names(read_list(session(chunk_size=0), PODS).items) == list("abc")
    assert [request.query for request in server.requests] == [{}]


def test_reads_the_list_again_in_one_piece_when_its_pages_have_expired(server: ApiServer, session: MakeSession) -> None:
    whole = paged("PodList", [pod(name) for name in "abcde"])

    def reply(request: Request) -> Reply:
        return status(410, "expired") if request.query.get("continue") == "4" else whole(request)

    server.replies[PODS] = reply
    assert names(read_list(session(), PODS).items) == list("abcde")
    assert [request.query for request in server.requests][2:] == [{"limit": "2", "continue": "4"}, {}]


def test_keeps_what_came_before_a_page_that_failed(server: ApiServer, session: MakeSession) -> None:
    first = listing("PodList", pod("a"), following="x")
    server.replies[PODS] = [Reply(body=first), status(500, "etcd is\n gone")]
    found = read_list(session(), PODS)
    assert names(found.items) == ["a"]
    assert str(found.broken) == "etcd is gone"
    server.replies[PODS] = [Reply(body=first), status(410), status(403, "no")]
    found = read_list(session(), PODS)
    assert (names(found.items), str(found.broken)) == (["a"], "no")


def test_a_list_without_items_is_empty(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = {"kind": "PodList", "metadata": None, "items": None}
    assert read_list(session(), PODS).items == []


NO_LISTS: list[dict[str, Any]] = [
    {"kind": "PodList", "items": {}},
    {"kind": "PodList", "items": "x"},
    {"kind": "PodList", "items": 5},
    {"kind": "EventList", "items": []},
    {"kind": "Pod", "metadata": {"name": "a"}},
    {"kind": "Status", "status": "Success"},
    {"kind": "Table", "rows": []},
    {"kind": "List", "items": "x"},
    {"kind": ["PodList"], "items": {}},
    {"ok": True},
    {},
]


@pytest.mark.parametrize("document", NO_LISTS, ids=str)
def test_what_is_no_list_of_what_was_asked_for_is_no_answer(
    server: ApiServer, session: MakeSession, document: dict[str, Any]
) -> None:
    server.replies[PODS] = document
    fault_of_pods = (200, "its answer is no list of pods: is it a Kubernetes API server?")
    assert fault(lambda: read_list(session(), PODS)) == fault_of_pods
    assert fault(lambda: api.read_cached(session(), PODS)) == fault_of_pods
    assert fault(lambda: api.read_page(session(), PODS, 1)) == fault_of_pods
    assert fault(lambda: api.read_version(session(), PODS)) == fault_of_pods


def test_a_list_that_names_no_kind_is_one(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = {"items": [pod("a")]}
    assert names(read_list(session(), PODS).items) == ["a"]


def test_pages_that_repeat_have_an_end(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = lambda _: Reply(body=listing("PodList", pod("a"), following="again"))
    found = read_list(session(), PODS)
    assert (names(found.items), str(found.broken)) == (["a", "a"], "its pages have no end")


def test_empty_pages_have_an_end(server: ApiServer, session: MakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_MOST_EMPTY_PAGES", 5)
    server.replies[PODS] = lambda _: Reply(body=listing("PodList", following=f"t{len(server.requests)}"))
    assert str(read_list(session(), PODS).broken) == "its pages have no end"
    assert len(server.requests) == 6


def test_a_list_has_a_most_of_items(server: ApiServer, session: MakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_MOST_ITEMS", 3)
    server.replies[PODS] = lambda _: Reply(body=listing("PodList", pod("a"), following=f"t{len(server.requests)}"))
    found = read_list(session(), PODS)
    assert (len(found.items), str(found.broken)) == (4, "its pages have no end")


def test_an_item_that_is_nested_too_deeply_takes_no_other_with_it(server: ApiServer, session: MakeSession) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    body = (
        '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"a"}},'
        f'{{"metadata":{{"name":"b","annotations":{{"x":"]}}{{"}},"managedFields":{deep}}}}},{{"metadata":{{"name":"c"}}}}]}}'
    ).encode()
    server.replies[PODS] = Reply(body=body)
    for found in (read_list(session(), PODS), api.read_cached(session(), PODS)):
        assert [item and item["metadata"]["name"] for item in found.items] == ["a", None, "c"]
    server.replies[PODS] = Reply(body=body[:-200_100])
    assert fault(lambda: read_list(session(), PODS))[0] in {200, None}


def test_waits_as_long_as_the_server_asks(server: ApiServer, session: MakeSession, waits: list[float]) -> None:
    server.replies[PODS] = [
        status(429, Retry_After="2"),
        status(429),
        status(503, Retry_After="0"),
        Reply(body=listing("PodList", pod("a"))),
    ]
    assert names(read_list(session(), PODS).items) == ["a"]
    assert waits == [2.0, 1.0, 0.0]


def test_gives_up_after_five_tries(server: ApiServer, session: MakeSession, waits: list[float]) -> None:
    server.replies[PODS] = status(429, "too many requests", Retry_After="1")
    assert fault(lambda: read_list(session(), PODS)) == (429, "too many requests")
    assert len(server.requests) == 5
    assert waits == [1.0] * 4


@pytest.mark.parametrize(("timeout", "after"), [(5, "6"), (0, "31"), (5, "99999999999999999999")])
def test_does_not_wait_longer_than_there_is_time(
    server: ApiServer, session: MakeSession, waits: list[float], timeout: float, after: str
) -> None:
    server.replies[PODS] = status(429, "busy", Retry_After=after)
    assert fault(lambda: read_list(session(timeout), PODS)) == (429, "busy")
    assert (len(server.requests), waits) == (1, [])


def test_a_server_error_without_a_time_is_final(server: ApiServer, session: MakeSession, waits: list[float]) -> None:
    server.replies[PODS] = status(500, "boom")
    assert fault(lambda: read_list(session(), PODS)) == (500, "boom")
    assert waits == []


def test_asks_again_when_the_connection_breaks(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = [Reply(body=listing("PodList", pod("a")), cut=20), Reply(body=listing("PodList", pod("a")))]
    assert names(read_list(session(), PODS).items) == ["a"]


def test_gives_up_when_the_connection_keeps_breaking(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = Reply(body=listing("PodList", pod("a")), cut=20)
    assert fault(lambda: read_list(session(), PODS)) == (None, "the connection was interrupted")
    assert len(server.requests) == 2


def test_does_not_wait_for_a_server_that_says_nothing(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = Reply(body={}, wait=10)
    started = time.monotonic()
    assert fault(lambda: read_list(session(0.3), PODS)) == (None, "no answer within 0.3 s")
    assert time.monotonic() - started < 5
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (status(403, "pods is forbidden"), (403, "pods is forbidden")),
        (status(401), (401, "status 401")),
        (Reply(502, b"too\n busy", {"Content-Type": "Text/Plain; charset=utf-8"}), (502, "too busy")),
        (Reply(502, b"<html>", {"Content-Type": "text/html"}), (502, "status 502")),
        (Reply(302, b"<html>", {"Location": "http://login.example.com"}), (302, "status 302")),
        (Reply(502, b"<html>"), (502, "status 502")),
        (Reply(200, b"<html>"), (200, "its answer isn't a JSON object: is it a Kubernetes API server?")),
        (Reply(200, b"[" * 100_000), (200, "its answer isn't a JSON object: is it a Kubernetes API server?")),
        (Reply(200, []), (200, "its answer isn't a JSON object: is it a Kubernetes API server?")),
        (status(400, "x" * 1000), (400, "x" * 300)),
        (Reply(200, b"no gzip", {"Content-Encoding": "gzip"}), (None, "the connection was interrupted")),
    ],
)
def test_says_what_the_server_answered(
    server: ApiServer, session: MakeSession, reply: Reply, expected: tuple[int | None, str]
) -> None:
    server.replies[PODS] = reply
    assert fault(lambda: read_object(session(), PODS)) == expected


def test_gives_up_on_a_body_that_trickles(server: ApiServer, session: MakeSession) -> None:
    server.replies[PODS] = Reply(body="x" * 1000, drip=0.05)
    started = time.monotonic()
    assert fault(lambda: read_object(session(0.4), PODS)) == (None, "no answer within 0.4 s")
    assert time.monotonic() - started < 5


COMPACT = b'{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":['
ONE = b'{"metadata":{"name":"a]}"}}'


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_items_are_decoded_a_few_at_a_time(count: int) -> None:
    sizes: list[int] = []

    def take(items: list[Any]) -> list[Any]:
        sizes.append(len(items))
        return items

    found = api.read_items(COMPACT + b",".join([ONE] * count) + b"]}\n", take, PODS)
    assert found == [{"metadata": {"name": "a]}"}, "kind": "Pod", "apiVersion": "v1"}] * count
    assert max(sizes) <= 50


@pytest.mark.parametrize(
    "body",
    [
        b'{ "items": [{"metadata":{"name":"a]}"}}], "kind": "PodList", "apiVersion": "v1" }',
        b'{"items":[{"metadata":{"name":"a]}"}}],"kind":"PodList","apiVersion":"v1"}',
        COMPACT + ONE + b'],"more":[1,{"items":[]}]}',
    ],
)
def test_items_in_another_spelling(body: bytes) -> None:
    assert api.read_items(body, api.everything, PODS) == [
        {"metadata": {"name": "a]}"}, "kind": "Pod", "apiVersion": "v1"}
    ]


@pytest.mark.parametrize(
    "body", [b"", b"[]", COMPACT, COMPACT + ONE, COMPACT + ONE + b",]}", COMPACT + ONE + b"]", b"<html>"]
)
def test_items_that_are_no_list_are_refused(body: bytes) -> None:
    with pytest.raises(ApiError, match="is it a Kubernetes API server"):
        api.read_items(body, api.everything, PODS)

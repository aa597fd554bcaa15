"""Connections that lead straight to a server: kept, opened beforehand, and given up when the server closes them."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import IncompleteRead
from typing import Any

import pytest
from far_server import far_server
from kube.apiserver import ApiServer, Reply

from kubectl_imagepull.kube.connection.direct import DirectConnections
from kubectl_imagepull.kube.connection.server_connections import MOST_CONNECTIONS

TLS = ssl.create_default_context()
Serve = Callable[..., "Plain"]


@dataclass
class Plain:
    """A server of plain HTTP that counts its connections."""

    url: str
    #: Called with each request's number in its connection; gives the bytes of an answer, and whether to hang up then.
    answer: Callable[[int], tuple[bytes, bool]]
    connections: list[int] = field(default_factory=list)


def answer(body: bytes = b"{}", *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body))


@pytest.fixture
def serve() -> Iterator[Serve]:
    listeners: list[socket.socket] = []

    def begin(reply: Callable[[int], tuple[bytes, bool]] = lambda _: (answer(), False)) -> Plain:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        plain = Plain(f"http://127.0.0.1:{listener.getsockname()[1]}", reply)
        threading.Thread(target=accept, args=(listener, plain), daemon=True).start()
        return plain

    yield begin
    for listener in listeners:
        listener.close()


def accept(listener: socket.socket, plain: Plain) -> None:
    with suppress(OSError):  # the test is over
        while True:
            peer, _ = listener.accept()
            plain.connections.append(0)
            threading.Thread(target=converse, args=(peer, plain, len(plain.connections) - 1), daemon=True).start()


def converse(peer: socket.socket, plain: Plain, number: int) -> None:
    with suppress(OSError), peer:
        while peer.recv(65536):
            plain.connections[number] += 1
            body, ends = plain.answer(plain.connections[number])
            peer.sendall(body)
            if ends:
                return


def read(connections: DirectConnections, target: str = "/version") -> bytes:
    reply = connections.ask(target, [("Accept", "*/*")], 5, 5)
    blocks = []
    try:
        while block := reply.read1(1 << 20):
            blocks.append(block)
    except IncompleteRead:
        reply.close()
        raise
    reply.release_conn()
    return b"".join(blocks)


def test_a_connection_serves_one_request_after_the_other(serve: Serve) -> None:
    plain = serve()
    with closing(DirectConnections(plain.url, TLS)) as connections:
        assert [read(connections) for _ in range(3)] == [b"{}"] * 3
    assert plain.connections == [3]


def test_one_that_the_server_says_it_closes_is_not_kept(serve: Serve) -> None:
    plain = serve(lambda _: (answer(b"{}", b"Connection: close"), True))
    with closing(DirectConnections(plain.url, TLS)) as connections:
        assert [read(connections) for _ in range(2)] == [b"{}"] * 2
    assert plain.connections == [1, 1]


def test_one_that_the_server_has_closed_meanwhile_is_not_used_again(serve: Serve) -> None:
    plain = serve(lambda _: (answer(), True))
    with closing(DirectConnections(plain.url, TLS)) as connections:
        for _ in range(2):
            assert read(connections) == b"{}"
            time.sleep(0.2)
    assert plain.connections == [1, 1]


def test_an_answer_that_is_shorter_than_it_says_is_none(serve: Serve) -> None:
    plain = serve(lambda _: (answer(b"{}" * 50)[:-10], True))
    with closing(DirectConnections(plain.url, TLS)) as connections, pytest.raises(IncompleteRead) as caught:
        read(connections)
    fault = connections.no_answer(caught.value, 5)
    assert (str(fault), fault.broken) == ("the connection was interrupted", True)


def test_what_stands_in_the_server_s_url_stands_before_every_path(server: ApiServer) -> None:
    server.replies["/k8s/clusters/c-1/version"] = Reply(body={"a": 1})
    with closing(DirectConnections(f"{server.url}/k8s/clusters/c-1", TLS)) as connections:
        assert read(connections) == b'{"a": 1}'


def test_near_a_server_no_more_than_one_connection_is_opened_beforehand(serve: Serve) -> None:
    plain = serve()
    with closing(DirectConnections(plain.url, TLS)) as connections:
        connections.prepare()
        read(connections)
        time.sleep(0.2)
    assert len(plain.connections) <= 2


def test_a_request_waits_no_longer_than_it_may_for_a_connection_that_is_being_opened() -> None:
    """The server takes connections and says nothing: TLS doesn't come about."""
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        closing(DirectConnections(f"https://127.0.0.1:{silent.getsockname()[1]}", TLS)) as connections,
    ):
        connections.prepare()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            connections.ask("/version", [], 0.3, 0.3)
        assert time.monotonic() - began < 5


def test_far_from_a_server_connections_are_opened_before_they_are_needed(secure: ApiServer) -> None:
    """TLS shows how far it is: each is there, shaken hands and all, when it is asked for."""
    secure.replies["/version"] = Reply(body={})
    trusting = ssl._create_unverified_context()  # noqa: S323 - the server is the test's own
    delay = 0.05
    with (
        far_server(int(secure.url.rpartition(":")[2]), delay) as far,
        closing(DirectConnections(far.url, trusting)) as connections,
    ):
        connections.prepare()
        assert read(connections) == b"{}"
        until = time.monotonic() + 10
        while far.traffic.connections < MOST_CONNECTIONS and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(6 * delay)
        replies: list[bytes] = []
        threads = [threading.Thread(target=lambda: replies.append(read(connections))) for _ in range(MOST_CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert replies == [b"{}"] * MOST_CONNECTIONS
        assert far.traffic.connections == MOST_CONNECTIONS
    # its address is this machine's, but bytes have a way to go: all that knew so ask for compression
    assert [one.all("Accept-Encoding") for one in secure.requests[-MOST_CONNECTIONS:]] == [["gzip"]] * MOST_CONNECTIONS


def test_on_this_machine_no_compression_is_asked_for(server: ApiServer) -> None:
    server.replies["/version"] = Reply(body={})
    with closing(DirectConnections(server.url, TLS)) as connections:
        read(connections)
    assert server.requests[0].all("Accept-Encoding") == ["identity"]


def test_what_comes_compressed_is_uncompressed_as_it_comes(serve: Serve) -> None:
    body = json.dumps({"a": "b" * 100_000}).encode()
    plain = serve(lambda _: (answer(gzip.compress(body), b"Content-Encoding: gzip"), False))
    with closing(DirectConnections(plain.url, TLS)) as connections:
        assert [read(connections) for _ in range(2)] == [body] * 2
    assert plain.connections == [2]


@pytest.mark.parametrize("kept", [1, 20])
def test_what_is_compressed_and_cut_is_no_answer(serve: Serve, kept: int) -> None:
    body = gzip.compress(b"x" * 5_000)[:kept]
    plain = serve(lambda _: (answer(body, b"Content-Encoding: gzip"), False))
    with closing(DirectConnections(plain.url, TLS).ask("/", (), 5, 5)) as reply, pytest.raises(IncompleteRead):
        drain(reply)


def drain(reply: Any) -> None:
    while reply.read1(1 << 16):
        pass

"""Servers that drip: each byte comes in time, and the answer never ends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from kube.fixtures import Kubeconfig

from kubectl_imagepull.kube.connection.answer import NoAnswerError
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
#: What is sent at once, and what then comes again and again, every 50 ms.
DRIPS = {
    "status line": (b"", b"H"),
    "headers": (OK, b"X-A: b\r\n"),
    "one header": (OK + b"X-A: ", b"b"),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk size": (CHUNKED, b"0"),
    "chunk extension": (CHUNKED + b"5;", b"x"),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"),
    "body": (OK + b"Content-Length: 99999\r\n\r\n", b" "),
    "nothing": (OK + b"Content-Length: 99999\r\n\r\n", b""),
}
Dripping = Callable[[bytes, bytes], str]


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    """Gives the address of a server that sends something at once and something else for ever."""
    ended = threading.Event()
    listeners: list[socket.socket] = []

    def serve(listener: socket.socket, beginning: bytes, drop: bytes) -> None:
        while not ended.is_set():
            # who asks goes away when its time is up, and the listener when the test is over
            with suppress(OSError), listener.accept()[0] as peer:
                peer.recv(65536)
                peer.sendall(beginning)
                while not ended.wait(0.05):
                    peer.sendall(drop)

    def begin(beginning: bytes, drop: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, beginning, drop), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield begin
    ended.set()
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize("where", DRIPS)
def test_a_request_ends_when_its_time_is_up(where: str, dripping: Dripping, kubeconfig: Kubeconfig) -> None:
    session = open_session(Connection(kubeconfig=kubeconfig(dripping(*DRIPS[where]))))
    started = time.monotonic()
    with pytest.raises(NoAnswerError, match=r"\Ano answer within 0\.5 s\Z"):
        session.get("/api/v1/pods", {}, 0.5)
    assert time.monotonic() - started < 10
    session.close()

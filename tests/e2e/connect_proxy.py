"""An HTTP proxy that leads every CONNECT to one API server, whatever name is asked for."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from e2e.control_plane import ControlPlane

_BLOCK = 1 << 16


class ConnectProxy:
    """`asked` are the places that clients wanted to go to, `logins` what they logged in to the proxy with."""

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self.logins: list[str | None] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                proxy.asked.append(self.path)
                proxy.logins.append(self.headers.get("Proxy-Authorization"))
                with socket.create_connection(("127.0.0.1", port)) as server:
                    self.send_response(200)
                    self.end_headers()
                    _relay(self.connection, server)

            def log_message(self, *_: object) -> None:
                """Keeps quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Takes no more connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _relay(client: socket.socket, server: socket.socket) -> None:
    other = {client: server, server: client}
    while True:
        for side in select.select([client, server], [], [])[0]:
            block = side.recv(_BLOCK)
            if not block:
                return
            other[side].sendall(block)


@contextmanager
def connect_proxy(plane: ControlPlane) -> Iterator[ConnectProxy]:
    """Runs a proxy that leads to a control plane."""
    proxy = ConnectProxy(plane.port)
    try:
        yield proxy
    finally:
        proxy.close()

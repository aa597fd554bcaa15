"""A server on loopback that answers as a test says, over TLS, and keeps what it was asked."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    host: str
    authorization: str | None


@dataclass(frozen=True)
class Says:
    """One answer; `act` takes the place of the body, with the socket's file."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    act: Callable[[BaseHTTPRequestHandler], None] | None = None
    #: Whether the length of the body is said.
    length: bool = True


class WireServer:
    """Answers by path, each with a Says or what gives one for a request; 404 for what isn't there."""

    def __init__(self, certificate: Path | None, address: str = "127.0.0.1", port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Says | Callable[[Asked], Says]] = {}
        self.stopped = Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked = Asked(self.command, self.path, self.headers["Host"], self.headers.get("Authorization"))
                outer.asked.append(asked)
                answer = outer.answers.get(self.path, outer.answers.get("*", Says(404)))
                said = answer if isinstance(answer, Says) else answer(asked)
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                if said.act is None and said.length:
                    self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                if self.command == "HEAD":
                    return
                if said.act is not None:
                    self.close_connection = True
                    said.act(self)
                else:
                    self.wfile.write(said.body)

            do_HEAD = do_GET  # noqa: N815 - as the library calls it

            def log_message(self, *_: object) -> None:
                """Keeps quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """Keeps quiet: clients that give up are what some tests are about."""

        self.http = Server((address, port), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.http.server_address[1]
        Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        self.http.shutdown()
        self.http.server_close()

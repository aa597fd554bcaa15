"""A proxy in front of an API server that does what servers, load balancers and networks do on bad days.

It passes requests on and streams the answers back, except for those that a rule is about.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import urllib3
from e2e.control_plane import bearer

#: Headers that are each connection's own (RFC 9110, 7.6.1), and what the pool sets itself.
_OWN = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host", "content-length"}
)
_BLOCK = 16384


@dataclass(frozen=True)
class Request:
    """A request that came, and when, in seconds of the monotonic clock."""

    method: str
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]
    at: float


@dataclass(frozen=True)
class Fault:
    """What happens to a request; what stands first here happens first.

    `before` is called, `delay` seconds pass; then the connection is closed (`close`) or reset (`reset`) without an
    answer, or `status` is answered with `body`. Where there is none of these the server's own answer goes back: `cut`
    after so many bytes of its body, or a byte of it each `drip` seconds.
    """

    before: Callable[[], object] | None = None
    delay: float = 0.0
    close: bool = False
    reset: bool = False
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: float = 0.0


def says(code: int, message: str, **headers: str) -> Fault:
    """The API server's own kind of refusal."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message}
    return Fault(status=code, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


EXPIRED = says(410, "The provided continue parameter is too old to display a consistent list result.")


@dataclass
class _Rule:
    pattern: str
    fault: Fault
    first: int
    times: int | None
    when: Callable[[], bool] | None
    seen: int = 0

    def applies(self, target: str) -> bool:
        """Counts the request where it matches, and gives whether the fault is for it."""
        if not re.search(self.pattern, target) or (self.when is not None and not self.when()):
            return False
        self.seen += 1
        return self.seen >= self.first and (self.times is None or self.seen < self.first + self.times)


class FaultProxy:
    """The proxy; with `certificate` and `key` it speaks TLS, else it logs in itself, for no client sends a login then.

    `requests` are those that came, in their order; `answers` are path and status of what the server itself said.
    """

    def __init__(self, upstream: str, ca: Path, *, certificate: Path | None = None, key: Path | None = None) -> None:
        self.requests: list[Request] = []
        self.answers: list[tuple[str, int]] = []
        self.stopped = threading.Event()
        self.pool = urllib3.PoolManager(ca_certs=str(ca), maxsize=16, block=False)
        self.upstream = upstream
        self.tls: ssl.SSLContext | None = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate, key)
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._http = _Server(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    def on(
        self,
        pattern: str,
        fault: Fault,
        *,
        first: int = 1,
        times: int | None = None,
        when: Callable[[], bool] | None = None,
    ) -> None:
        """Has the fault happen to requests whose path and query the pattern fits: from the `first`, `times` of them.

        With `when`, only those count at which it holds.
        """
        self._rules.append(_Rule(pattern, fault, first, times, when))

    def matching(self, part: str) -> list[Request]:
        """The requests so far whose path holds `part`."""
        return [request for request in self.requests if part in request.path]

    def fault_of(self, request: Request, target: str) -> Fault:
        """Notes a request and gives what happens to it."""
        with self._lock:
            self.requests.append(request)
            # every rule counts, the first that applies decides
            faults = [rule.fault for rule in self._rules if rule.applies(target)]
        return faults[0] if faults else Fault()

    def stop(self) -> None:
        """Ends it, and what still waits in it."""
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self.pool.clear()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """Keeps quiet: clients that give up are what tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        # here and not where connections are accepted: a client that is slow about it keeps nobody else waiting
        if self.server.proxy.tls:
            self.request = self.server.proxy.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def do_GET(self) -> None:
        proxy, parts = self.server.proxy, urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        request = Request(self.command, parts.path, query, list(self.headers.items()), time.monotonic())
        fault = proxy.fault_of(request, self.path)
        if fault.before:
            fault.before()
        if proxy.stopped.wait(fault.delay) or fault.close or fault.reset:
            self.drop(reset=fault.reset)
        elif fault.status is not None:
            self.answer(fault)
        else:
            self.pass_on(fault)

    do_POST = do_GET  # noqa: N815 - the server looks for these names

    def drop(self, *, reset: bool = False) -> None:
        """Ends the connection as a network does: with a reset, or without another word (not even TLS's farewell)."""
        self.close_connection = True
        if reset:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def finish(self) -> None:
        super().finish()
        # before the server says goodbye to the client; and it doesn't know of TLS
        self.request.close()

    def answer(self, fault: Fault) -> None:
        body = fault.body if isinstance(fault.body, bytes) else json.dumps(fault.body).encode()
        self.send_response(fault.status or 0)
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pass_on(self, fault: Fault) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = urllib3.HTTPHeaderDict()
        for name, value in self.headers.items():
            if name.lower() not in _OWN:
                headers.add(name, value)
        if not self.server.proxy.tls:
            headers.extend(bearer("admin"))
        try:
            response = self.server.proxy.pool.request(
                self.command,
                f"{self.server.proxy.upstream}{self.path}",
                body=self.rfile.read(length) if length else None,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except urllib3.exceptions.HTTPError:
            self.drop()
            return
        self.server.proxy.answers.append((urlsplit(self.path).path, response.status))
        try:
            self.send_response(response.status)
            for name, value in response.headers.items():
                if name.lower() not in _OWN:
                    self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.send_body(response, fault)
        finally:
            response.close()

    def send_body(self, response: urllib3.BaseHTTPResponse, fault: Fault) -> None:
        left = fault.cut
        for block in self.blocks(response, fault):
            part = block if left is None else block[:left]
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n" if part else b"")
            self.wfile.flush()
            if left is not None:
                left -= len(part)
                if not left:
                    self.drop()
                    return
        self.wfile.write(b"0\r\n\r\n")

    def blocks(self, response: urllib3.BaseHTTPResponse, fault: Fault) -> Iterator[bytes]:
        """The body as it comes, so that a watch is a watch here too."""
        if not fault.drip:
            while block := response.read1(_BLOCK):
                yield block
            return
        while block := response.read(1):
            yield block
            if self.server.proxy.stopped.wait(fault.drip):
                return

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""

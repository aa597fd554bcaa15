"""A small API server on loopback, and what it answers."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def right(self) -> tuple[str, str, str]:
        """What a role has to allow for it: verb, API group and resource."""
        parts = self.path.strip("/").split("/")
        group, parts = (parts[1], parts[3:]) if parts[0] == "apis" else ("", parts[2:])
        if len(parts) > 2 and parts[0] == "namespaces":
            parts = parts[2:]
        verb = "get" if len(parts) > 1 else "watch" if "watch" in self.query else "list"
        return (verb, group, parts[0])


@dataclass(frozen=True)
class Reply:
    """`cut` bytes of the body are sent and then the connection is closed.

    The reply begins after `wait` seconds. With `drip`, its body is a byte each time that many seconds have passed.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    wait: float = 0.0
    drip: float = 0.0


def status(code: int, message: str = "", **headers: str) -> Reply:
    body = {"kind": "Status", "status": "Failure", "code": code, "message": message}
    return Reply(code, body, {name.replace("_", "-"): value for name, value in headers.items()})


class ApiServer:
    """Answers each path with what is registered for it: a reply, a list of replies in turn, or a function.

    With `certificate` (a file that holds its key too) it speaks TLS; with `clients` it wants a certificate that these
    vouch for.
    """

    def __init__(self, certificate: Path | None = None, clients: Path | None = None) -> None:
        self.scheme = "https" if certificate else "http"
        self.replies: dict[str, Any] = {}
        self.requests: list[Request] = []
        self.stopped = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                request = Request(parts.path, dict(parse_qsl(parts.query)), list(self.headers.items()))
                server.requests.append(request)
                reply = server.reply(request)
                server.stopped.wait(reply.wait)
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                if "gzip" in self.headers.get("Accept-Encoding", "") and reply.cut is None and not reply.drip:
                    body = gzip.compress(body, 1)
                    self.send_header("Content-Encoding", "gzip")
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                while reply.drip and not server.stopped.wait(reply.drip):
                    self.wfile.write(b" ")
                self.wfile.write(body if reply.cut is None else body[: reply.cut])
                self.close_connection = reply.cut is not None

            def log_message(self, *_: object) -> None:
                """Keeps quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Keeps quiet: clients that give up are what some tests are about."""

        self.http = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            if clients:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(clients)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return self.http.server_address[1]

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def reply(self, request: Request) -> Reply:
        reply = self.replies.get(request.path, status(404, f"{request.path} not found"))
        if callable(reply):
            reply = reply(request)
        elif isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return reply if isinstance(reply, Reply) else Reply(body=reply)

    def stop(self) -> None:
        self.stopped.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def pod(name: str, namespace: str = "shop", **labels: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", "labels": labels},
        "spec": {"containers": [{"name": "app", "image": "nginx"}]},
        "status": {"phase": "Pending"},
    }


def event(name: str, about: str, namespace: str = "shop") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": {"kind": "Pod", "name": about, "namespace": namespace},
        "reason": "Failed",
    }


def listing(kind: str, *items: Any, following: str = "") -> dict[str, Any]:
    return {"kind": kind, "apiVersion": "v1", "metadata": {"continue": following}, "items": list(items)}


def paged(kind: str, items: list[Any]) -> Callable[[Request], Reply]:
    """A list as the API server gives it: `limit` items, and a token for the rest."""

    def reply(request: Request) -> Reply:
        start, limit = int(request.query.get("continue", 0)), int(request.query.get("limit", 0)) or len(items)
        end = start + limit
        page = listing(kind, *items[start:end], following=str(end) if end < len(items) else "")
        if end < len(items):
            page["metadata"]["remainingItemCount"] = len(items) - end
        return Reply(body=page)

    return reply

"""What stands in the place of connections: registries that answer as their documentation and sources say."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from kubectl_imagepull.registry.exchange import NoReply, NoReplyError, RegistryReply, RegistryRequest

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"

Answer = RegistryReply | Callable[[RegistryRequest], RegistryReply]


@dataclass
class Transport:
    """Answers requests by `METHOD URL` or `URL`; what isn't there can't be reached."""

    answers: Mapping[str, Answer]
    sent: list[RegistryRequest] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def send(self, request: RegistryRequest, deadline: float) -> RegistryReply:  # noqa: ARG002 - as connections have it
        with self._lock:
            self.sent.append(request)
        answer = self.answers.get(f"{request.method} {request.url}", self.answers.get(request.url))
        if answer is None:
            raise NoReplyError(NoReply.CONNECTION, "connection refused")
        reply = answer if isinstance(answer, RegistryReply) else answer(request)
        return RegistryReply(reply.status, reply.headers) if request.method == "HEAD" else reply

    @property
    def log(self) -> list[str]:
        """Each request, with `*` where a login or token came with it."""
        return [f"{one.method} {one.url}{' *' if 'Authorization' in one.headers else ''}" for one in self.sent]


def reply(status: int, document: Any = None, **headers: str) -> RegistryReply:
    body = document if isinstance(document, bytes) else json.dumps(document).encode() if document is not None else b""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return RegistryReply(status, {"content-type": "application/json", **names}, body)


def refusal(status: int, code: str, message: str = "", **headers: str) -> RegistryReply:
    return reply(status, {"errors": [{"code": code, "message": message}]}, **headers)


def wants_token(realm: str, service: str = "registry.test", scope: str = "") -> RegistryReply:
    asked = f'Bearer realm="{realm}",service="{service}"' + (f',scope="{scope}"' if scope else "")
    return refusal(401, "UNAUTHORIZED", "authentication required", www_authenticate=asked)


def token(actions: list[str] | None) -> RegistryReply:
    claims = (
        {}
        if actions is None
        else {"access": [{"type": "repository", "name": "x", "actions": actions}] if actions else []}
    )
    packed = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return reply(200, {"token": f"head.{packed}.signature"})


def with_token(answer: Answer, otherwise: RegistryReply) -> Callable[[RegistryRequest], RegistryReply]:
    """One answer for who brings a token or login, another for who doesn't."""

    def answers(request: RegistryRequest) -> RegistryReply:
        if "Authorization" not in request.headers:
            return otherwise
        return answer if isinstance(answer, RegistryReply) else answer(request)

    return answers


def found_index() -> RegistryReply:
    """An index of two platforms."""
    platforms = [{"os": "linux", "architecture": "amd64"}, {"os": "linux", "architecture": "arm64"}]
    document = {"mediaType": INDEX, "manifests": [{"platform": platform} for platform in platforms]}
    return reply(200, document, content_type=INDEX)

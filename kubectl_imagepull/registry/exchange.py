"""One request to a registry and what came back, as values, and what sends it: tests bring their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

#: What is read of a body where a request doesn't say: an error's text is short.
SHORT_BODY = 16 << 10


class NoReply(str, Enum):
    """Why nothing came back that can be used."""

    #: The policy keeps the request from being sent.
    FORBIDDEN = "forbidden"
    #: It is at a private address, and the user didn't name it.
    PRIVATE = "private"
    LOOKUP = "lookup"
    TIMEOUT = "timeout"
    TLS = "tls"
    CONNECTION = "connection"
    #: What came is longer than may be read, compressed though nobody asked for that, or no HTTP.
    UNREADABLE = "unreadable"


class NoReplyError(Exception):
    """Nothing came back that can be used; the text says why, without the host's name."""

    def __init__(self, kind: NoReply, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True)
class RegistryRequest:
    """One request."""

    #: `GET` or `HEAD`.
    method: str
    #: Where it goes.
    url: str
    #: Its headers; a login may be among them.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: So many bytes of the body are read at most; a longer one is an error.
    most_bytes: int = SHORT_BODY


@dataclass(frozen=True)
class RegistryReply:
    """What came back."""

    #: The HTTP status.
    status: int
    #: The headers, by names in lower case.
    headers: Mapping[str, str]
    #: The body, as it came over the wire.
    body: bytes = b""
    #: Whether another place than the one that was asked first has answered.
    redirected: bool = False


class RegistrySender(Protocol):
    """What sends requests: connections, or what tests have in their place."""

    def send(self, request: RegistryRequest, deadline: float) -> RegistryReply:
        """Sends one request, and follows no redirect; all is over by the monotonic time. Raises NoReplyError."""

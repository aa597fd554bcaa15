"""What requests need of connections with one API server, whichever way they lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kubectl_imagepull.kube.connection.answer import NoAnswerError

#: Connections that are kept, and so requests that are sent at once: over a network a request that has to wait for
#: another takes a way to the server and back.
MOST_CONNECTIONS = 20


class Reply(Protocol):
    """The beginning of an answer; its body is still to be read."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by names as the server spells them."""

    def read1(self, most: int) -> bytes:
        """The next bytes of the body as they come, uncompressed; none at its end."""

    def release_conn(self) -> None:
        """Keeps the connection for another request, after the whole body has been read."""

    def close(self) -> None:
        """Closes the connection."""


class ServerConnections(Protocol):
    """Connections with one API server; several threads may use them."""

    @property
    def faults(self) -> tuple[type[Exception], ...]:
        """What `ask` and the reading of a reply raise where no answer comes."""

    def ask(self, target: str, headers: Sequence[tuple[str, str]], connect: float, read: float | None) -> Reply:
        """Sends one GET of a path with its query.

        `connect` are the seconds for a connection to come about, `read` those for the answer, None for no limit.
        """

    def no_answer(self, error: Exception, limit: float) -> NoAnswerError:
        """Why no answer came, in words; `limit` are the seconds in which one should have."""

    def prepare(self) -> None:
        """Says that many requests will be sent side by side, so that connections may be opened before."""

    def close(self) -> None:
        """Closes the connections."""

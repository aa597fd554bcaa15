"""An open session with one API server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kubectl_imagepull.kube.connection.answer import JSON, Answer
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Reach


class RequestSender(Protocol):
    """What sends the requests of a session: an open connection, or what tests have in its place."""

    def get(self, path: str, query: Mapping[str, str], seconds: float | None, accept: str = JSON) -> Answer:
        """Sends one GET; raises NoAnswerError."""

    def lines(self, path: str, query: Mapping[str, str], silence: float) -> Iterator[Answer | bytes]:
        """Sends one GET that is answered line by line; raises NoAnswerError."""

    def prepare(self) -> None:
        """Says that many requests will be sent side by side, so that connections may be opened before."""

    def close(self) -> None:
        """Closes the connections."""


@dataclass(frozen=True)
class Session:
    """An open session; who opens it closes it."""

    #: The API server's URL without credentials.
    server: str
    #: The context's name, for texts.
    context: str
    #: The context's namespace.
    namespace: str
    #: The beginning of a kubectl command that speaks to the same cluster.
    kubectl: str
    #: The options that lead kubectl commands to it, as far as they were given.
    reach: Reach
    #: The seconds that one request may take; None for no limit.
    timeout: float | None
    #: Objects on one page of a list; 0 for all.
    chunk_size: int
    #: What sends the requests.
    transport: RequestSender = field(repr=False)
    #: The namespaces that the kubeconfig's contexts name for this cluster.
    namespaces: tuple[str, ...] = ()
    #: What is being read.
    progress: Progress = field(default_factory=Progress, repr=False)
    #: What is done, perhaps more than once, when the server has been asked for much and works on its answers.
    meanwhile: Callable[[], object] | None = field(default=None, repr=False)

    def get(self, path: str, query: Mapping[str, str], seconds: float | None, accept: str = JSON) -> Answer:
        """Sends one GET; raises NoAnswerError."""
        return self.transport.get(path, query, seconds, accept)

    def lines(self, path: str, query: Mapping[str, str], silence: float) -> Iterator[Answer | bytes]:
        """Sends one GET that is answered line by line; raises NoAnswerError."""
        return self.transport.lines(path, query, silence)

    def prepare(self) -> None:
        """Says that many requests will be sent side by side, so that connections may be opened before."""
        self.transport.prepare()

    def close(self) -> None:
        """Closes the connections."""
        self.transport.close()

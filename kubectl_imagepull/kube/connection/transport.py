"""One GET over a pool of connections: an answer, or one reason in words why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlencode

from kubectl_imagepull.kube.connection.answer import JSON, OK, Answer, NoAnswerError
from kubectl_imagepull.kube.connection.client import ClusterClient
from kubectl_imagepull.kube.connection.renewal import LoginRenewal
from kubectl_imagepull.kube.connection.server_connections import Reply
from kubectl_imagepull.kube.snapshot import SourceError

#: Seconds for a connection to come about; a packet that is lost is sent again after 1, 3 and 7 seconds.
CONNECT_SECONDS = 10.0
_BLOCK = 1 << 20


class Transport:
    """An open way to one API server.

    `headers` are sent with every request; a name may stand there more than once. A login that has ended is renewed on
    the way.
    """

    def __init__(self, renewal: LoginRenewal, headers: Sequence[tuple[str, str]]) -> None:
        self._renewal = renewal
        self._headers = headers

    @property
    def client(self) -> ClusterClient:
        """The client that is used now."""
        return self._renewal.client

    def get(self, path: str, query: Mapping[str, str], seconds: float | None, accept: str = JSON) -> Answer:
        """Sends one GET; `seconds` are for the whole answer, None waits for ever once the connection stands.

        Raises NoAnswerError.
        """
        with self._response(path, query, seconds, accept) as (response, started):
            body = _read(response, None if seconds is None else started + seconds)
            headers = {name.lower(): value for name, value in response.headers.items()}
            answer = Answer(response.status, headers, body)
            response.release_conn()
        return answer

    def lines(self, path: str, query: Mapping[str, str], silence: float) -> Iterator[Answer | bytes]:
        """Sends one GET whose answer goes on for long; gives an answer that says no, or each line as it comes.

        Raises NoAnswerError, also where nothing comes for `silence` seconds.
        """
        with self._response(path, query, silence, JSON) as (response, _):
            if response.status != OK:
                yield Answer(response.status, {}, _read(response, monotonic() + silence))
                return
            rest = b""
            # a line is told as soon as it is whole: the next one may take minutes
            while block := response.read1(_BLOCK):
                *lines, rest = (rest + block).split(b"\n")
                yield from lines
            response.close()

    @contextmanager
    def _response(
        self, path: str, query: Mapping[str, str], seconds: float | None, accept: str
    ) -> Iterator[tuple[Reply, float]]:
        """An answer's beginning, asked for again where the login has ended, and when it was asked for.

        What goes wrong up to the end of the block is a NoAnswerError.
        """
        try:
            client = self._renewal.current()
            with self._asked(client, path, query, seconds, accept) as (response, started):
                if not self._renewal.gives_another(client, response.status):
                    yield response, started
                    return
                response.close()
            client = self._renewal.current()
        except SourceError as error:
            raise NoAnswerError(str(error)) from error
        # once: what refuses the new login as well is the answer
        with self._asked(client, path, query, seconds, accept) as (response, started):
            self._renewal.note(client, response.status)
            yield response, started

    @contextmanager
    def _asked(
        self, client: ClusterClient, path: str, query: Mapping[str, str], seconds: float | None, accept: str
    ) -> Iterator[tuple[Reply, float]]:
        target = f"{path}{'?' if query else ''}{urlencode(query)}"
        connect = CONNECT_SECONDS if seconds is None else min(CONNECT_SECONDS, seconds)
        started = monotonic()
        connections = client.connections
        try:
            response = connections.ask(target, self._all_headers(client, accept), connect, seconds)
            try:
                yield response, started
            except BaseException:
                response.close()
                raise
        except connections.faults as error:
            # before the time is up it was the connection that took too long
            limit = connect if seconds is None or monotonic() - started < seconds else seconds
            raise connections.no_answer(error, limit) from error

    def prepare(self) -> None:
        """Says that many requests will be sent side by side."""
        self.client.connections.prepare()

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()

    def _all_headers(self, client: ClusterClient, accept: str) -> list[tuple[str, str]]:
        headers = [("Accept", accept), *self._headers]
        if authorization := client.authorization():
            if not authorization.isascii() or not authorization.isprintable():
                raise NoAnswerError("the login's token has characters that aren't allowed in a header")
            headers.append(("authorization", authorization))
        return headers


def _read(response: Reply, deadline: float | None) -> bytes:
    blocks: list[bytes] = []
    while block := response.read1(_BLOCK):
        blocks.append(block)
        if deadline is not None and monotonic() > deadline:
            raise TimeoutError
    return b"".join(blocks)

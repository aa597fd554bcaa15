"""One GET over a pool of connections: an answer, or one reason in words why there is none."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlencode

import urllib3
from urllib3 import exceptions

from kubectl_imagepull.kube.connection.answer import JSON, OK, Answer, NoAnswerError
from kubectl_imagepull.kube.connection.client import ClusterClient
from kubectl_imagepull.kube.connection.renewal import LoginRenewal
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

    @contextmanager
    def _response(
        self, path: str, query: Mapping[str, str], seconds: float | None, accept: str
    ) -> Iterator[tuple[urllib3.BaseHTTPResponse, float]]:
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
    ) -> Iterator[tuple[urllib3.BaseHTTPResponse, float]]:
        url = f"{client.host}{path}{'?' if query else ''}{urlencode(query)}"
        connect = CONNECT_SECONDS if seconds is None else min(CONNECT_SECONDS, seconds)
        started = monotonic()
        try:
            response = client.pool.request(
                "GET",
                url,
                headers=self._all_headers(client, accept),
                timeout=urllib3.Timeout(connect=connect, read=seconds),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                yield response, started
            except BaseException:
                response.close()
                raise
        # urllib3 lets an OSError of the socket or the client certificate's files through where it was not its own.
        except (exceptions.HTTPError, OSError) as error:
            # before the time is up it was the connection that took too long
            limit = connect if seconds is None or monotonic() - started < seconds else seconds
            raise _no_answer(error, limit) from error

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()

    def _all_headers(self, client: ClusterClient, accept: str) -> urllib3.HTTPHeaderDict:
        headers = urllib3.HTTPHeaderDict({"Accept": accept})
        for name, value in self._headers:
            headers.add(name, value)
        if authorization := client.authorization():
            if not authorization.isascii() or not authorization.isprintable():
                raise NoAnswerError("the login's token has characters that aren't allowed in a header")
            headers.add("authorization", authorization)
        return headers


def _read(response: urllib3.BaseHTTPResponse, deadline: float | None) -> bytes:
    blocks: list[bytes] = []
    while block := response.read1(_BLOCK):
        blocks.append(block)
        if deadline is not None and monotonic() > deadline:
            raise TimeoutError
    return b"".join(blocks)


def _no_answer(error: Exception, limit: float) -> NoAnswerError:
    if isinstance(error, exceptions.ProxyError):
        return NoAnswerError(f"through the proxy: {_no_answer(error.original_error, limit)}")
    causes = list(_causes(error))
    broken = isinstance(error, (exceptions.ProtocolError, exceptions.IncompleteRead, exceptions.DecodeError))
    reason = next(
        (cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), "the request failed"
    )
    reasons: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (exceptions.NameResolutionError, "its name can't be resolved"),
        (exceptions.NewConnectionError, _lower(reason)),
        ((exceptions.TimeoutError, TimeoutError), f"no answer within {round(limit, 1):g} s"),
        ((exceptions.LocationValueError, exceptions.InvalidHeader), "its address isn't a valid URL"),
        (
            (exceptions.ProtocolError, exceptions.IncompleteRead, exceptions.DecodeError),
            ("the connection was interrupted"),
        ),
        (Exception, _lower(reason)),
    )
    text = _tls_fault(causes) or next(text for kinds, text in reasons if isinstance(error, kinds))
    return NoAnswerError(text, broken=broken)


def _tls_fault(causes: Sequence[BaseException]) -> str | None:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS: {_lower(cause.verify_message).rstrip('.')}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {(cause.reason or 'the handshake failed').replace('_', ' ').lower()}"
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        for argument in error.args:
            if isinstance(argument, BaseException):
                yield argument
        error = error.__cause__ or error.__context__


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text

"""Connections that lead straight to an API server, over Python's own HTTP.

urllib3 would do the same, and takes longer to load than a small cluster takes to answer (docs/performance.md): only
proxies need it.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead, InvalidURL
from threading import Condition, Thread
from time import monotonic
from urllib.parse import urlsplit

from kubectl_imagepull.kube.connection.answer import NoAnswerError
from kubectl_imagepull.kube.connection.deadline import TimedResponse
from kubectl_imagepull.kube.connection.fault_texts import (
    BAD_ADDRESS,
    INTERRUPTED,
    UNRESOLVED,
    system_reason,
    tls_fault,
    too_late,
)
from kubectl_imagepull.kube.connection.proxy import is_loopback
from kubectl_imagepull.kube.connection.server_connections import MOST_CONNECTIONS

#: A server whose connection takes so many seconds, TLS and all, is far away: it pays to open others before they are
#: needed, and bytes cost something even where the address is this machine's, as at the end of a tunnel.
_FAR = 0.04
#: Seconds for a connection that is opened before it is needed.
_PREPARED_SECONDS = 10.0
#: Seconds for a connection where hardly any are left: none would mean that it must not wait at all.
_LEAST_SECONDS = 0.001
#: Lets zlib read gzip's header.
_GZIP = 16 + zlib.MAX_WBITS
_PORTS = {"http": 80, "https": 443}


class _UnreachableError(OSError):
    """No connection came about, for a reason that the system names."""


class _DirectConnection(HTTPConnection):
    response_class = TimedResponse

    def __init__(self, host: str, port: int, seconds: float, tls: ssl.SSLContext | None, server_name: str) -> None:
        super().__init__(host, port, timeout=seconds)
        self._tls = tls
        self._server_name = server_name
        #: Whether a request was sent before.
        self.used = False

    def connect(self) -> None:
        """Opens the connection, TLS included; the time is for each of the two."""
        try:
            super().connect()
        except (TimeoutError, socket.gaierror):
            raise
        except OSError as error:
            raise _UnreachableError(error.errno, error.strerror or str(error)) from error
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._server_name)

    @property
    def is_dropped(self) -> bool:
        """Whether the server has closed it meanwhile: then there is something to read, the end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(0))


class DirectConnections:
    """Connections with the server of a URL."""

    faults: tuple[type[Exception], ...] = (OSError, HTTPException, ValueError, zlib.error)

    def __init__(self, host: str, tls: ssl.SSLContext, server_name: str | None = None) -> None:
        """`server_name` is what the certificate names in place of the host."""
        self._parts = urlsplit(host)
        self.tls = tls if self._parts.scheme == "https" else None
        self.server_name = server_name or self._parts.hostname or ""
        self._idle: list[_DirectConnection] = []
        #: Connections that are being opened beforehand, and requests that wait for one of them.
        self._opening = self._awaiting = 0
        self._many_wanted = self._is_far = False
        self._is_here = is_loopback((self._parts.hostname or "").removesuffix("."))
        self._closed = False
        self._condition = Condition()

    def ask(self, target: str, headers: Sequence[tuple[str, str]], connect: float, read: float | None) -> _DirectReply:
        """Sends one GET of a path with its query, behind the path of the server's URL."""
        connection = self._take(connect)
        try:
            connection.sock.settimeout(read)
            connection.putrequest("GET", f"{self._parts.path}{target}", skip_accept_encoding=True)
            # compression takes the server's time, which is worth more than bytes that stay on this machine
            connection.putheader("Accept-Encoding", "identity" if self._is_here and not self._is_far else "gzip")
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        return _DirectReply(self, connection, response)

    def no_answer(self, error: Exception, limit: float) -> NoAnswerError:
        """Why no answer came, in words."""
        if fault := tls_fault(error):
            return NoAnswerError(fault)
        if isinstance(error, TimeoutError):
            return NoAnswerError(too_late(limit))
        if isinstance(error, socket.gaierror):
            return NoAnswerError(UNRESOLVED)
        if isinstance(error, _UnreachableError):
            return NoAnswerError(system_reason(error))
        if isinstance(error, (InvalidURL, ValueError)):
            return NoAnswerError(BAD_ADDRESS)
        return NoAnswerError(INTERRUPTED, broken=True)

    def prepare(self) -> None:
        """Opens one connection more beside the first, and many where the server turns out to be far away."""
        self._many_wanted = True
        self._open_beforehand(1)

    def close(self) -> None:
        """Closes the connections that nobody uses; others are closed when they are given back."""
        with self._condition:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def give_back(self, connection: _DirectConnection) -> None:
        """Takes a connection that another request may use."""
        with self._condition:
            if not self._closed and len(self._idle) < MOST_CONNECTIONS:
                self._idle.append(connection)
                self._condition.notify()
                return
        connection.close()

    def _take(self, seconds: float) -> _DirectConnection:
        """A connection that is idle, or will be soon; else a new one. Raises TimeoutError where time is up."""
        until = monotonic() + seconds
        with self._condition:
            while not self._idle and self._opening > self._awaiting:
                self._awaiting += 1
                is_in_time = self._condition.wait(until - monotonic())
                self._awaiting -= 1
                if not is_in_time:
                    raise TimeoutError
            while self._idle:
                connection = self._idle.pop()
                if not connection.used or not connection.is_dropped:
                    connection.used = True
                    return connection
                connection.close()
        connection = self._open(max(until - monotonic(), _LEAST_SECONDS))
        connection.used = True
        return connection

    def _open(self, seconds: float) -> _DirectConnection:
        scheme, host = self._parts.scheme, self._parts.hostname
        if scheme not in _PORTS or not host:
            raise InvalidURL
        connection = _DirectConnection(host, self._parts.port or _PORTS[scheme], seconds, self.tls, self.server_name)
        began = monotonic()
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        if monotonic() - began > _FAR:
            self._is_far = True
        if self._many_wanted and self._is_far:
            self._many_wanted = False
            self._open_beforehand(MOST_CONNECTIONS - 2)
        return connection

    def _open_beforehand(self, count: int) -> None:
        with self._condition:
            self._opening += count
        for _ in range(count):
            Thread(target=self._open_one, daemon=True).start()

    def _open_one(self) -> None:
        # what is wrong the request will tell that needs a connection
        with suppress(*self.faults):
            self.give_back(self._open(_PREPARED_SECONDS))
        with self._condition:
            self._opening -= 1
            self._condition.notify_all()


class _DirectReply:
    """An answer, whose body is uncompressed as it is read."""

    def __init__(self, connections: DirectConnections, connection: _DirectConnection, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = dict(response.headers.items())
        self._connections = connections
        self._connection = connection
        self._response = response
        encoding = response.headers.get("content-encoding", "").strip().lower()
        self._decoder = zlib.decompressobj(_GZIP) if encoding in {"gzip", "x-gzip"} else None
        self._has_begun = False

    def read1(self, most: int) -> bytes:
        """The next bytes; raises IncompleteRead where the connection ends before the body."""
        while block := self._response.read1(most):
            self._has_begun = True
            data = self._decoder.decompress(block) if self._decoder else block
            if data:
                return data
        # what is compressed may end before its end though all that was announced has come
        is_cut = self._has_begun and self._decoder is not None and not self._decoder.eof
        if self._response.length or is_cut:
            raise IncompleteRead(b"", self._response.length)
        return b""

    def release_conn(self) -> None:
        """Gives the connection back, unless the server closes it."""
        self._response.close()
        if self._response.will_close:
            self._connection.close()
        else:
            self._connections.give_back(self._connection)

    def close(self) -> None:
        """Closes the connection."""
        self._response.close()
        self._connection.close()

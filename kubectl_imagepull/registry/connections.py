"""Sends requests to addresses that were looked up once and checked; bounded in time and bytes.

What is connected to is the address that was checked, so that a name which leads elsewhere a moment later changes
nothing. The certificate is held against the name.
"""

from __future__ import annotations

import socket
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Lock, Thread, Timer
from time import monotonic
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from kubectl_imagepull import PROGRAM, __version__
from kubectl_imagepull.kube.connection.proxy import proxy_for
from kubectl_imagepull.kube.connection.trust import trust_system
from kubectl_imagepull.registry.exchange import NoReply, NoReplyError, RegistryReply, RegistryRequest
from kubectl_imagepull.registry.reach import Origin, ReachPolicy, origin_of

#: Gives the addresses of a host; raises OSError.
LookUp = Callable[[str, int], list[str]]

_CONNECT_SECONDS = 5.0
#: So many of a host's addresses are tried.
_MOST_ADDRESSES = 3
_BLOCK = 1 << 16
_USER_AGENT = f"{PROGRAM}/{__version__}"


class AuthoritiesError(ValueError):
    """The file of `--registry-ca` can't be used; the text says why."""


def look_up(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver gives for a host; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def tls_settings(authorities: str | None = None) -> ssl.SSLContext:
    """TLS that trusts what the system trusts, and the certificates of a PEM file; raises AuthoritiesError."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    # private authorities of before 3.13 lack the key identifiers that Python asks for since
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    trust_system(context)
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except (OSError, ValueError) as error:
            reason = "it is no PEM with certificates" if isinstance(error, ssl.SSLError) else "it can't be read"
            raise AuthoritiesError(reason) from error
    return context


class Connections:
    """Connections to registries, kept open for the next request to the same place."""

    def __init__(self, reach: ReachPolicy, context: ssl.SSLContext, resolver: LookUp = look_up) -> None:
        self._reach = reach
        self._context = context
        self._resolver = resolver
        self._addresses: dict[Origin, list[str]] = {}
        self._look_ups: defaultdict[Origin, Lock] = defaultdict(Lock)
        self._idle: defaultdict[Origin, list[HTTPConnection]] = defaultdict(list)
        self._lock = Lock()

    def send(self, request: RegistryRequest, deadline: float) -> RegistryReply:
        """Sends one request, and follows no redirect; all is over by the monotonic time. Raises NoReplyError."""
        origin = origin_of(request.url)
        self._reach.check_scheme(origin)
        kept = self._kept(origin)
        if kept is not None:
            try:
                return self._exchange(kept, origin, request, deadline)
            except NoReplyError as error:
                # the server may have closed what was idle: that says nothing about this request
                if error.kind is not NoReply.CONNECTION:
                    raise
        return self._exchange(self._connected(origin, deadline), origin, request, deadline)

    def close(self) -> None:
        """Closes what is open."""
        with self._lock:
            for connections in self._idle.values():
                for connection in connections:
                    connection.close()
            self._idle.clear()

    def _kept(self, origin: Origin) -> HTTPConnection | None:
        with self._lock:
            return self._idle[origin].pop() if self._idle[origin] else None

    # -- connecting ------------------------------------------------------------------------------------------------

    def _connected(self, origin: Origin, deadline: float) -> HTTPConnection:
        proxy = proxy_for(str(origin), "")
        if proxy:
            self._check_behind_proxy(origin, deadline)
            return self._opened(_through(proxy, origin, self._context), deadline)
        *addresses, last = self._checked_addresses(origin, deadline)[:_MOST_ADDRESSES]
        for address in addresses:
            with suppress(NoReplyError):  # the last one's fault is told
                return self._opened(self._to(origin, address), deadline)
        return self._opened(self._to(origin, last), deadline)

    def _to(self, origin: Origin, address: str) -> HTTPConnection:
        if origin.scheme == "http":
            return HTTPConnection(address, origin.port)
        return HTTPSConnection(address, origin.port, ssl_context=self._context, server_hostname=origin.host)

    def _opened(self, connection: HTTPConnection, deadline: float) -> HTTPConnection:
        connection.timeout = min(_CONNECT_SECONDS, _left(deadline))
        try:
            with _one_reason(), _cut_at(connection, deadline):
                connection.connect()
        except NoReplyError:
            connection.close()
            raise
        return connection

    def _checked_addresses(self, origin: Origin, deadline: float) -> list[str]:
        """The addresses of a host, looked up once in a run, as far as they may be connected to."""
        with self._lock:
            one_at_a_time = self._look_ups[origin]
        with one_at_a_time:
            known = self._addresses.get(origin)
            if known is None:
                known = self._addresses[origin] = _within(self._resolver, origin, deadline)
        return self._reach.allowed(origin, known)

    def _check_behind_proxy(self, origin: Origin, deadline: float) -> None:
        """Raises NoReplyError for a host that is private as seen from here; a name may be known to the proxy alone."""
        try:
            self._checked_addresses(origin, deadline)
        except NoReplyError as error:
            if error.kind is NoReply.PRIVATE or "." not in origin.host:
                raise

    # -- one exchange ----------------------------------------------------------------------------------------------

    def _exchange(
        self, connection: HTTPConnection, origin: Origin, request: RegistryRequest, deadline: float
    ) -> RegistryReply:
        target = _target(request.url)
        if origin.scheme == "http" and connection.host != origin.host and connection.proxy is not None:
            target = f"{origin}{target}"
        headers = {"Host": origin.name, "User-Agent": _USER_AGENT, "Accept-Encoding": "identity", **request.headers}
        response: urllib3.BaseHTTPResponse | None = None
        try:
            connection.timeout = _left(deadline)
            with _one_reason(), _cut_at(connection, deadline):
                connection.request(request.method, target, headers=headers, preload_content=False, decode_content=False)
                response = connection.getresponse()
                body = _body(response, request, deadline)
        except NoReplyError:
            connection.close()
            if response is not None:
                response.close()
            raise
        if _closes(response) or connection.sock is None:
            connection.close()
        else:
            with self._lock:
                self._idle[origin].append(connection)
        names = {name.lower(): value for name, value in response.headers.items()}
        return RegistryReply(response.status, names, body)


def _through(proxy: str, origin: Origin, context: ssl.SSLContext) -> HTTPConnection:
    """A connection by way of a proxy that speaks HTTP; raises NoReplyError for any other."""
    parts = urlsplit(proxy)
    if parts.scheme != "http" or not parts.hostname:
        raise NoReplyError(NoReply.CONNECTION, "the way there is a proxy that doesn't speak plain HTTP")
    login, at, _ = parts.netloc.rpartition("@")
    headers = urllib3.make_headers(proxy_basic_auth=unquote(login)) if at else {}
    place = urllib3.util.parse_url(proxy)
    if origin.scheme == "http":
        return HTTPConnection(parts.hostname, parts.port or 80, proxy=place)
    tunnelled = HTTPSConnection(
        parts.hostname, parts.port or 80, proxy=place, ssl_context=context, server_hostname=origin.host
    )
    tunnelled.set_tunnel(origin.host, origin.port, headers=dict(headers))
    return tunnelled


def _within(resolver: LookUp, origin: Origin, deadline: float) -> list[str]:
    """What the resolver gives for a host in time; it can't be stopped, so a thread waits for it."""
    results: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            results.put(resolver(origin.host, origin.port))
        except (OSError, UnicodeError) as error:
            results.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        result = results.get(timeout=min(_CONNECT_SECONDS, _left(deadline)))
    except Empty as error:
        raise NoReplyError(NoReply.LOOKUP, "its name could not be looked up in time") from error
    if isinstance(result, Exception) or not result:
        raise NoReplyError(NoReply.LOOKUP, "its name can't be resolved")
    return result


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise NoReplyError(NoReply.TIMEOUT, "no answer in time")
    return left


@contextmanager
def _cut_at(connection: HTTPConnection, deadline: float) -> Iterator[None]:
    """Cuts the connection when time is up: a timeout of the socket begins anew with each byte that drips in."""
    timer = Timer(_left(deadline), _cut, (connection, connection.sock))
    timer.daemon = True
    timer.start()
    try:
        yield
        # what was cut looks like an answer that ended there
        _left(deadline)
    except NoReplyError:
        raise
    except (HTTPException, OSError, urllib3.exceptions.HTTPError) as error:
        if monotonic() >= deadline:
            raise NoReplyError(NoReply.TIMEOUT, "no answer in time") from error
        raise
    finally:
        timer.cancel()


def _cut(connection: HTTPConnection, opened: socket.socket | None) -> None:
    # an answer that ends with its connection has taken the socket over from it
    cut = opened or connection.sock
    if cut is not None:
        with suppress(OSError):
            # of a TLS socket the method would wait for what the other side never says
            socket.socket.shutdown(cut, socket.SHUT_RDWR)


@contextmanager
def _one_reason() -> Iterator[None]:
    """Turns what goes wrong in a block into a NoReplyError with one reason in words."""
    try:
        yield
    except urllib3.exceptions.NewConnectionError as error:
        raise NoReplyError(NoReply.CONNECTION, _why(error)) from error
    except (urllib3.exceptions.ConnectTimeoutError, TimeoutError) as error:
        raise NoReplyError(NoReply.TIMEOUT, "no answer in time") from error
    except ssl.SSLCertVerificationError as error:
        raise NoReplyError(NoReply.TLS, f"its certificate is not trusted: {error.verify_message}") from error
    except ssl.SSLError as error:
        reason = (error.reason or "the handshake failed").replace("_", " ").lower()
        raise NoReplyError(NoReply.TLS, f"TLS: {reason}") from error
    except (HTTPException, urllib3.exceptions.ProtocolError) as error:
        raise NoReplyError(NoReply.CONNECTION, "the connection broke off, or what came is no HTTP") from error
    except (OSError, urllib3.exceptions.HTTPError) as error:
        raise NoReplyError(NoReply.CONNECTION, _why(error)) from error


def _why(error: Exception) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    reason = getattr(cause, "strerror", None) or str(cause).partition(": ")[2] or "the connection failed"
    return str(reason[:1].lower() + reason[1:])


def _body(response: urllib3.BaseHTTPResponse, request: RegistryRequest, deadline: float) -> bytes:
    """The body of a reply as it came; raises NoReplyError where it is longer than is wanted, or packed."""
    if request.method == "HEAD":
        response.read()
        return b""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise NoReplyError(NoReply.UNREADABLE, "its answer is compressed, which nobody asked for")
    blocks: list[bytes] = []
    total = 0
    while block := response.read(_BLOCK, decode_content=False):
        blocks.append(block)
        total += len(block)
        _left(deadline)
        if total > request.most_bytes:
            raise NoReplyError(NoReply.UNREADABLE, f"its answer is longer than {request.most_bytes >> 10} KiB")
    return b"".join(blocks)


def _closes(response: urllib3.BaseHTTPResponse) -> bool:
    return response.headers.get("connection", "").lower() == "close" or response.version == 10  # noqa: PLR2004 - HTTP/1.0


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"

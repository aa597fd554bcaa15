"""Connections with an API server through a proxy: urllib3 speaks with proxies of all kinds."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

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
from kubectl_imagepull.kube.connection.server_connections import MOST_CONNECTIONS
from kubectl_imagepull.kube.snapshot import SourceError

_SOCKS = frozenset({"socks5", "socks5h", "socks4", "socks4a"})
_PROXY = "the proxy (proxy-url of the kubeconfig's cluster, or HTTPS_PROXY)"
_BAD_PROXY = f"{_PROXY} isn't a valid URL; correct it"


class _TimedConnection(HTTPConnection):
    response_class = TimedResponse


class _TimedSecureConnection(HTTPSConnection):
    response_class = TimedResponse


class _TimedPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TimedSecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TimedSecureConnection


class ProxiedConnections:
    """Connections with the server of a URL through a proxy."""

    # urllib3 lets an OSError of the socket or the client certificate's files through where it was not its own
    faults: tuple[type[Exception], ...] = (exceptions.HTTPError, OSError)

    def __init__(self, proxy: str, host: str, tls: ssl.SSLContext, server_name: str | None = None) -> None:
        """`server_name` is what the certificate names in place of the host; raises SourceError for a bad proxy."""
        settings: dict[str, Any] = {
            # the context holds the certificates: a connection that loaded them into it again, while others use it,
            # would crash OpenSSL
            "ssl_context": tls,
            "cert_reqs": tls.verify_mode,
            "maxsize": MOST_CONNECTIONS,
        }
        if server_name:
            settings["server_hostname"] = server_name
        if not tls.check_hostname:
            # the kubeconfig says so itself, and kubectl doesn't warn either
            urllib3.disable_warnings(exceptions.InsecureRequestWarning)
        self._host = host
        try:
            self.pool = _proxied_pool(proxy, settings)
        except ImportError as error:
            raise SourceError(f"{_PROXY} is a SOCKS proxy: install the Python package PySocks") from error
        except (exceptions.HTTPError, ValueError) as error:
            raise SourceError(_BAD_PROXY) from error
        self.pool.pool_classes_by_scheme = {"http": _TimedPool, "https": _TimedSecurePool}

    def ask(
        self, target: str, headers: Sequence[tuple[str, str]], connect: float, read: float | None
    ) -> urllib3.BaseHTTPResponse:
        """Sends one GET of a path with its query, behind the path of the server's URL."""
        fields = urllib3.HTTPHeaderDict({"Accept-Encoding": "gzip"})
        for name, value in headers:
            fields.add(name, value)
        return self.pool.request(
            "GET",
            f"{self._host}{target}",
            headers=fields,
            timeout=urllib3.Timeout(connect=connect, read=read),
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def no_answer(self, error: Exception, limit: float) -> NoAnswerError:
        """Why no answer came, in words."""
        if isinstance(error, exceptions.ProxyError):
            return NoAnswerError(f"through the proxy: {self.no_answer(error.original_error, limit)}")
        interrupted = (exceptions.ProtocolError, exceptions.IncompleteRead, exceptions.DecodeError)
        texts: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
            ((exceptions.NameResolutionError,), UNRESOLVED),
            ((exceptions.NewConnectionError,), system_reason(error)),
            ((exceptions.TimeoutError, TimeoutError), too_late(limit)),
            ((exceptions.LocationValueError, exceptions.InvalidHeader), BAD_ADDRESS),
            (interrupted, INTERRUPTED),
            ((Exception,), system_reason(error)),
        )
        text = tls_fault(error) or next(text for kinds, text in texts if isinstance(error, kinds))
        return NoAnswerError(text, broken=isinstance(error, interrupted))

    def prepare(self) -> None:
        """Does nothing: urllib3 opens connections when they are needed."""

    def close(self) -> None:
        """Closes the connections."""
        self.pool.clear()


def _proxied_pool(proxy: str, settings: dict[str, Any]) -> urllib3.PoolManager:
    parts = urlsplit(proxy)
    if not parts.hostname:
        raise SourceError(_BAD_PROXY)
    login, at, _ = parts.netloc.rpartition("@")
    headers = urllib3.make_headers(proxy_basic_auth=unquote(login)) if at else None
    if parts.scheme in _SOCKS:
        from urllib3.contrib.socks import SOCKSProxyManager

        return SOCKSProxyManager(proxy, headers=headers, **settings)
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)

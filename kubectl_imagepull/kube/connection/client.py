"""A cluster's address and a user's login -> a pool of connections that carries the login."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3

from kubectl_imagepull.kube.connection.deadline import end_in_time
from kubectl_imagepull.kube.connection.proxy import proxy_for
from kubectl_imagepull.kube.snapshot import SourceError

#: Connections that are kept: over a network each request of a round that has to wait for another costs a way to the
#: server and back.
MOST_CONNECTIONS = 16
_SOCKS = frozenset({"socks5", "socks5h", "socks4", "socks4a"})
_PROXY = "the proxy (proxy-url of the kubeconfig's cluster, or HTTPS_PROXY)"
_BAD_PROXY = f"{_PROXY} isn't a valid URL; correct it"


@dataclass(frozen=True)
class ClusterClient:
    """A logged-in way to one API server."""

    #: The server's URL, without a slash at its end.
    host: str
    #: The connections: proxy and TLS are theirs.
    pool: urllib3.PoolManager = field(repr=False)
    #: Gives the Authorization header that a request carries now, empty for none.
    authorization: Callable[[], str] = field(repr=False)
    #: When the login ends, if that is known.
    expires: datetime | None = None

    def close(self) -> None:
        """Closes the connections."""
        self.pool.clear()


def pool_to(
    host: str, context: ssl.SSLContext, *, proxy_url: str = "", server_name: str | None = None
) -> urllib3.PoolManager:
    """A pool of connections to a server, through the proxy that kubectl would use.

    `proxy_url` is the kubeconfig's, `server_name` what the certificate names in place of the host. Raises SourceError
    for a proxy that can't be used.
    """
    settings: dict[str, Any] = {
        # the context holds the certificates: a connection that loaded them into it again, while others use it, would
        # crash OpenSSL
        "ssl_context": context,
        "cert_reqs": context.verify_mode,
        "maxsize": MOST_CONNECTIONS,
    }
    if server_name:
        settings["server_hostname"] = server_name
    proxy = proxy_for(host, proxy_url)
    try:
        return end_in_time(_proxied_pool(proxy, settings) if proxy else urllib3.PoolManager(**settings))
    except ImportError as error:
        raise SourceError(f"{_PROXY} is a SOCKS proxy: install the Python package PySocks") from error
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise SourceError(_BAD_PROXY) from error


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

"""A cluster's address and a user's login -> connections that carry the login."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.kube.connection.direct import DirectConnections
from kubectl_imagepull.kube.connection.proxy import proxy_for
from kubectl_imagepull.kube.connection.server_connections import ServerConnections


@dataclass(frozen=True)
class ClusterClient:
    """A logged-in way to one API server."""

    #: The server's URL, without a slash at its end.
    host: str
    #: The connections: proxy and TLS are theirs.
    connections: ServerConnections = field(repr=False)
    #: Gives the Authorization header that a request carries now, empty for none.
    authorization: Callable[[], str] = field(repr=False)
    #: When the login ends, if that is known.
    expires: datetime | None = None

    def close(self) -> None:
        """Closes the connections."""
        self.connections.close()


def connections_to(
    host: str, context: ssl.SSLContext, *, proxy_url: str = "", server_name: str | None = None
) -> ServerConnections:
    """Connections to a server, through the proxy that kubectl would use.

    `proxy_url` is the kubeconfig's, `server_name` what the certificate names in place of the host. Raises SourceError
    for a proxy that can't be used.
    """
    proxy = proxy_for(host, proxy_url)
    if not proxy:
        return DirectConnections(host, context, server_name)
    from kubectl_imagepull.kube.connection.proxied import ProxiedConnections

    return ProxiedConnections(proxy, host, context, server_name)

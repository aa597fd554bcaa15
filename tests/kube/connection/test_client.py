from __future__ import annotations

import ssl

import pytest
import urllib3
from urllib3.util.ssl_ import create_urllib3_context

from kubectl_imagepull.kube.connection.client import ClusterClient, connections_to
from kubectl_imagepull.kube.connection.direct import DirectConnections
from kubectl_imagepull.kube.connection.proxied import ProxiedConnections
from kubectl_imagepull.kube.snapshot import SourceError

HOST = "https://api.example.com:6443"


@pytest.fixture(scope="module")
def context() -> ssl.SSLContext:
    return create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)


def test_a_proxy_gets_its_own_login_and_no_other(context: ssl.SSLContext) -> None:
    connections = connections_to(HOST, context, proxy_url="http://joe:s%40crt@proxy:3128")
    assert isinstance(connections, ProxiedConnections)
    pool = connections.pool
    assert isinstance(pool, urllib3.ProxyManager)
    assert (pool.proxy and pool.proxy.host, pool.proxy_headers) == (
        "proxy",
        {"proxy-authorization": "Basic am9lOnNAY3J0"},
    )
    assert isinstance(connections_to(HOST, context), DirectConnections)


def test_another_name_may_stand_in_the_certificate(context: ssl.SSLContext) -> None:
    direct = connections_to(HOST, context, server_name="inner"), connections_to(HOST, context)
    assert [one.server_name for one in direct if isinstance(one, DirectConnections)] == ["inner", "api.example.com"]
    proxy = "http://proxy:3128"
    proxied = ProxiedConnections(proxy, HOST, context, "inner"), ProxiedConnections(proxy, HOST, context)
    assert [one.pool.connection_pool_kw.get("server_hostname") for one in proxied] == ["inner", None]


@pytest.mark.filterwarnings("ignore:SOCKS support in urllib3")
def test_a_socks_proxy_needs_a_package_that_does_not_come_along(context: ssl.SSLContext) -> None:
    with pytest.raises(SourceError) as caught:
        connections_to(HOST, context, proxy_url="socks5://proxy:1080")
    assert str(caught.value) == (
        "the proxy (proxy-url of the kubeconfig's cluster, or HTTPS_PROXY) is a SOCKS proxy: "
        "install the Python package PySocks"
    )


def test_a_login_is_shown_nowhere(context: ssl.SSLContext) -> None:
    client = ClusterClient(HOST, connections_to(HOST, context), lambda: "Bearer s3cret")
    assert repr(client) == f"ClusterClient(host='{HOST}', expires=None)"

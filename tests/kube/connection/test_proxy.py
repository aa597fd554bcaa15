"""What is said of Go's rules here, kubectl does: each row was tried with it."""

from __future__ import annotations

import pytest
from kube.fixtures import Kubeconfig

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.proxy import proxy_for
from kubectl_imagepull.kube.snapshot import SourceError

PROXY = "http://proxy.example.com:3128"
NAMED, NUMBERED = "https://api.example.com:6443", "https://10.1.2.3:6443"


@pytest.mark.parametrize(
    ("server", "no_proxy", "proxied"),
    [
        (NAMED, "", True),
        (NAMED, "other.com, ,", True),
        (NAMED, "api.example.com", False),
        (NAMED, "API.example.com", False),
        (NAMED, "example.com", False),
        (NAMED, "ample.com", True),
        (NAMED, ".example.com", False),
        (NAMED, "*.example.com", False),
        ("https://example.com", ".example.com", True),
        (NAMED, "other.com,*", False),
        (NAMED, "api.example.com:6443", False),
        (NAMED, "api.example.com:443", True),
        ("https://api.example.com", "api.example.com:443", False),
        (NAMED, "10.0.0.0/8", True),
        (NUMBERED, "10.0.0.0/8", False),
        (NUMBERED, "10.0.0.0/99", True),
        (NUMBERED, "10.1.2.3", False),
        (NUMBERED, "10.1.2.3:6443", False),
        (NUMBERED, "10.1.2.3:1", True),
        (NUMBERED, ".2.3", True),
        ("https://[fd00::1]:6443", "fd00::/8", False),
        ("https://[fd00::1]:6443", "fd00::1", False),
        ("https://[fd00::1]:6443", "[fd00::1]:6443", False),
        ("https://127.0.0.1:6443", "", False),
        ("https://[::1]:6443", "", False),
        ("https://localhost:6443", "", False),
    ],
)
def test_the_environment_names_a_proxy_and_who_needs_none(
    monkeypatch: pytest.MonkeyPatch, server: str, no_proxy: str, *, proxied: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_for(server, "") == (PROXY if proxied else None)


def test_the_proxy_is_that_of_the_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://all")
    monkeypatch.setenv("http_proxy", "plain:3128")
    assert proxy_for(NAMED, "") is None
    assert proxy_for("http://api.example.com", "") == "http://plain:3128"
    monkeypatch.setenv("https_proxy", "http://lower")
    assert proxy_for(NAMED, "") == "http://lower"
    monkeypatch.setenv("HTTPS_PROXY", "http://upper")
    assert proxy_for(NAMED, "") == "http://upper"


def test_a_proxy_url_of_the_kubeconfig_is_always_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other")
    monkeypatch.setenv("NO_PROXY", "*")
    assert proxy_for("https://127.0.0.1:6443", PROXY) == PROXY


@pytest.mark.parametrize("proxy", ["http://[", "ftp://x", "http://"])
def test_a_proxy_that_cannot_be_used(kubeconfig: Kubeconfig, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    text = "the proxy (proxy-url of the kubeconfig's cluster, or HTTPS_PROXY) isn't a valid URL; correct it"
    with pytest.raises(SourceError) as caught:
        open_session(Connection(kubeconfig=kubeconfig("https://x", cluster={"proxy-url": proxy})))
    assert str(caught.value) == text
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(SourceError) as caught:
        open_session(Connection(kubeconfig=kubeconfig("https://x")))
    assert str(caught.value) == text

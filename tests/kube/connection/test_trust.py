"""Which authorities are trusted where the kubeconfig names none."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from kubectl_imagepull.kube.connection import trust


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Python that was built on another system: where its OpenSSL looks there is nothing."""
    paths = ssl.DefaultVerifyPaths(None, None, "SSL_CERT_FILE", "/nowhere.pem", "SSL_CERT_DIR", "/nowhere")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda _: None)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def trusted() -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.trust_system(context)
    return len(context.get_ca_certs())


def test_the_first_place_that_is_there_is_taken(elsewhere: pytest.MonkeyPatch, certificate: Path) -> None:
    elsewhere.setattr(trust, "FILES", ("/not/there.pem", str(certificate), "/not/there/either.pem"))
    assert trusted() == 1


def test_a_system_without_authorities_trusts_none(elsewhere: pytest.MonkeyPatch) -> None:
    elsewhere.setattr(trust, "FILES", ("/not/there.pem",))
    assert trusted() == 0


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_who_names_a_place_gets_no_other(elsewhere: pytest.MonkeyPatch, certificate: Path, name: str) -> None:
    elsewhere.setattr(trust, "FILES", (str(certificate),))
    elsewhere.setenv(name, "/not/there.pem")
    assert trusted() == 0


def test_nothing_is_added_to_what_openssl_finds(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert trusted() == 1

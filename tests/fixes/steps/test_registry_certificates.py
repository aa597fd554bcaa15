"""How the certificate of a registry is seen."""

from __future__ import annotations

from registry_failures import context, fails

from kubectl_imagepull.fixes.steps.registry_certificates import show_certificate, show_handshake

BROKEN = "tls: failed to verify certificate: x509: certificate signed by unknown authority"


def test_the_host_is_asked_by_its_name() -> None:
    here = context(fails(BROKEN, "registry.corp.example:5000/a:1"))
    assert str(show_certificate(here, "-subject", "-issuer")) == (
        "openssl s_client -connect registry.corp.example:5000 -servername registry.corp.example </dev/null | "
        "openssl x509 -noout -subject -issuer"
    )


def test_an_address_is_no_server_name() -> None:
    assert str(show_handshake(context(fails(BROKEN, "10.0.0.5:5000/a:1")))) == (
        "openssl s_client -connect 10.0.0.5:5000 </dev/null"
    )
    assert str(show_handshake(context(fails(BROKEN, "[fd00::5]:5000/a:1")))) == (
        "openssl s_client -connect '[fd00::5]:5000' </dev/null"
    )


def test_a_vendor_s_host_is_the_one_that_answers_for_it() -> None:
    hub = context(fails(BROKEN, "nginx:1.25", asked="registry-1.docker.io"))
    assert str(show_handshake(hub)) == (
        "openssl s_client -connect registry-1.docker.io:443 -servername registry-1.docker.io </dev/null"
    )

"""TlsCertificateExpired: a certificate to renew, or a clock that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import tls_certificate_expired
from kubectl_imagepull.fixes.causes.tls_certificate_expired import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

EXPIRED = (
    "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time {} is {} {}"
)
LATE = EXPIRED.format("2026-11-23T22:54:42Z", "after", "2026-10-19T22:01:52Z")
EARLY = EXPIRED.format("2020-01-01T00:00:00Z", "before", "2026-10-19T22:01:52Z")
CLOCK = ["timedatectl", "chronyc tracking"]
SHOW = (
    "openssl s_client -connect registry.corp.example:443 -servername registry.corp.example </dev/null | openssl x509 -noout "
    "-subject -issuer -dates"
)


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, tls_certificate_expired)


def outside(error: str, image: str, *more: JsonObject, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.TLS_CERTIFICATE_EXPIRED
    return list(fixes(here))


def test_a_certificate_that_expired_is_renewed_by_whoever_runs_the_registry() -> None:
    renew, clock = outside(LATE, "registry.corp.example/a:1")
    assert renew.text == (
        "The certificate of registry.corp.example expired on 19 October 2026: ask whoever runs it to renew it and "
        "restart the server. This shows its dates, from any machine that can reach it."
    )
    assert (renew.who, renew.brief) == (Who.REGISTRY_OWNER, "Renew the certificate of registry.corp.example")
    assert lines(renew) == [SHOW]
    assert clock.text == (
        "run: If the certificate of registry.corp.example is valid now, set the clock of node node-a."
    )
    assert (lines(clock), clock.brief) == (CLOCK, "Set the clock of node node-a")


def test_without_a_date_none_is_made_up() -> None:
    text = "x509: certificate has expired or is not yet valid"
    assert texts(outside(text, "registry.corp.example/a:1"))[0].startswith(
        "The certificate of registry.corp.example expired: ask whoever runs it to renew it"
    )


def test_a_certificate_that_is_not_valid_yet_means_the_clock() -> None:
    clock, renew = outside(EARLY, "registry.corp.example/a:1")
    assert clock.text == (
        "run: For node node-a the certificate isn't valid yet (it is valid from 19 October 2026): check and set its "
        "clock."
    )
    assert lines(clock) == CLOCK
    assert renew.text == (
        "If the clock is right, ask whoever runs registry.corp.example to install a certificate that is already valid."
    )


def test_one_node_that_finds_it_expired_has_another_clock() -> None:
    both = [node(), node("node-b")]
    clock, away = outside(LATE, "registry.corp.example/shop/web:v9", runs(), nodes=both)
    assert clock.text == (
        "run: Only node node-a fails, and the same image is pulled on node node-b: check whether its clock is wrong."
    )
    assert (clock.basis, clock.brief, lines(clock)) == (Basis.EVIDENCE, "Set the clock of node node-a", CLOCK)
    assert away.text.startswith("Until node node-a is fixed")


def test_a_vendor_renews_in_time() -> None:
    see, clock = outside(LATE, "quay.io/a/b:1")
    assert see.text == (
        "quay.io is a public service, so the expired certificate on 19 October 2026 is probably not its own: "
        "something in between presents it, or an old CA on the node has expired. Check who signed it, from the "
        "nodes' network."
    )
    assert see.who is Who.YOU
    assert lines(clock) == CLOCK


def test_a_mirror_s_certificate_is_renewed_or_the_mirror_taken_out() -> None:
    renew, mirror, _ = outside(LATE, "nginx:1.25", asked="mirror.corp.example")
    assert renew.text.startswith("The certificate of mirror.corp.example expired")
    assert mirror.text == "mirror"

"""TlsNameMismatch: a name that the certificate has, or a certificate with the name."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import tls_name_mismatch
from kubectl_imagepull.fixes.causes.tls_name_mismatch import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

X509 = "tls: failed to verify certificate: x509: "
NAMES = f"{X509}certificate is valid for {{}}, not {{{{host}}}}"
NO_ADDRESS = f"{X509}cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, tls_name_mismatch)


def named(error: str, image: str, *more: JsonObject, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.TLS_NAME_MISMATCH
    return list(fixes(here))


def test_the_registry_is_named_as_its_certificate_does() -> None:
    names = NAMES.format("registry-old.corp.example, registry-old")
    rename, certificate, machine = named(names, "registry.corp.example:8443/a:1")
    assert rename.text == (
        "The certificate of registry.corp.example is for registry-old.corp.example and registry-old, not for "
        "registry.corp.example: use a name that it covers."
    )
    assert lines(rename) == ["kubectl set image deployment/web app=registry-old.corp.example:8443/a:1 -n shop"]
    assert (rename.who, rename.basis, rename.brief) == (
        Who.YOU,
        Basis.TEXT,
        "Use registry-old.corp.example, which the certificate covers",
    )
    assert certificate.text == (
        "The certificate of registry.corp.example doesn't cover that name: have one issued with "
        "registry.corp.example as a subject alternative name (DNS name)."
    )
    assert certificate.who is Who.REGISTRY_OWNER
    assert lines(certificate) == [
        "openssl s_client -connect registry.corp.example:8443 -servername registry.corp.example </dev/null | openssl x509 "
        "-noout -subject -ext subjectAltName"
    ]
    assert machine.text == (
        "If the certificate of registry-old.corp.example belongs to someone else, registry.corp.example resolves to "
        "the wrong machine on node node-a: correct its DNS."
    )


def test_a_name_that_the_cluster_pulls_from_is_proven() -> None:
    first = named(
        NAMES.format("harbor.other.example"), "registry.corp.example/a:1", runs("harbor.other.example:8443/b:1")
    )[0]
    assert first.text == (
        "The certificate of registry.corp.example is for harbor.other.example, and images from "
        "harbor.other.example:8443 are running: use that name for the registry."
    )
    assert lines(first) == ["kubectl set image deployment/web app=harbor.other.example:8443/a:1 -n shop"]
    assert first.basis is Basis.EVIDENCE


@pytest.mark.parametrize("names", ["*.corp.example", "registry", "www.stranger.example", "10.0.0.9"])
def test_no_name_is_made_up(names: str) -> None:
    found = named(NAMES.format(names), "a.registry.corp.example/a:1")
    assert not any("set image" in line for fix in found for line in lines(fix))


def test_a_star_stands_for_one_label() -> None:
    assert texts(named(NAMES.format("*.corp.example"), "a.registry.corp.example/a:1"))[0] == (
        "The certificate is for *.corp.example, where a * matches only one label: have one issued with "
        "a.registry.corp.example as a subject alternative name (DNS name)."
    )


def test_a_common_name_no_longer_counts() -> None:
    error = f"{X509}certificate relies on legacy Common Name field, use SANs instead"
    assert texts(named(error, "registry.corp.example/a:1"))[0] == (
        "The certificate of registry.corp.example has no subject alternative name, and a common name alone no longer "
        "counts: have one issued with registry.corp.example as a subject alternative name (DNS name)."
    )


def test_an_address_is_replaced_by_a_name_or_written_into_the_certificate() -> None:
    rename, certificate = named(NO_ADDRESS, "10.0.0.5:5000/a:1")
    assert rename.text == ("The certificate doesn't cover the address 10.0.0.5: use a host name that it covers.")
    assert certificate.text.endswith("with 10.0.0.5 as a subject alternative name (IP address).")
    assert lines(certificate)[0].startswith("openssl s_client -connect 10.0.0.5:5000 </dev/null | ")
    known = named(NAMES.format("registry.corp.example"), "10.0.0.5:5000/a:1")[0]
    assert lines(known) == ["kubectl set image deployment/web app=registry.corp.example:5000/a:1 -n shop"]


@pytest.mark.parametrize(
    ("names", "controller"), [("ingress.local", "ingress-nginx"), ("0a1b.2c3d.traefik.default", "Traefik")]
)
def test_an_ingress_controller_s_default_certificate(names: str, controller: str) -> None:
    (first,) = named(NAMES.format(names), "registry.corp.example/a:1")
    assert first.text.startswith(f"{controller} answers for registry.corp.example with its default certificate: ")
    assert (first.who, first.brief) == (
        Who.REGISTRY_OWNER,
        "Give the Ingress of registry.corp.example its certificate",
    )


def test_a_vendor_s_name_that_another_answers() -> None:
    (see,) = named(NAMES.format("*.block.example"), "quay.io/a/b:1")
    assert see.text == (
        "quay.io never presents the certificate that node node-a got for *.block.example: a proxy, a login page or a "
        "wrong DNS entry leads to another machine. From the nodes' network, check whose it is, and have the nodes "
        "let through."
    )


def test_a_node_that_alone_does_not_take_it_is_compared_and_no_certificate_is_missing() -> None:
    error = f"{X509}certificate is not valid for any names, but wanted to match {{host}}"
    both = [node(), node("node-b")]
    found = named(error, "registry.corp.example/shop/web:v9", runs(), nodes=both)
    assert found[0].text == "compare_settings: Only node node-a fails, and the same image is pulled on node node-b"
    assert not any("certificate" in text for text in texts(found))


def test_a_mirror_is_set_right_on_the_node() -> None:
    found = named(NAMES.format("mirror-old.corp.example"), "nginx:1.25", asked="mirror.corp.example")
    assert texts(found)[0] == "mirror"
    assert not any("set image" in line for fix in found for line in lines(fix))


def test_a_near_name_that_the_cluster_proves_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Fix("Probably registry.corp.example is meant.")
    monkeypatch.setattr(tls_name_mismatch, "near_name_fix", lambda _: near)
    assert named(NAMES.format("*.corp.example"), "registry.crop.example/a:1")[0] is near

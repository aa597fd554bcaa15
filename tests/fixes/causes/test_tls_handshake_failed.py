"""TlsHandshakeFailed: what the other side's alert wants."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import tls_handshake_failed
from kubectl_imagepull.fixes.causes.tls_handshake_failed import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Who


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, tls_handshake_failed)


def alerted(alert: str, image: str, *more: JsonObject, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(f"remote error: tls: {alert}", image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.TLS_HANDSHAKE_FAILED
    return list(fixes(here))


OWN = "registry.corp.example/a:1"


@pytest.mark.parametrize(
    ("alert", "text"),
    [
        (
            "protocol version not supported",
            "registry.corp.example and the runtime on node node-a share no protocol version or cipher: ask whoever "
            "runs it to check its log, and to update it to TLS 1.2 or newer.",
        ),
        (
            "handshake failure",
            "registry.corp.example aborts the TLS handshake: ask whoever runs it to check its log, and to update it "
            "to TLS 1.2 or newer.",
        ),
        (
            "unrecognized name",
            "registry.corp.example doesn't know the server name registry.corp.example: ask whoever runs it to check "
            "its log, and to configure that name there.",
        ),
    ],
)
def test_what_the_owner_of_the_registry_does(alert: str, text: str) -> None:
    owner, see = alerted(alert, OWN)
    assert (owner.text, owner.who) == (text, Who.REGISTRY_OWNER)
    assert see.text == (
        "From a machine in the nodes' network, check where the handshake with registry.corp.example stops."
    )
    assert lines(see) == [
        "openssl s_client -connect registry.corp.example:443 -servername registry.corp.example </dev/null"
    ]


@pytest.mark.parametrize("alert", ["certificate required", "bad certificate"])
def test_a_registry_that_wants_a_certificate_of_its_clients(alert: str) -> None:
    client, _ = alerted(alert, OWN)
    assert client.text == (
        "registry.corp.example requires a client certificate, and node node-a presents none that it accepts: have "
        "one issued for the nodes and set it in the runtime's settings for this host, or stop the registry from "
        "requiring one."
    )
    assert client.who is Who.CLUSTER_ADMIN


def test_a_vendor_agrees_with_everybody() -> None:
    between, _ = alerted("handshake failure", "quay.io/a/b:1")
    assert between.text == (
        "quay.io works for everyone else, so a proxy or firewall between node node-a and quay.io breaks the "
        "handshake: exempt quay.io from TLS inspection there."
    )


def test_one_node_that_fails_alone_is_compared() -> None:
    both = [node(), node("node-b")]
    found = alerted("certificate required", "registry.corp.example/shop/web:v9", runs(), nodes=both)
    assert found[0].text == "compare_settings: Only node node-a fails, and the same image is pulled on node node-b"
    assert not any("have one issued" in text for text in texts(found))


def test_a_mirror_comes_first() -> None:
    assert alerted("handshake failure", "nginx:1.25", asked="mirror.corp.example")[0].text == "mirror"

"""ProxyFailure: a proxy that is down, refuses, wants a login, or isn't meant for the host."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import proxy_failure
from kubectl_imagepull.fixes.causes.proxy_failure import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

DOWN = "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused"
SET = ["sudo systemctl edit containerd"]


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, proxy_failure)


def proxied(error: str, image: str, *more: JsonObject, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.PROXY_FAILURE
    return list(fixes(here))


def test_a_proxy_that_is_down_is_named_with_all_that_fails_by_it() -> None:
    others = fails(DOWN, "ghcr.io/a/b:1", name="x"), fails(DOWN, "quay.io/a/b:1", name="y")
    start, setting = proxied(DOWN, "registry.corp.example/a:1", *others)
    assert start.text == (
        "The proxy 10.0.0.5:3128 that the runtime on node node-a uses can't be reached (pulls from ghcr.io and "
        "quay.io fail because of it too): start it, or correct its address on the node."
    )
    assert (start.who, start.basis, start.brief) == (
        Who.CLUSTER_ADMIN,
        Basis.EVIDENCE,
        "Start proxy 10.0.0.5:3128, or correct it on node node-a",
    )
    assert setting.text == "proxy"
    assert proxied(DOWN, "quay.io/a/b:1")[0].basis is Basis.TEXT


def test_a_proxy_whose_name_does_not_resolve() -> None:
    error = "proxyconnect tcp: dial tcp: lookup proxy.corp.example on 10.0.0.2:53: no such host"
    assert texts(proxied(error, "quay.io/a/b:1"))[0] == (
        "The proxy proxy.corp.example that the runtime on node node-a uses can't be reached: start it, or correct "
        "its address on the node."
    )


def test_a_proxy_without_a_name() -> None:
    first = proxied("proxyconnect tcp: EOF", "quay.io/a/b:1")[0]
    assert first.text.startswith("The proxy that the runtime on node node-a uses can't be reached: start it")
    assert first.brief == "Start the proxy of node node-a, or correct its address"


def test_the_node_s_own_address_is_no_proxy() -> None:
    (fix,) = proxied(DOWN.replace("10.0.0.5", "127.0.0.1"), "quay.io/a/b:1")
    assert fix.text == (
        "The runtime on node node-a goes through a proxy at 127.0.0.1:3128, which is the node itself, and nothing "
        "listens there. Set an address at which nodes can reach the proxy."
    )
    assert lines(fix) == SET
    assert fix.brief == "Correct the proxy of node node-a: 127.0.0.1:3128 is the node"


def test_a_proxy_that_refuses_a_public_host_is_to_allow_it() -> None:
    allow, setting = proxied("Forbidden", "quay.io/a/b:1")
    assert allow.text == (
        "The proxy of node node-a refuses quay.io:443 (Forbidden): ask whoever runs the proxy to allow it."
    )
    assert allow.notes == (
        "Layers of quay.io come from cdn.quay.io and cdn01.quay.io to cdn06.quay.io: allow these too.",
    )
    assert setting.text == "proxy"


def test_a_host_of_one_s_own_goes_around_the_proxy() -> None:
    assert texts(proxied("Forbidden", "registry.corp.example/a:1")) == [
        "proxy",
        (
            "The proxy of node node-a refuses registry.corp.example:443 (Forbidden): ask whoever runs the proxy to "
            "allow it."
        ),
    ]


def test_a_proxy_that_wants_a_login() -> None:
    (login,) = proxied("Proxy Authentication Required", "quay.io/a/b:1")
    assert login.text == (
        "The proxy requires a login, and the runtime on node node-a sends none that it accepts: add it to the "
        "proxy's URL there, or have the proxy let the nodes through without one."
    )
    assert lines(login) == SET
    assert login.notes == ("In the URL: http://USER:PASSWORD@PROXY:PORT, with special characters percent-encoded.",)


@pytest.mark.parametrize("answer", ["Bad Gateway", "Service Unavailable", "Gateway Timeout"])
def test_a_proxy_that_cannot_reach_the_registry_itself(answer: str) -> None:
    assert texts(proxied(answer, "quay.io/a/b:1"))[0] == (
        "The proxy of node node-a answers but can't reach quay.io:443 itself: ask whoever runs it to check its DNS "
        "and its outbound access."
    )


def test_one_node_whose_proxy_fails_is_compared() -> None:
    found = proxied(DOWN, "registry.corp.example/shop/web:v9", runs(), nodes=[node(), node("node-b")])
    assert found[0].text == "compare_settings: Only node node-a fails, and the same image is pulled on node node-b"
    assert texts(found)[2] == "proxy"

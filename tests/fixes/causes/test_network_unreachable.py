"""NetworkUnreachable: an address family, a host that is down, a route that is missing."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import network_unreachable
from kubectl_imagepull.fixes.causes.network_unreachable import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

NO_NETWORK = "dial tcp {}: connect: network is unreachable"
NO_HOST = "dial tcp 10.20.0.200:443: connect: no route to host"
V6 = ("2001:db8::11",)
V4 = ("10.0.0.11",)


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, network_unreachable)


def lost(error: str, image: str, *more: JsonObject, addresses: Any = (), nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node(addresses=addresses)])
    assert here.cause is Cause.NETWORK_UNREACHABLE
    return list(fixes(here))


def test_a_node_that_has_only_ipv6_reaches_no_ipv4_address() -> None:
    own, nat, mirror = lost(NO_NETWORK.format("140.82.121.33:443"), "ghcr.io/a/b:1", addresses=V6)
    assert own.text == (
        "Node node-a has only IPv6, and ghcr.io was tried at an IPv4 address (140.82.121.33), because it has no "
        "IPv6. Pull the image from a registry or mirror with IPv6."
    )
    assert lines(own)[0].endswith('registry that the nodes can reach and that has the image}"/a/b:1 -n shop')
    assert (own.who, own.brief) == (Who.YOU, "Pull from a registry with IPv6")
    assert nat.text == (
        "Or give the network of node node-a NAT64 and DNS64: IPv6-only nodes then reach ghcr.io and every other IPv4 "
        "host."
    )
    assert (nat.who, mirror.text) == (Who.CLUSTER_ADMIN, "mirror")


def test_what_has_no_ipv6_is_said_only_of_whom_it_is_known() -> None:
    (own, *_) = lost(NO_NETWORK.format("198.51.100.1:443"), "registry.corp.example/a:1", addresses=V6)
    assert own.text == (
        "Node node-a has only IPv6, and registry.corp.example was tried at an IPv4 address (198.51.100.1). Pull the "
        "image from a registry or mirror with IPv6."
    )


@pytest.mark.parametrize("addresses", [(*V6, *V4), V4, ()])
def test_a_node_with_ipv4_lacks_a_route(addresses: tuple[str, ...]) -> None:
    route, see = lost(NO_NETWORK.format("198.51.100.1:443"), "quay.io/a/b:1", addresses=addresses)
    assert route.text == "Node node-a has no route to quay.io (198.51.100.1): add one, or a default route."
    assert (route.who, route.brief) == (Who.CLUSTER_ADMIN, "Give node node-a a route to quay.io")
    assert see.text == "run: Check the addresses of quay.io and the routes of the node"
    assert lines(see) == ["getent ahosts quay.io", "ip route", "ip -6 route"]


def test_other_registries_that_it_can_t_reach_prove_it() -> None:
    error = NO_NETWORK.format("198.51.100.1:443")
    route = lost(error, "quay.io/a/b:1", fails(error, "ghcr.io/a/b:1", name="x"), addresses=V4)[0]
    assert route.text == (
        "Node node-a has no route to quay.io (198.51.100.1), nor to ghcr.io: add one, or a default route."
    )
    assert route.basis is Basis.EVIDENCE


@pytest.mark.parametrize(("addresses", "has"), [(V4, "has only IPv4"), ((), "has no working IPv6 route")])
def test_an_ipv6_address_is_no_use_without_ipv6(addresses: tuple[str, ...], has: str) -> None:
    repair, _ = lost(NO_NETWORK.format("[2001:db8::1]:443"), "quay.io/a/b:1", addresses=addresses)
    assert repair.text == (
        f"run: An IPv6 address of quay.io was tried (2001:db8::1), and node node-a {has}: fix its IPv6 route, or "
        "stop its DNS from returning IPv6 addresses."
    )
    assert repair.brief == "Fix IPv6 on node node-a, or turn it off"
    assert lines(repair) == ["ip -6 route", "getent ahosts quay.io"]


def test_a_host_that_is_down_in_a_network_that_is_there() -> None:
    down, _ = lost(NO_HOST, "old-nas.corp.example/a:1", addresses=V4)
    assert down.text == (
        "old-nas.corp.example (10.20.0.200) doesn't respond, although node node-a has a route to it: start that "
        "machine, or correct the address that the name resolves to."
    )
    assert down.notes == ("Its own firewall looks the same if it rejects (as firewalld does).",)
    assert (down.who, down.brief) == (Who.REGISTRY_OWNER, "Start old-nas.corp.example, or correct its address")


def test_one_node_that_has_no_route_is_compared() -> None:
    found = lost(NO_HOST, "registry.corp.example/shop/web:v9", runs(), nodes=[node(), node("node-b")])
    assert found[0].text == "run: Only node node-a fails, and the same image is pulled on node node-b"
    assert lines(found[0]) == ["ip route", "ip -6 route"]
    assert not any("start that machine" in text for text in texts(found))


def test_a_mirror_comes_first() -> None:
    assert lost(NO_HOST, "nginx:1.25", asked="mirror.corp.example")[0].text == "mirror"


def test_a_near_name_that_the_cluster_proves_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Fix("Probably registry.corp.example is meant.")
    monkeypatch.setattr(network_unreachable, "near_name_fix", lambda _: near)
    assert lost(NO_HOST, "registry.crop.example/a:1")[0] is near

"""The way to the registry, as fixes name it."""

from __future__ import annotations

import pytest
from registry_failures import context, fails

from kubectl_imagepull.fixes.context.way import WayFacts

REFUSED = "dial tcp {}: connect: connection refused"
PROXY = "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused"


def way(address: str) -> WayFacts:
    return context(fails(REFUSED.format(address))).way


@pytest.mark.parametrize(
    ("address", "shown", "private", "own"),
    [
        ("10.20.0.50:5000", " (10.20.0.50)", True, False),
        ("172.31.0.1:443", " (172.31.0.1)", True, False),
        ("172.32.0.1:443", " (172.32.0.1)", False, False),
        ("203.0.113.20:443", " (203.0.113.20)", False, False),
        ("[fd12::1]:443", " (fd12::1)", True, False),
        ("[2001:db8::1]:443", " (2001:db8::1)", False, False),
        ("127.0.0.1:5000", " (127.0.0.1)", False, True),
        ("[::1]:5000", " (::1)", False, True),
        ("0.0.0.0:443", " (0.0.0.0)", False, True),
    ],
)
def test_the_address(address: str, shown: str, *, private: bool, own: bool) -> None:
    found = way(address)
    assert (found.address, found.address_is_private, found.address_is_own) == (shown, private, own)


def test_without_an_address() -> None:
    found = context(fails("net/http: TLS handshake timeout")).way
    assert (found.address, found.address_is_private, found.address_is_own) == ("", False, False)


def test_what_fails_by_the_same_is_named() -> None:
    found = context(fails(PROXY), fails(PROXY, "ghcr.io/a/b:1", name="x"), fails(PROXY, "quay.io/a/b:1", name="y")).way
    assert found.sharing == ("ghcr.io", "quay.io")
    assert found.also_sharing == " (pulls from ghcr.io and quay.io fail because of it too)"
    assert context(fails(PROXY)).way.also_sharing == ""


def test_what_the_node_can_t_reach_either() -> None:
    late = "dial tcp 198.51.100.7:443: i/o timeout"
    found = context(fails(late), fails(late, "quay.io/a/b:1", name="x"), fails(late, "ghcr.io/a:1", name="y", node="z"))
    assert (found.way.unreachable, found.way.sharing, found.way.reached) == (("quay.io",), (), ())

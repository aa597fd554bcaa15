"""NetworkUnreachable: the node has no route to the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_hosts import REACHED_HOST, name_host
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.ways_to_registry import cloud_ways
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import host_name
from kubectl_imagepull.vocabulary.vendors import Vendor
from kubectl_imagepull.vocabulary.wording import listed

_ROUTES = (Command(("ip", "route")), Command(("ip", "-6", "route")))


def fixes(context: FixContext) -> Sequence[Fix]:
    """An address family that the node doesn't have, a host that is down, or a route that is missing."""
    tasks = tasks_for(context)
    if alone := only_here(context, tasks.run(lone_node_clause(context), *_ROUTES)):
        return [*alone, *_see(context)]
    near = near_name_fix(context)
    likely = _by_address(context)
    mirror = tasks.mirror() if context.registry.is_mirrored else ()
    return [*([near] if near else []), *mirror, *likely[:1], *strangers_near_name_fixes(context), *likely[1:]]


def _by_address(context: FixContext) -> list[Fix]:
    named = context.way.named
    if named.is_ipv6 is False and _has_only(context, ipv6=True):
        return _ipv6_only(context)
    if named.is_ipv6 is True:
        return [*_without_ipv6(context), *_see(context)]
    if named.host_is_down:
        return [_host_down(context), *_see(context)]
    return [_no_route(context), *cloud_ways(context), *_see(context)]


def _has_only(context: FixContext, *, ipv6: bool) -> bool:
    """Whether all of the node's own addresses are known to be of one family."""
    addresses = context.node.environment.addresses
    return bool(addresses) and all((":" in address) is ipv6 for address in addresses)


def _ipv6_only(context: FixContext) -> list[Fix]:
    host, node = context.registry.host, context.node.shown
    none = ", because it has no IPv6" if context.registry.vendor is Vendor.GITHUB else ""
    elsewhere = (
        f"{node.capitalize()} has only IPv6, and {host} was tried at an IPv4 address{context.way.address}{none}. "
        "Pull the image from a registry or mirror with IPv6."
    )
    own = name_host(context, REACHED_HOST, elsewhere, short=("Pull from a registry with IPv6",))
    nat = f"Or give the network of {node} NAT64 and DNS64: IPv6-only nodes then reach {host} and every other IPv4 host."
    gateway = Fix(
        nat, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=("Give the nodes' network NAT64 and DNS64",)
    )
    return [*own, gateway, *tasks_for(context).mirror()]


def _without_ipv6(context: FixContext) -> list[Fix]:
    host, node = context.registry.host, context.node.shown
    has = "has only IPv4" if _has_only(context, ipv6=False) else "has no working IPv6 route"
    text = (
        f"An IPv6 address of {host} was tried{context.way.address}, and {node} {has}: fix its IPv6 route, or stop "
        "its DNS from returning IPv6 addresses."
    )
    short = (f"Fix IPv6 on {node}, or turn it off", "Fix the node's IPv6, or turn it off")
    looks = tasks_for(context).run(text, Command(("ip", "-6", "route")), _addresses_of(context))
    return [replace(fix, short=short) for fix in looks]


def _host_down(context: FixContext) -> Fix:
    host, node = context.registry.host, context.node.shown
    text = (
        f"{host}{context.way.address} doesn't respond, although {node} has a route to it: start that machine, or "
        "correct the address that the name resolves to."
    )
    note = "Its own firewall looks the same if it rejects (as firewalld does)."
    short = (f"Start {host}, or correct its address", "Start the registry's machine, or correct its address")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short, notes=(note,))


def _no_route(context: FixContext) -> Fix:
    host, node, others = context.registry.host, context.node.shown, context.way.unreachable
    also = f", nor to {listed(others)}" if others else ""
    text = f"{node.capitalize()} has no route to {host}{context.way.address}{also}: add one, or a default route."
    basis = Basis.EVIDENCE if others else Basis.TEXT
    short = (f"Give {node} a route to {host}", f"Give {node} a route to the registry", "Give the node a default route")
    return Fix(text, (), Who.CLUSTER_ADMIN, basis, Where.NODE, short=short)


def _addresses_of(context: FixContext) -> Command:
    return Command(("getent", "ahosts", host_name(context.registry.host_without_port)))


def _see(context: FixContext) -> list[Fix]:
    host = context.registry.host_without_port
    why = f"Check the addresses of {host} and the routes of the node"
    return [*tasks_for(context).run(why, _addresses_of(context), *_ROUTES)]


RUNBOOK = Runbook(
    confirm=(
        "On the node: getent ahosts HOST shows its addresses, ip route get ADDRESS shows the route.",
        (
            "'network is unreachable': the node has no route. 'no route to host': the host is down, or its firewall "
            "rejects."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Give the node a route; if the host has IPv6 addresses and the node has no IPv6 route, fix one of them.",
        ),
        (
            Vendor.GITHUB.value,
            "ghcr.io has no IPv6: IPv6-only nodes need NAT64 and DNS64, a mirror, or another registry.",
        ),
    ),
)

REMEDY = Remedy(Cause.NETWORK_UNREACHABLE, fixes, RUNBOOK)

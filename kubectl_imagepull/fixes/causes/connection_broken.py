"""ConnectionBroken: the connection to the registry broke."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request, wait_for_retry
from kubectl_imagepull.fixes.steps.ways_to_registry import layer_notes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.wording import listed


def fixes(context: FixContext) -> Sequence[Fix]:
    """A download that broke may be chance; a request that is cut off each time has somebody who does it."""
    tasks = tasks_for(context)
    ask = tasks.run(f"Check whether {context.registry.host} answers by now", registry_request(context))
    see = ask_registry(context, ask)
    if alone := only_here(context, tasks.run(lone_node_clause(context), registry_request(context))):
        return [*alone, *see]
    mirror = tasks.mirror() if context.registry.is_mirrored else ()
    if context.way.named.in_download:
        return [_wait(context), *mirror, _between(context), *see]
    return [*mirror, _between(context), _wait(context), *see]


def _wait(context: FixContext) -> Fix:
    return wait_for_retry(
        "A single broken connection may be a glitch", short=(f"Wait: the connection to {context.registry.host} broke",)
    )


def _between(context: FixContext) -> Fix:
    """Who closes the connection: somebody between, or what stands before the registry."""
    registry, node = context.registry, context.node.shown
    short = (f"Find what breaks connections to {registry.host}", "Find what breaks connections to the registry")
    if registry.is_vendors_own or registry.is_blob_host:
        others = context.way.unreachable
        also = f", and those to {listed(others)}" if others else ""
        basis = Basis.EVIDENCE if others else Basis.TEXT
        text = (
            f"A firewall or proxy between {node} and {registry.host} closes the connections to it{also}: have it "
            f"allow {registry.host_with_port}."
        )
        return Fix(text, (), Who.CLUSTER_ADMIN, basis, Where.NODE, short=short, notes=layer_notes(context))
    text = (
        f"{registry.host} closed the connection without answering: check the log and the timeouts of the registry "
        "and of the proxy or load balancer in front of it."
    )
    if context.way.named.in_download:
        text = (
            f"{registry.host} closed the connection during the download: check the timeouts and size limits of the "
            "proxy or load balancer in front of it."
        )
    note = f"A firewall between {node} and {registry.host} that filters by host name looks the same."
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short, notes=(note,))


RUNBOOK = Runbook(
    confirm=(
        "The message ends in EOF, 'connection reset by peer', 'unexpected EOF' or 'stream error'.",
        "'error reading from server: EOF' is something else: the container runtime was restarted.",
        "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is good.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "If it happens once, wait. If it persists, check load balancers, proxies and firewalls, and their "
                "timeouts."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.CONNECTION_BROKEN, fixes, RUNBOOK)

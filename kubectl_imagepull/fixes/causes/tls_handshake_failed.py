"""TlsHandshakeFailed: the TLS handshake failed."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_certificates import show_handshake
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

#: The alerts by which a server asks for a certificate of its client's.
_WANTS_CERTIFICATE = frozenset({"certificate required", "bad certificate"})
_OLD = frozenset({"protocol version not supported", "insufficient security level"})


def fixes(context: FixContext) -> Sequence[Fix]:
    """What the other side wants, as far as its alert says it."""
    tasks = tasks_for(context)
    if alone := only_here(context, tasks.compare_settings(lone_node_clause(context))):
        return [*alone, _see(context)]
    mirror = tasks.mirror()[:1] if context.registry.is_mirrored else ()
    return [*mirror, _by_alert(context), _see(context)]


def _by_alert(context: FixContext) -> Fix:
    host, alert = context.registry.host, context.way.named.tls_alert
    if alert in _WANTS_CERTIFICATE:
        text = (
            f"{host} wants a certificate of its clients, and takes none that {context.node.shown} shows: have one "
            "issued for the nodes and name it in the runtime's settings for this host, or have the registry ask for "
            "none."
        )
        short = (f"Give the nodes a client certificate for {host}", "Give the nodes a client certificate")
        return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)
    if context.registry.is_vendors_own and not context.registry.is_mirrored:
        text = (
            f"{host} agrees on TLS with everybody else, so a proxy or firewall between {context.node.shown} and "
            f"{host} breaks the handshake: have it let through unopened."
        )
        short = (f"Have TLS to {host} let through unopened", "Have TLS to the registry let through unopened")
        return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)
    if alert in _OLD:
        why = f"{host} and the runtime on {context.node.shown} share no protocol version or cipher"
    elif alert == "unrecognized name":
        why = f"{host} doesn't know the name {context.registry.host_without_port} that it is asked by"
    else:
        why = f"{host} breaks off the TLS handshake"
    what = "make that name known there" if alert == "unrecognized name" else "bring it to TLS 1.2 or newer"
    text = f"{why}: have whoever runs it look at its log, and {what}."
    short = (f"See why {host} doesn't agree on TLS", "See why the registry doesn't agree on TLS")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _see(context: FixContext) -> Fix:
    text = f"See, from a machine in the nodes' network, where the handshake with {context.registry.host} ends."
    short = ("See where the TLS handshake ends",)
    return Fix(text, (show_handshake(context),), Who.YOU, Basis.TEXT, Where.REGISTRY, short=short)


RUNBOOK = Runbook(
    confirm=("On the node: openssl s_client -connect HOST:443 -servername HOST shows where the handshake ends.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Bring registry and proxies to TLS 1.2 or newer; a client certificate may be asked for.",
        ),
        (
            "containerd",
            'client = ["CERTIFICATE", "KEY"] in hosts.toml gives a client certificate.',
        ),
        (
            "CRI-O",
            "/etc/containers/certs.d/HOST/client.cert and client.key give a client certificate.",
        ),
        (
            "Docker",
            "/etc/docker/certs.d/HOST/client.cert and client.key give a client certificate.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_HANDSHAKE_FAILED, fixes, RUNBOOK)

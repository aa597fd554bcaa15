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
            f"{host} requires a client certificate, and {context.node.shown} presents none that it accepts: have one "
            "issued for the nodes and set it in the runtime's settings for this host, or stop the registry from "
            "requiring one."
        )
        short = (f"Give the nodes a client certificate for {host}", "Give the nodes a client certificate")
        return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)
    if context.registry.is_vendors_own and not context.registry.is_mirrored:
        text = (
            f"{host} works for everyone else, so a proxy or firewall between {context.node.shown} and {host} breaks "
            f"the handshake: exempt {host} from TLS inspection there."
        )
        short = (f"Exempt {host} from TLS inspection", "Exempt the registry from TLS inspection")
        return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)
    if alert in _OLD:
        why = f"{host} and the runtime on {context.node.shown} share no protocol version or cipher"
    elif alert == "unrecognized name":
        why = f"{host} doesn't know the server name {context.registry.host_without_port}"
    else:
        why = f"{host} aborts the TLS handshake"
    what = "configure that name there" if alert == "unrecognized name" else "update it to TLS 1.2 or newer"
    text = f"{why}: ask whoever runs it to check its log, and to {what}."
    short = (f"Find out why TLS to {host} fails", "Find out why TLS to the registry fails")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _see(context: FixContext) -> Fix:
    text = f"From a machine in the nodes' network, check where the handshake with {context.registry.host} stops."
    short = ("Check where the TLS handshake stops",)
    return Fix(text, (show_handshake(context),), Who.YOU, Basis.TEXT, Where.REGISTRY, short=short)


RUNBOOK = Runbook(
    confirm=("On the node: openssl s_client -connect HOST:443 -servername HOST shows where the handshake stops.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Update the registry and proxies to TLS 1.2 or newer; the registry may require a client certificate.",
        ),
        (
            "containerd",
            'client = ["CERTIFICATE", "KEY"] in hosts.toml sets a client certificate.',
        ),
        (
            "CRI-O",
            "/etc/containers/certs.d/HOST/client.cert and client.key set a client certificate.",
        ),
        (
            "Docker",
            "/etc/docker/certs.d/HOST/client.cert and client.key set a client certificate.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_HANDSHAKE_FAILED, fixes, RUNBOOK)

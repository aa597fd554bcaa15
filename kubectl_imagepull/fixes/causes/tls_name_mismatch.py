"""TlsNameMismatch: the registry's certificate is for another name."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_hosts import RIGHT_HOST, name_host
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_certificates import (
    ingress_certificate,
    see_who_signed,
    show_certificate,
)
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.wording import listed

_NGINX, _TRAEFIK = "ingress.local", ".traefik.default"


def fixes(context: FixContext) -> Sequence[Fix]:
    """The registry under a name that its certificate has, or a certificate with the name that is used."""
    tasks = tasks_for(context)
    if alone := only_here(context, tasks.compare_settings(lone_node_clause(context))):
        # another node takes the same certificate: what differs is the node, and no certificate is missing
        return alone
    names, near = context.way.named.certificate_names, near_name_fix(context)
    if near:
        return [near, _new_certificate(context, names), *_other_machine(context, names)]
    if context.registry.is_vendors_own and not context.registry.is_mirrored:
        return [_answered_by_another(context, names)]
    mirror = [*tasks.mirror()[:1]] if context.registry.is_mirrored else []
    if controller := _controller(names):
        return [ingress_certificate(context, controller), *mirror]
    return [
        *_certified_name(context, names),
        *strangers_near_name_fixes(context),
        *mirror,
        _new_certificate(context, names),
        *_other_machine(context, names),
    ]


def _controller(names: tuple[str, ...]) -> str:
    """The ingress controller whose default certificate it is; "" for none."""
    if names == (_NGINX,):
        return "ingress-nginx"
    return "Traefik" if names and all(name.endswith(_TRAEFIK) for name in names) else ""


def _certified_name(context: FixContext, names: tuple[str, ...]) -> list[Fix]:
    """One of the certificate's names: one that the cluster pulls from, else one of the same domain."""
    host = context.registry.host_without_port
    for known in context.findings.about(Check.SAME_REGISTRY_ELSEWHERE):
        if known.partition(":")[0] in names:
            text = (
                f"The certificate of {host} is for {listed(names)}, and images from {known} are running: use "
                "that name for the registry."
            )
            short = (f"Use {known}, which the certificate is for", "Name the registry as its certificate does")
            return name_host(context, known, text, short=short, basis=Basis.EVIDENCE)
    port = context.registry.host.removeprefix(host)
    usable = [name for name in names if "." in name and "*" not in name and _domain(name)]
    near = [name for name in usable if context.registry.is_address or _domain(name) == _domain(host)]
    if near:
        text = f"The certificate of {host} is for {listed(names)}, not for {host}: use a name that it covers."
        short = (f"Use {near[0]}, which the certificate covers", "Use a name that the certificate covers")
        return name_host(context, f"{near[0]}{port}", text, short=short)
    if context.registry.is_address:
        text = f"The certificate doesn't cover the address {host}: use a host name that it covers."
        return name_host(context, RIGHT_HOST, text, short=("Use the registry's host name",))
    return []


def _domain(name: str) -> list[str]:
    """The last two labels of a name; an address has none of its own."""
    labels = name.split(".")
    return [] if labels[-1].isdecimal() else labels[-2:]


def _new_certificate(context: FixContext, names: tuple[str, ...]) -> Fix:
    host = context.registry.host_without_port
    if context.way.named.certificate_is_nameless:
        why = f"The certificate of {host} has no subject alternative name, and a common name alone no longer counts"
    elif any(name.startswith("*.") for name in names):
        why = f"The certificate is for {listed(names)}, where a * matches only one label"
    else:
        why = f"The certificate of {host} doesn't cover that name"
    kind = "IP address" if context.registry.is_address else "DNS name"
    text = f"{why}: have one issued with {host} as a subject alternative name ({kind})."
    short = (f"Have a certificate issued for {host}", "Have a certificate issued for the registry's name")
    show = show_certificate(context, "-subject", "-ext", "subjectAltName")
    return Fix(text, (show,), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _other_machine(context: FixContext, names: tuple[str, ...]) -> list[Fix]:
    host = context.registry.host_without_port
    if context.registry.is_address:
        return []
    whose = f" of {names[0]}" if names else ""
    text = (
        f"If the certificate{whose} belongs to someone else, {host} resolves to the wrong machine on "
        f"{context.node.shown}: correct its DNS."
    )
    short = (f"Correct what {host} resolves to", "Correct what the registry's host resolves to")
    return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=short)]


def _answered_by_another(context: FixContext, names: tuple[str, ...]) -> Fix:
    host = context.registry.host
    whose = f" for {listed(names)}" if names else ""
    text = (
        f"{host} never presents the certificate that {context.node.shown} got{whose}: a proxy, a login page or a "
        "wrong DNS entry leads to another machine. From the nodes' network, check whose it is, and have the nodes "
        "let through."
    )
    return see_who_signed(context, text)


RUNBOOK = Runbook(
    confirm=(
        (
            "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer "
            "-dates shows the certificate."
        ),
        "The message lists the names that the certificate is for; a * matches one label.",
        "ingress.local, or a name ending in .traefik.default, is an ingress controller's default certificate.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Use a name that the certificate covers, or have one issued with the registry's name as subject "
                "alternative name: a common name alone doesn't count."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_NAME_MISMATCH, fixes, RUNBOOK)

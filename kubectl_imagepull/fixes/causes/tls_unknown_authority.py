"""TlsUnknownAuthority: the node doesn't trust the registry's certificate."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import away_from_node, compare_nodes, lone_node_clause
from kubectl_imagepull.fixes.steps.registry_certificates import ingress_certificate, see_who_signed
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.wording import listed

#: What ingress-nginx and Traefik answer with where an Ingress has no certificate of its own.
_DEFAULTS = {
    "Kubernetes Ingress Controller Fake Certificate": "ingress-nginx",
    "TRAEFIK DEFAULT CERT": "Traefik",
}


def fixes(context: FixContext) -> Sequence[Fix]:
    """Whose authority is missing: something's between, an ingress controller's, or the registry's own."""
    tasks = tasks_for(context)
    trust = tasks.trust_authority()
    alone = compare_nodes(context, tasks.compare_settings(lone_node_clause(context)))
    if alone:
        # another node trusts it, so the certificate itself is good
        return [*alone, *trust[:1], *away_from_node(context)]
    if context.way.is_intercepted or (context.registry.is_vendors_own and not context.registry.is_mirrored):
        return [_see_what_is_between(context), *trust[:1], _let_through(context)]
    # an ingress controller shows its own self-made certificate for a host that it has none for
    controller = _DEFAULTS.get(context.way.named.authority)
    if controller:
        return [ingress_certificate(context, controller), *trust]
    return [*trust, *([*tasks.mirror()[:1]] if context.registry.is_mirrored else []), _chain(context)]


def _see_what_is_between(context: FixContext) -> Fix:
    hosts = [context.registry.host, *context.way.sharing]
    if context.way.is_intercepted:
        text = (
            f"{listed(hosts)} have public certificates, but {context.node.shown} trusts none of them: a proxy or "
            "firewall in between intercepts TLS, or the node lacks the public CAs. Check who signed them, from the "
            "nodes' network."
        )
        return see_who_signed(context, text, basis=Basis.EVIDENCE)
    text = (
        f"{context.registry.host} has a public certificate, so something in between intercepts TLS, or "
        f"{context.node.shown} lacks the public CAs. From the nodes' network, check who signed the certificate that "
        "arrives."
    )
    return see_who_signed(context, text)


def _let_through(context: FixContext) -> Fix:
    host = context.registry.host
    text = (
        f"Or ask whoever runs the proxy or firewall to exempt {host} from TLS inspection. If a public CA signed it, "
        f"reinstall the package ca-certificates on {context.node.each}."
    )
    short = (f"Exempt {host} from TLS inspection", "Exempt the registry from TLS inspection")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _chain(context: FixContext) -> Fix:
    text = (
        f"If a public CA signed it, {context.registry.host} sends its certificate without the chain: have it send "
        "the full chain (fullchain.pem instead of cert.pem). This shows who signed it, from any machine that can "
        "reach it."
    )
    return see_who_signed(context, text)


RUNBOOK = Runbook(
    confirm=(
        (
            "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer "
            "-dates shows the certificate."
        ),
        "docker pull elsewhere proves nothing: the node's runtime must trust the CA.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "A public certificate without its chain (cert.pem instead of fullchain.pem) looks the same.",
        ),
        (
            "containerd",
            (
                "/etc/containerd/certs.d/HOST/ca.crt, or ca = in the hosts.toml there; config_path in config.toml "
                "must be /etc/containerd/certs.d. No restart needed."
            ),
        ),
        (
            "CRI-O",
            "/etc/containers/certs.d/HOST/ca.crt. No restart.",
        ),
        (
            "Docker",
            "/etc/docker/certs.d/HOST/ca.crt. No restart.",
        ),
        (
            "OpenShift",
            "additionalTrustedCA of image.config.openshift.io/cluster.",
        ),
        (
            ANY_RUNTIME,
            "Or add it to the system's trust store (update-ca-certificates, update-ca-trust) and restart the runtime.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_UNKNOWN_AUTHORITY, fixes, RUNBOOK)

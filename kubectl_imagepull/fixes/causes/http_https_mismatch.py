"""HttpHttpsMismatch: one side speaks HTTP, the other HTTPS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """Which side speaks plain HTTP, and whose setting says otherwise."""
    tasks = tasks_for(context)
    if alone := only_here(context, tasks.compare_settings(lone_node_clause(context))):
        return [*alone, *([] if context.way.named.by_plain_http else tasks.plain_http())]
    if context.way.named.by_plain_http:
        return _wrong_scheme(context)
    if context.registry.is_vendors_own and not context.registry.is_mirrored:
        return [_answered_by_another(context), *_ask(context)]
    if context.registry.is_mirrored:
        return [*tasks.mirror(), _serve_https(context)]
    return [*tasks.plain_http(), _serve_https(context)]


def _wrong_scheme(context: FixContext) -> list[Fix]:
    """The runtime's own setting says http:// for a host that speaks TLS."""
    host, node = context.registry.host, context.node.shown
    why = f"The runtime on {node} is configured to use http://{host}, but that speaks HTTPS: change it to https://."
    short = (f"Use https:// for {host} on {node}", "Use https:// for the registry on the node")
    return [replace(fix, text=why, short=short) for fix in tasks_for(context).compare_settings(why)]


def _serve_https(context: FixContext) -> Fix:
    host = context.registry.host
    text = f"For a permanent fix, ask whoever runs {host} to serve HTTPS, with a certificate that the nodes trust."
    short = (f"Have {host} serve HTTPS", "Have the registry serve HTTPS")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _answered_by_another(context: FixContext) -> Fix:
    host, node = context.registry.host, context.node.shown
    text = (
        f"{host} speaks HTTPS, so something between {node} and {host} answers in its place: a proxy, or a network's "
        "login page. Make it let the nodes through."
    )
    short = (f"Find what answers in place of {host}", "Find what answers in the registry's place")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _ask(context: FixContext) -> list[Fix]:
    why = f"Find what answers in place of {context.registry.host}"
    return ask_registry(context, tasks_for(context).run(why, registry_request(context)))


RUNBOOK = Runbook(
    confirm=(
        "'server gave HTTP response to HTTPS client': the registry speaks plain HTTP.",
        "'Client sent an HTTP request to an HTTPS server': the reverse.",
        "'400 Bad Request' from a URL with http://: the runtime is configured to use plain HTTP on a TLS port.",
        "With a plain HTTP mirror, containerd may say this for a missing tag.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Serve HTTPS: that is better than allowing plain HTTP.",
        ),
        (
            "containerd",
            (
                'A section [host."http://HOST"] in /etc/containerd/certs.d/HOST/hosts.toml. containerd 1.7 ignores a '
                "file that has only server = ...; before 2.2, config_path in config.toml must point to the directory."
            ),
        ),
        (
            "k3s, RKE2",
            (
                "An endpoint http://HOST under mirrors in registries.yaml, then a restart: insecure_skip_verify "
                "skips certificate checks, not TLS."
            ),
        ),
        (
            "OpenShift",
            "registrySources.insecureRegistries of image.config.openshift.io/cluster.",
        ),
        (
            "CRI-O",
            'registries.conf: [[registry]] with location = "HOST" and insecure = true.',
        ),
        (
            "Docker",
            "insecure-registries in /etc/docker/daemon.json.",
        ),
    ),
)

REMEDY = Remedy(Cause.HTTP_HTTPS_MISMATCH, fixes, RUNBOOK)

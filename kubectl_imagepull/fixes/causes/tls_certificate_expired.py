"""TlsCertificateExpired: the registry's certificate is outside its validity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import away_from_node, compare_nodes, lone_node_clause
from kubectl_imagepull.fixes.steps.registry_certificates import see_who_signed, show_certificate
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

_CLOCK = (Command(("timedatectl",)), Command(("chronyc", "tracking")))


def fixes(context: FixContext) -> Sequence[Fix]:
    """A certificate to renew, or a node's clock that is wrong."""
    tasks = tasks_for(context)
    why = f"{lone_node_clause(context)}: check whether its clock is wrong."
    if alone := compare_nodes(context, tasks.run(why, *_CLOCK)):
        # other nodes take the same certificate, so it is in its time
        return [*(replace(fix, short=_clock_short(context)) for fix in alone), *away_from_node(context)]
    if context.detail("notYetValid") is True:
        return [*_clock(context), _renew(context)]
    mirror = tasks.mirror()[:1] if context.registry.is_mirrored else ()
    if context.registry.is_vendors_own and not context.registry.is_mirrored:
        return [_see_what_is_between(context), *_clock(context)]
    return [_renew(context), *mirror, *_clock(context)]


def _clock_short(context: FixContext) -> tuple[str, ...]:
    return (f"Set the clock of {context.node.shown}", "Set the node's clock")


def _clock(context: FixContext) -> list[Fix]:
    if context.detail("notYetValid") is True:
        why = f"For {context.node.shown} the certificate isn't valid yet{_limit(context)}: check and set its clock."
    else:
        why = f"If the certificate of {context.registry.host} is valid now, set the clock of {context.node.shown}."
    return [replace(fix, short=_clock_short(context)) for fix in tasks_for(context).run(why, *_CLOCK)]


def _limit(context: FixContext) -> str:
    """When its validity begins or ended, behind a clause."""
    limit = context.way.named.certificate_limit
    if limit is None:
        return ""
    date = f"{limit.day} {limit:%B %Y}"
    return f" (it is valid from {date})" if context.detail("notYetValid") is True else f" on {date}"


def _renew(context: FixContext) -> Fix:
    host = context.registry.host
    if context.detail("notYetValid") is True:
        text = f"If the clock is right, ask whoever runs {host} to install a certificate that is already valid."
    else:
        text = (
            f"The certificate of {host} expired{_limit(context)}: ask whoever runs it to renew it and restart the "
            "server. This shows its dates, from any machine that can reach it."
        )
    short = (f"Renew the certificate of {host}", "Renew the registry's certificate")
    show = show_certificate(context, "-subject", "-issuer", "-dates")
    return Fix(text, (show,), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _see_what_is_between(context: FixContext) -> Fix:
    """A vendor's own certificate is renewed in time, and everybody would notice."""
    text = (
        f"{context.registry.host} is a public service, so the expired certificate{_limit(context)} is probably not "
        "its own: something in between presents it, or an old CA on the node has expired. Check who signed it, from "
        "the nodes' network."
    )
    return see_who_signed(context, text)


RUNBOOK = Runbook(
    confirm=(
        "'current time ... is before' means not valid yet: check the node's clock. 'is after' means expired.",
        (
            "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer "
            "-dates shows the certificate."
        ),
        "On the node: timedatectl and chronyc tracking show the clock.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Have the certificate renewed.",
        ),
        (
            ANY_RUNTIME,
            "If the certificate is fine, the node's clock is wrong: fix its time service.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_CERTIFICATE_EXPIRED, fixes, RUNBOOK)

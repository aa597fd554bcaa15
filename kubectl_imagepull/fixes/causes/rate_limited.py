"""RateLimited: the registry's rate limit is reached."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, name_known
from kubectl_imagepull.fixes.steps.workload_changes import change_spec
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.vendors import Vendor

_GAIN = "so that its pulls count for that account and not for the address of the node"


def fixes(context: FixContext) -> Sequence[Fix]:
    """A login raises the limit, and fewer pulls keep below it; it heals by itself as well."""
    if context.registry.is_mirrored:
        return [_wait(context), _log_cache_in(context), *_asks_less(context)]
    if context.credentials.logins or context.workload.is_static:
        return [_wait(context), *_asks_less(context), _mirror(context)]
    there = [*name_known(context, _GAIN)]
    made = [] if there or context.registry.is_all_public else [_log_in(context)]
    return [*there, *made, _wait(context), *_asks_less(context), _mirror(context)]


def _log_in(context: FixContext) -> Fix:
    names = [shown(name) for name in context.pod.secrets]
    sent = f"Secret {names[0]} holds nothing for it, so the pull is anonymous" if names else "The pull is anonymous"
    limit = _LIMITS.get(context.registry.vendor, "registries allow more to who is logged in")
    return add_secret(context, f"{sent}, and {limit}.")


#: What is gained by a login, as a clause.
_LIMITS = {
    Vendor.DOCKER_HUB: (
        "Docker Hub allows all nodes behind one address 100 pulls in six hours, a free account 200 and a paid one any "
        "number"
    ),
    Vendor.ECR_PUBLIC: "without a login Amazon ECR Public allows an address about one pull a second",
    Vendor.AZURE: "Azure counts all anonymous pulls together",
}


def _wait(context: FixContext) -> Fix:
    text = (
        f"Wait: the limit of {context.registry.answering} heals by itself, and the kubelet tries again every five "
        "minutes."
    )
    if context.credentials.logins:
        text = (
            f"Wait: the limit of {context.registry.answering} heals by itself. It is that of the account in secret "
            f"{shown(context.credentials.logins[0].secret)}, which a plan of the registry can raise."
        )
    short = ("Wait: the limit heals by itself",)
    return Fix(text, (), Who.NOBODY, Basis.TEXT, Where.REGISTRY, short=short)


def _log_cache_in(context: FixContext) -> Fix:
    text = (
        f"Have whoever runs {context.registry.answering} give it a login at {context.registry.name}, or raise its own "
        "limit: a pull secret of the pod raises neither."
    )
    short = (f"Give {context.registry.answering} a login upstream", "Give the cache a login upstream")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=short)


def _asks_less(context: FixContext) -> list[Fix]:
    """The image that the node has, where it is pulled at every start though its name never moves."""
    pod = context.pod
    is_pinned = bool(context.image.digest) or context.image.has_own_tag
    if pod.pull_policy != "Always" or not is_pinned or context.workload.is_static or pod.is_ephemeral:
        return []
    spec = {pod.container_list: [{"name": pod.container, "imagePullPolicy": "IfNotPresent"}]}
    text = f"Let container {pod.container} use the image that the node has: with Always it is asked for at every start."
    return [change_spec(context, spec).as_fix(text, short=("Pull with IfNotPresent instead of Always",))]


def _mirror(context: FixContext) -> Fix:
    text = (
        f"For good, pull through a mirror or cache of your own: then {context.registry.name} is asked once for all "
        "nodes."
    )
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=("Pull through a mirror or cache",))


RUNBOOK = Runbook(
    confirm=(
        "The text has '429 Too Many Requests' or 'toomanyrequests'.",
        "'unauthenticated pull rate limit' means that no working login was sent.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait, log in, or pull through a mirror; IfNotPresent asks less than Always.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Without login 100 pulls in six hours to an IPv4 address or IPv6 /64 network (all nodes behind one "
                "address share them), 200 to a free account; paid accounts have no such limit."
            ),
        ),
        (
            Vendor.ECR.value,
            "Throttling: start fewer pulls at once, or have the quota raised.",
        ),
        (
            Vendor.ECR_PUBLIC.value,
            "Without login one pull a second to an address: log in, in region us-east-1.",
        ),
        (
            Vendor.GITHUB.value,
            "Its limit is per minute and passes by itself.",
        ),
        (
            Vendor.HARBOR.value,
            "In a proxy project the limit may be that of the upstream registry: give the project a login there.",
        ),
    ),
)

REMEDY = Remedy(Cause.RATE_LIMITED, fixes, RUNBOOK)

"""RateLimited: the registry's rate limit is reached."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, name_known
from kubectl_imagepull.fixes.steps.workload_changes import change_spec
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.vendors import Vendor

_GAIN = "so that its pulls count against that account, not the node's address"


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
    sent = f"Secret {names[0]} has no login for it, so the pull is anonymous" if names else "The pull is anonymous"
    limit = _LIMITS.get(context.registry.vendor, "registries allow more pulls with a login")
    return add_secret(context, f"{sent}, and {limit}.")


#: What is gained by a login, as a clause.
_LIMITS = {
    Vendor.DOCKER_HUB: (
        "Docker Hub allows 100 pulls in six hours for all nodes behind one address, 200 for a free account and no "
        "limit for a paid one"
    ),
    Vendor.ECR_PUBLIC: "without a login, Amazon ECR Public allows about one pull a second from an address",
    Vendor.AZURE: "Azure counts all anonymous pulls together",
}


def _wait(context: FixContext) -> Fix:
    text = (
        f"Wait: the limit of {context.registry.answering} resets by itself, and the kubelet retries every five minutes."
    )
    if context.credentials.logins:
        text = (
            f"Wait: the limit of {context.registry.answering} resets by itself. It is the limit of the account in "
            f"secret {shown_name(context.credentials.logins[0].secret)}, which a plan of the registry can raise."
        )
    short = ("Wait: the limit resets by itself",)
    return Fix(text, (), Who.NOBODY, Basis.TEXT, Where.REGISTRY, short=short)


def _log_cache_in(context: FixContext) -> Fix:
    text = (
        f"Ask whoever runs {context.registry.answering} to give it a login at {context.registry.name}, or to raise "
        "its own limit: a pull secret in the pod doesn't help here."
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
    text = f"Let container {pod.container} use the node's copy of the image: Always asks the registry at every start."
    return [change_spec(context, spec).as_fix(text, short=("Pull with IfNotPresent instead of Always",))]


def _mirror(context: FixContext) -> Fix:
    text = (
        "For a permanent fix, pull through your own mirror or cache: then each image is fetched from "
        f"{context.registry.name} once for all nodes."
    )
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=("Pull through a mirror or cache",))


RUNBOOK = Runbook(
    confirm=(
        "The message has '429 Too Many Requests' or 'toomanyrequests'.",
        "'unauthenticated pull rate limit' means that no working login was sent.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait, log in, or pull through a mirror; IfNotPresent pulls less often than Always.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Without a login, 100 pulls in six hours per IPv4 address or IPv6 /64 network (shared by all nodes "
                "behind one address), 200 for a free account; paid accounts have no such limit."
            ),
        ),
        (
            Vendor.ECR.value,
            "This is throttling: start fewer pulls at once, or have the quota raised.",
        ),
        (
            Vendor.ECR_PUBLIC.value,
            "Without a login, one pull a second per address: log in, in region us-east-1.",
        ),
        (
            Vendor.GITHUB.value,
            "Its limit is per minute and resets by itself.",
        ),
        (
            Vendor.HARBOR.value,
            "In a proxy project the limit may be that of the upstream registry: give the project a login there.",
        ),
    ),
)

REMEDY = Remedy(Cause.RATE_LIMITED, fixes, RUNBOOK)

"""Fixes where admission changed the image: the workload's own is right, and changing it is changed again."""

from __future__ import annotations

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.image_mutated import KUBE_IMAGE_KEEPER, WEBHOOK
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import retry
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.command import Command, Pipeline
from kubectl_imagepull.vocabulary.fix import Basis, EarlierRevision, Fix, NewImage, Where, Who
from kubectl_imagepull.vocabulary.names import object_name, shown
from kubectl_imagepull.vocabulary.wording import listed

#: Causes that an image explains which isn't the one that was asked for, beside those of the image itself.
_BY_NAME = frozenset(
    {
        Cause.DNS_FAILURE,
        Cause.REGISTRY_RELOCATED,
        Cause.NO_CREDENTIALS,
        Cause.FORBIDDEN,
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
    }
)
#: Causes by which nobody answers at the address that an image was rewritten to.
_UNANSWERED = frozenset(
    {
        Cause.CONNECTION_REFUSED,
        Cause.CONNECT_TIMEOUT,
        Cause.NETWORK_UNREACHABLE,
        Cause.CONNECTION_BROKEN,
        Cause.REGISTRY_UNAVAILABLE,
    }
)
#: Causes under which a digest may be gone.
_GONE = frozenset({Cause.TAG_NOT_FOUND, Cause.BLOB_MISSING})
#: Who changes images -> kinds of its policies, as kubectl takes them.
_POLICIES = {
    "Kyverno": "clusterpolicies.kyverno.io,policies.kyverno.io",
    "Gatekeeper": "assignimage.mutations.gatekeeper.sh,assign.mutations.gatekeeper.sh",
}
#: Who puts containers into pods -> where their image is set.
_INJECTED = {
    "Istio": "global.hub and global.tag of its chart, or annotation sidecar.istio.io/proxyImage",
    "Linkerd": "proxy.image of its chart, or annotation config.linkerd.io/proxy-image",
}


def mutation_fixes(context: FixContext) -> list[Fix]:
    """The policy or webhook that has to be corrected; nothing where admission left the image as it was."""
    mutation = next((item for item in context.findings.evidence if item.check is Check.IMAGE_MUTATED), None)
    if mutation is None or not (context.cause.scope is Scope.IMAGE or context.cause in _BY_NAME):
        return []
    if mutation.result is Result.BAD:
        return _changed(context, mutation)
    return [] if mutation.values[0] else [_injected(context, mutation)]


def address_fixes(context: FixContext) -> list[Fix]:
    """What should answer where a webhook sends the image's pull; nothing where the image is as it was asked for."""
    mutation = next((item for item in context.findings.evidence if item.check is Check.IMAGE_MUTATED), None)
    if mutation is None or mutation.result is not Result.BAD or context.cause not in _UNANSWERED:
        return []
    who, own, node = mutation.about or "a webhook", mutation.values[0], context.node.shown
    there = context.registry.name
    asked = f"{context.workload.shown} asks for {shown(own)}"
    text = f"{asked}, and {who} rewrote that to {there}, which doesn't answer {node}. "
    short: tuple[str, ...] = (f"Check what answers at {there}", "Check the proxy that images are rewritten to")
    if who != KUBE_IMAGE_KEEPER:
        text += "Check what should answer there, or exclude this workload from the rewriting."
        looks = _looks(context, who, list(mutation.values[1:]))
        return [Fix(text, tuple(looks), Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, short=short)]
    text += f"Have its proxy run on {node}, or exclude this workload from the rewriting."
    words = ("get", "daemonsets,pods", "-A", "-l", "app.kubernetes.io/name=kube-image-keeper", "-o", "wide")
    short = (f"Have {KUBE_IMAGE_KEEPER}'s proxy run on {node}", f"Check the proxy of {KUBE_IMAGE_KEEPER}")
    look = context.kubectl(*words)
    proxy = Fix(text, (look,), Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, short=short)
    again = retry(context)
    if not again:
        return [proxy]
    why = "Then have the pod made again if it was excluded: admission looks at a pod only when it is made."
    return [proxy, Fix(why, again, Who.YOU, Basis.EVIDENCE, Where.CLUSTER)]


def resolve_again(context: FixContext) -> list[Fix]:
    """Has the digest of a tag looked up again that admission wrote into the pod and that is gone."""
    mutation = next((item for item in context.findings.evidence if item.check is Check.IMAGE_MUTATED), None)
    again = retry(context) if context.cause in _GONE else ()
    if mutation is None or mutation.result is Result.BAD or not mutation.values[0] or not again:
        return []
    text = (
        f"{context.image.brief} is gone, and {mutation.about or 'a webhook'} wrote that digest into the pod when it "
        f"was made. Have the pod made again: it gets the one that {shown(mutation.values[0])} has now."
    )
    short = ("Recreate the pod: its digest is looked up again",)
    return [Fix(text, again, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, short=short)]


def _changed(context: FixContext, mutation: Evidence) -> list[Fix]:
    who, (own, *policies) = mutation.about, mutation.values
    again = retry(context)
    names = f"{context.workload.shown} names {shown(own)}, and"
    looks = tuple(_looks(context, who, policies))
    copy = (
        f"Or, if images are meant to come from there, ask whoever runs {context.registry.name} to copy this one to "
        f"{context.image.path or 'the name that is asked for'}."
    )
    there = Fix(copy, (), Who.REGISTRY_OWNER, Basis.GUESS, Where.REGISTRY)
    if not who:
        text = (
            f"{names} the pod has another image: a mutating webhook changed it, or somebody by hand. Have the pod made "
            "again: if it comes back changed, it is a webhook, and a change of the workload is changed as well."
        )
        short = (
            f"Find the webhook that changes images of {context.workload.shown}",
            "Find the webhook that changes it",
        )
        new = Fix(text, again, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, short=short)
        see = Fix("See which webhooks change pods when they are made.", looks, Who.CLUSTER_ADMIN, Basis.EVIDENCE)
        return [new, see, there]
    if who.startswith(WEBHOOK):
        return [*_by_webhook(context, who, names, looks, again), there]
    which = f"{'policy' if len(policies) == 1 else 'policies'} {listed(policies)}" if policies else "policy"
    text = (
        f"{names} {who} changed that when the pod was made. Correct its {which}, or exclude this workload there: a "
        "change of the workload is changed again."
    )
    short = (f"Correct the {who} {which}", f"Correct the {who} policy that changes the image")
    fixes = [Fix(text, looks, Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, short=short)]
    if again:
        why = "Then have the pod made again: admission looks at a pod only when it is made."
        fixes.append(Fix(why, again, Who.YOU, Basis.EVIDENCE, Where.CLUSTER))
    return [*fixes, there]


def _by_webhook(
    context: FixContext,
    who: str,
    names: str,
    looks: tuple[Command, ...],
    again: tuple[Command | Pipeline, ...],
) -> list[Fix]:
    text = (
        f"{names} {who} changed that when the pod was made, for no other changes pods here. Correct what it is set up "
        f"to do, or exclude this workload there: a change of {context.workload.shown} is changed again."
    )
    short = (f"Correct {who}", "Correct the webhook that changes the image")
    why = "Then have the pod made again: admission looks at a pod only when it is made."
    first_look = Fix(text, looks, Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, short=short)
    return [first_look, *([Fix(why, again, Who.YOU, Basis.EVIDENCE, Where.CLUSTER)] if again else [])]


def admission_fixes(context: FixContext) -> list[Fix]:
    """The same whatever the cause is, for one that left nothing else to do."""
    mutation = next((item for item in context.findings.evidence if item.check is Check.IMAGE_MUTATED), None)
    return _changed(context, mutation) if mutation else []


def changes_image(fix: Fix) -> bool:
    """Whether a fix gives the workload another image, which is wrong where the workload's own is right."""
    return isinstance(fix.edit, NewImage | EarlierRevision)


def is_changed_by_admission(context: FixContext) -> bool:
    """Whether the pod has another image than its workload names."""
    return any(item.check is Check.IMAGE_MUTATED and item.result is Result.BAD for item in context.findings.evidence)


def _looks(context: FixContext, who: str, policies: list[str]) -> list[Command]:
    """What shows the policies or webhooks; a Kyverno policy may be of the cluster or of a namespace."""
    if who == "Kyverno" and policies:
        names = [object_name(name, "policy") for name in policies]
        return [context.kubectl("get", "clusterpolicies.kyverno.io", *names, "-o", "yaml")]
    if who.startswith(WEBHOOK):
        name = object_name(who.removeprefix(WEBHOOK).strip(), "webhook configuration")
        return [context.kubectl("get", "mutatingwebhookconfigurations", name, "-o", "yaml")]
    if who in _POLICIES:
        return [context.kubectl("get", _POLICIES[who], "-A")]
    return [context.kubectl("get", "mutatingwebhookconfigurations")]


def _injected(context: FixContext, mutation: Evidence) -> Fix:
    container = shown(context.pod.failure.container or "")
    who, where = mutation.about, _INJECTED.get(mutation.about, "")
    by = f"{who} puts container {container}" if who else f"A webhook puts container {container}"
    change = f"change its image there ({where})" if where else "change its image where that webhook is configured"
    text = f"{by} into the pod, and {context.workload.shown} doesn't name it: {change}, then make the pod again."
    commands = tuple(_looks(context, who, [])) if not where else retry(context)
    short = (f"Change the image that {who} puts into pods",) if who else ("Change the image that a webhook adds",)
    return Fix(text, commands, Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, short=short)

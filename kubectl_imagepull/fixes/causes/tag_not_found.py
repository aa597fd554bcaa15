"""TagNotFound: this tag or digest is not in the registry."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_images import existing_tag, list_tags, previous_revision
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """Back to what ran, a tag that exists, or a push of the one that is missing."""
    return [
        *previous_revision(context),
        existing_tag(context, _why(context), short=_short(context)),
        _push(context),
        *list_tags(context, f"See which tags {context.image.repository} has."),
    ]


def _why(context: FixContext) -> str:
    image = context.image
    if image.digest:
        return f"{image.repository} holds nothing under this digest: name a tag or digest that exists."
    if image.reference and image.reference.implied_tag:
        return f"The image names no tag, so latest is asked for, and {image.repository} need not have one: name a tag."
    return f"{image.repository} has no tag {image.tag}: name one that exists."


def _short(context: FixContext) -> tuple[str, ...]:
    image = context.image
    if image.digest:
        return ("Name a tag or digest that exists",)
    if image.reference and image.reference.implied_tag:
        return (f"Name a tag: {image.path} has no latest", "Name a tag: there is no latest")
    return (f"Push {image.tag}, or name a tag that exists",)


def _push(context: FixContext) -> Fix:
    text = (
        f"Or have {context.image.shown} pushed: the kubelet finds it within five minutes, and nothing else has to "
        "change."
    )
    return Fix(text, (), Who.PUBLISHER, Basis.TEXT, Where.REGISTRY, short=(f"Push {context.image.tag}",))


RUNBOOK = Runbook(
    confirm=(
        "skopeo list-tags docker://REPOSITORY lists the tags, if the repository is there and you may read it.",
        "CRI-O and Docker say 'manifest unknown': the repository is there, the tag isn't.",
        "containerd says only 'NAME: not found', be it the tag, the repository or a private one that is hidden.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Push the tag or name one that exists. An image without a tag asks for latest, which nobody has to push.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Bitnami's versioned tags moved to docker.io/bitnamilegacy in August and September 2025; that is a "
                "stop-gap."
            ),
        ),
        (
            Vendor.NEXUS.value,
            (
                "A proxy repository whose login to the upstream registry fails answers 'manifest unknown': look at "
                "the proxy."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "A proxy project answers 'not found' for what its upstream doesn't have or doesn't give it.",
        ),
        (
            Vendor.AZURE.value,
            "It answers 'authentication required' for a tag that isn't there, to who isn't logged in.",
        ),
    ),
)

REMEDY = Remedy(Cause.TAG_NOT_FOUND, fixes, RUNBOOK)

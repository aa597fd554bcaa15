"""BlobMissing: a part of the image is missing in the registry."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_images import existing_tag, previous_revision
from kubectl_imagepull.fixes.steps.publishing import use_the_nodes_copy
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """The image pushed whole, or taken out of the cache that holds it in part; until then another one."""
    other = existing_tag(context, f"Until then use a tag of {context.image.repository or 'it'} that is complete.")
    push = _push(context)
    first = [_cache(context), push] if context.registry.is_mirrored else [push]
    return [*previous_revision(context), *use_the_nodes_copy(context), *first, other]


def _push(context: FixContext) -> Fix:
    text = (
        f"{context.registry.name} has the manifest of {context.image.brief}, but part of the image is missing: have "
        "the whole image pushed again. The kubelet retries within five minutes."
    )
    if context.image.is_strangers:
        text = (
            f"{context.registry.name} has the manifest of {context.image.brief}, but part of the image is missing: "
            "tell whoever publishes it, and use another tag until it is fixed."
        )
    short = (
        f"Have {context.image.path}:{context.image.tag} pushed again",
        "Have the image pushed again: it is incomplete",
    )
    return Fix(text, (), Who.PUBLISHER, Basis.TEXT, Where.REGISTRY, short=short)


def _cache(context: FixContext) -> Fix:
    text = (
        f"{context.registry.host} answered for {context.registry.name} and has only part of the image: ask whoever "
        "runs it to delete its copy, so that the image is fetched again."
    )
    see = Command(("skopeo", "inspect", f"docker://{context.image.reference}"))
    commands = (see,) if context.image.reference else ()
    short = (f"Delete the image's copy at {context.registry.host}", "Delete the image's copy in the mirror")
    return Fix(text, commands, Who.REGISTRY_OWNER, Basis.EVIDENCE, Where.REGISTRY, short=short)


RUNBOOK = Runbook(
    confirm=(
        "The message says 'blob unknown', 'unknown blob' or 'could not fetch content descriptor ... from remote'.",
        "skopeo copy docker://IMAGE dir:/tmp/image from another machine fails at the same digest.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Push the image again from where it was built: the push was incomplete, or a cleanup deleted a layer.",
        ),
        (
            "mirror or pull-through cache",
            "Delete its copy of the image, so that it is fetched again.",
        ),
    ),
)

REMEDY = Remedy(Cause.BLOB_MISSING, fixes, RUNBOOK)

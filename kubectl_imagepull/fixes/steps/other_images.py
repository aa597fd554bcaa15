"""Fixes that name another image: one that ran, a tag that is known to exist, one that the reader has to look up."""

from __future__ import annotations

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import EXISTING_TAG
from kubectl_imagepull.fixes.steps.workload_changes import back_to_revision, set_image
from kubectl_imagepull.vocabulary.command import Command, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.wording import listed


def known_images(context: FixContext) -> tuple[str, ...]:
    """Images of the same repository that are known to exist, by tag, the one that ran before first."""
    found = (*context.findings.values(Check.PREVIOUS_IMAGE), *context.findings.values(Check.KNOWN_TAGS))
    parsed = ((image, try_parse(image)) for image in dict.fromkeys(found))
    return tuple(
        image
        for image, reference in parsed
        if reference and reference.tag and reference.repository == context.image.repository
    )


def previous_revision(context: FixContext) -> list[Fix]:
    """Back to the image that ran, where there was one and the workload keeps revisions."""
    revision = context.findings.proven_revision
    change = back_to_revision(context, revision) if revision else None
    if change is None:
        return []
    image = context.findings.previous_image
    ran = f", which ran {image}" if image else ", which ran"
    text = f"Go back to revision {revision} of {context.workload.shown}{ran}."
    short = (f"Go back to revision {revision} of {context.workload.shown}", "Go back to the revision that ran")
    return [change.as_fix(text, basis=Basis.EVIDENCE, short=short)]


def existing_tag(context: FixContext, why: str, *, short: tuple[str, ...] = ()) -> Fix:
    """Another tag of the same repository: one that is known to exist, else one that the reader has to look up."""
    known = known_images(context)
    if known:
        tags = listed([image.rpartition(":")[2] for image in known])
        text = f"{why} Known to exist: {tags}."
        name = f"Name tag {known[0].rpartition(':')[2]}, which exists"
        return set_image(context, known[0]).as_fix(text, basis=Basis.EVIDENCE, short=(name, *short))
    image = joined(context.image.repository, ":", EXISTING_TAG)
    return set_image(context, image).as_fix(why, basis=Basis.GUESS, short=(*short, "Name a tag that exists"))


def list_tags(context: FixContext, why: str) -> list[Fix]:
    """How to see which tags a repository has; nothing for an invalid reference."""
    if not context.image.repository:
        return []
    command = Command(("skopeo", "list-tags", f"docker://{context.image.repository}"))
    return [Fix(why, (command,), Who.YOU, Basis.GUESS, Where.REGISTRY)]

"""Fixes by host and path, on top of a cause: places that images have moved away from."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.relocations import GITHUB, GOOGLE, Relocation, relocation_of

#: Causes under which an image's place plays no part.
_SILENT = frozenset({Cause.INVALID_REFERENCE, Cause.NEVER_PULL, Cause.SHORT_NAME_AMBIGUOUS})
#: Causes that a place which moved explains.
_MISSING = frozenset(
    {
        Cause.TAG_NOT_FOUND,
        Cause.REPOSITORY_NOT_FOUND,
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        Cause.REGISTRY_RELOCATED,
        Cause.CAUSE_NOT_REPORTED,
        Cause.FORBIDDEN,
    }
)
_GITHUB_IMAGE = Placeholder("GHCR_IMAGE", "the image's name at ghcr.io, with a tag")


def relocation_fixes(context: FixContext) -> list[Fix]:
    """The image in the place that took over; nothing where its place hasn't moved."""
    reference, cause = context.image.reference, context.cause
    if reference is None or context.pod.is_sandbox or cause in _SILENT or cause.scope is Scope.NODE:
        return []
    move = relocation_of(reference)
    if move is None or (move.versions_only and cause not in _MISSING):
        return []
    if move is GOOGLE:
        return [_container_registry(context)] if cause in _MISSING else []
    return [_moved(context, move)]


def _moved(context: FixContext, move: Relocation) -> Fix:
    reference = context.image.reference
    new = move.new_name(reference) if reference else None
    image: Word = context.image.in_repository(new) if new and move is not GITHUB else _GITHUB_IMAGE
    short = (f"Pull {new}:{context.image.tag}", "Pull the image from its new place")
    return set_image(context, image).as_fix(move.text, basis=Basis.EVIDENCE, short=short)


def _container_registry(context: FixContext) -> Fix:
    project = context.image.path.partition("/")[0].removeprefix("library/")
    words = ("gcloud", "artifacts", "docker", "upgrade", "migrate", f"--projects={project}")
    migrate = Command(words, frozenset({Effect.CHANGES_REGISTRY}))
    text = f"{GOOGLE.why}: whoever owns project {project} can move its images there."
    short = ("Pull the image from its new place",)
    return Fix(text, (migrate,), Who.REGISTRY_OWNER, Basis.EVIDENCE, Where.REGISTRY, short=short)

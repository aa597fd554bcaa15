"""Fixes by host and path, on top of a cause: places that images have moved away from."""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.fixes.writers.conventions import other_chart
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.image_reference import ImageReference
from kubectl_imagepull.vocabulary.manager import ManagerKind
from kubectl_imagepull.vocabulary.relocations import GITHUB, GOOGLE, Relocation, relocation_of
from kubectl_imagepull.vocabulary.wording import listed

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
#: How a registry refuses what its owner closed, beside those.
_CLOSED = _MISSING | {Cause.NO_CREDENTIALS, Cause.CREDENTIAL_PROVIDER_FAILED, Cause.BLOB_MISSING}
_GITHUB_IMAGE = Placeholder("GHCR_IMAGE", "the image at ghcr.io, with a tag")
_SHORT = "Pull the image from its new place"
_MOST_VALUES = 4
_CHARTS = frozenset({ManagerKind.HELM, ManagerKind.HELM_CHART, ManagerKind.FLUX_RELEASE})


def relocation_fixes(context: FixContext) -> list[Fix]:
    """The image in the place that took over; nothing where its place hasn't moved."""
    reference, cause = context.image.reference, context.cause
    if reference is None or context.pod.is_sandbox or cause in _SILENT or cause.scope is Scope.NODE:
        return []
    move = relocation_of(reference)
    if move is None or (move.versions_only and cause not in _MISSING) or (move.is_closed and cause not in _CLOSED):
        return []
    if move is GOOGLE:
        return [_container_registry(context)] if cause in _MISSING else []
    return [_moved(context, move, reference)]


def _moved(context: FixContext, move: Relocation, reference: ImageReference) -> Fix:
    new = move.new_name(reference)
    if new is None and move is not GITHUB:
        return Fix(move.text, (), Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=(_SHORT,))
    image: Word = context.image.in_repository(new) if new else _GITHUB_IMAGE
    named = (f"Pull {new}:{context.image.tag}", f"Pull it from {new}") if new else ()
    check = () if move.same_tags or not new else (f"First check whether {new} has this tag.",)
    basis = Basis.EVIDENCE if move.same_tags else Basis.TEXT
    fix = set_image(context, image).as_fix(move.text, basis=basis, short=(*named, _SHORT), notes=check)
    manager = context.workload.manager
    if new is None or manager is None or manager.kind not in _CHARTS:
        return fix
    advice = (move.advice,) if move.advice else ()
    values = listed(_chart_values(context, move, new), most=_MOST_VALUES)
    chart = other_chart(context)
    its = f"the values of chart {chart}" if chart else "the chart's values"
    return replace(fix, text=f"{move.why} In {its} set {values}.", notes=(*advice, *fix.notes))


def _chart_values(context: FixContext, move: Relocation, new: str) -> list[str]:
    """What a chart's values have to say for the new place; Bitnami's charts name the registry apart."""
    if not move.chart_values:
        return [f"image.repository={new}"]
    registry, _, path = new.partition("/")
    apart = [f"image.registry={registry}"] if registry != context.registry.name else []
    return [*apart, f"image.repository={path}", *move.chart_values]


def _container_registry(context: FixContext) -> Fix:
    project = context.image.path.partition("/")[0].removeprefix("library/")
    words = ("gcloud", "artifacts", "docker", "upgrade", "migrate", f"--projects={project}")
    migrate = Command(words, frozenset({Effect.CHANGES_REGISTRY}))
    text = f"{GOOGLE.why}: the owner of project {project} can move its images there."
    return Fix(text, (migrate,), Who.REGISTRY_OWNER, Basis.EVIDENCE, Where.REGISTRY, short=(_SHORT,))

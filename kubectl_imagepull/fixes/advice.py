"""Advice by host and path, on top of a cause: places that moved, and what a short name means."""

from __future__ import annotations

from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import set_image
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.shell import EXISTING_TAG, line
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.relocations import GITHUB, GOOGLE, Relocation, relocation_of

_SILENT = frozenset({Cause.INVALID_REFERENCE, Cause.NEVER_PULL, Cause.SHORT_NAME_AMBIGUOUS})
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


def moved_to(case: Case) -> str | None:
    """The image's name in the place that took over, if it is one of those that moved."""
    reference = case.reference
    move = _move(case)
    if reference is None or move is None:
        return None
    if move is GITHUB:
        return f"ghcr.io/OWNER/IMAGE:{EXISTING_TAG}"
    mark = f"@{reference.digest}" if reference.digest else f":{case.tag}"
    name = move.new_name(reference)
    return f"{name}{mark}" if name else None


def _move(case: Case) -> Relocation | None:
    """The move of the image's place that bears on the cause; Container Registry's has advice of its own."""
    move = relocation_of(case.reference) if case.reference else None
    if move is None or move is GOOGLE or (move.versions_only and case.verdict.cause not in _MISSING):
        return None
    return move


def advice(case: Case) -> tuple[list[Draft], list[Draft]]:
    """What stands before the cause's own fixes, and what stands after them."""
    cause, reference = case.verdict.cause, case.reference
    if reference is None or cause in _SILENT or cause.scope is Scope.NODE:
        return [], []
    if (move := _move(case)) and (new := moved_to(case)):
        return [_moved(case, move, new)], []
    if relocation_of(reference) is GOOGLE and cause in _MISSING:
        return [], [_container_registry(case)]
    named = cause in {Cause.REPOSITORY_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE}
    named = named or case.verdict.details.get("repositoryVerified") is False
    if case.is_sandbox:
        return [], []
    if case.names_no_registry and not named and cause.scope in {Scope.IMAGE, Scope.CREDENTIALS, Scope.NONE}:
        return [], [Draft(f"The image names no registry, so it is Docker Hub's {case.repository} that is asked for.")]
    return [], []


def of_kubernetes(case: Case) -> list[Draft]:
    """What Kubernetes' own registries refuse: they are public, so it is never about credentials."""
    if case.registry not in {"k8s.gcr.io", "registry.k8s.io"} or case.verdict.cause.scope is not Scope.CREDENTIALS:
        return []
    return [
        Draft(
            f"{case.registry} is public, so no login is missing: Google refuses the address range of {case.the_node}, "
            "or something in between does. Pull through another address or a mirror."
        )
    ]


def _moved(case: Case, move: Relocation, new: str) -> Draft:
    if case.is_sandbox:
        return Draft(f"{move.text} The pause image would be {new}.")
    return Draft.of(move.text, set_image(case, new))


def _container_registry(case: Case) -> Draft:
    project = case.reference.path.partition("/")[0].removeprefix("library/") if case.reference else "PROJECT"
    return Draft(
        f"{GOOGLE.why}, and who owns project {project} can move them there.",
        (line("gcloud", "artifacts", "docker", "upgrade", "migrate", f"--projects={project}"),),
    )

"""Advice by host and path, on top of a cause: places that moved, and what a short name means."""

from __future__ import annotations

from kubectl_imagepull.causes import Cause, Scope
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import set_image
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.shell import EXISTING_TAG, line
from kubectl_imagepull.fixes.vendors import GOOGLE, vendor_of
from kubectl_imagepull.image import DOCKER_HUB

_BITNAMI = "bitnami/"
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
    if reference is None:
        return None
    mark = f"@{reference.digest}" if reference.digest else f":{case.tag}"
    if reference.registry == "k8s.gcr.io":
        return f"registry.k8s.io/{reference.path}{mark}"
    if reference.registry == DOCKER_HUB and reference.path.startswith(_BITNAMI) and case.verdict.cause in _MISSING:
        return f"docker.io/bitnamilegacy/{reference.path.removeprefix(_BITNAMI)}{mark}"
    if reference.registry == "docker.pkg.github.com":
        return f"ghcr.io/OWNER/IMAGE:{EXISTING_TAG}"
    return None


def advice(case: Case) -> tuple[list[Draft], list[Draft]]:
    """What stands before the cause's own fixes, and what stands after them."""
    cause, reference = case.verdict.cause, case.reference
    if reference is None or cause in _SILENT or cause.scope is Scope.NODE:
        return [], []
    if new := moved_to(case):
        return [_moved(case, new)], []
    if vendor_of(reference.registry) is GOOGLE and reference.registry.endswith("gcr.io") and cause in _MISSING:
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


def _moved(case: Case, new: str) -> Draft:
    registry = case.registry
    if registry == "k8s.gcr.io":
        text = "k8s.gcr.io is frozen: the same images are at registry.k8s.io, newer ones only there."
    elif registry == DOCKER_HUB:
        text = (
            "Bitnami moved its versioned tags to bitnamilegacy in 2025. Take the image from there as a stop-gap only: "
            "it gets no updates any more."
        )
    else:
        text = "docker.pkg.github.com has become ghcr.io: name the image there."
    if case.is_sandbox:
        return Draft(f"{text} The pause image would be {new}.")
    return Draft.of(text, set_image(case, new))


def _container_registry(case: Case) -> Draft:
    project = case.reference.path.partition("/")[0].removeprefix("library/") if case.reference else "PROJECT"
    return Draft(
        "Google shut Container Registry down in March 2025: gcr.io names live on only in Artifact Registry, and who "
        f"owns project {project} can move them there.",
        (line("gcloud", "artifacts", "docker", "upgrade", "migrate", f"--projects={project}"),),
    )

"""RegistryRelocated: the registry or repository has moved or shut down."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=("The answer itself says that the registry was shut down or the repository has moved.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Name the image at its new place; copy it to a registry of your own if nobody took it over.",
        ),
        (
            "k8s.gcr.io",
            "Frozen in April 2023: use registry.k8s.io, and let its redirects (*.pkg.dev, S3) pass.",
        ),
        (
            "gcr.io",
            (
                "Container Registry was shut down in March 2025; names live on in Artifact Registry (gcloud "
                "artifacts docker upgrade migrate)."
            ),
        ),
        (
            "docker.pkg.github.com",
            "Became ghcr.io.",
        ),
        (
            "docker.io/bitnami",
            (
                "Versioned tags moved to docker.io/bitnamilegacy, which gets no updates: a stop-gap until you change "
                "over."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_RELOCATED, fixes, RUNBOOK)

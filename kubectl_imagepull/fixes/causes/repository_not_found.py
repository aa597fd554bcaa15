"""RepositoryNotFound: the repository does not exist."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        "CRI-O and Docker say 'name unknown' or 'repository NAME not found'; containerd hides it behind 'not found'.",
        "kubectl imagepull diagnose shows under Read as the full name that was tried.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Three readings: the registry or owner was left out (myimage means "
                "docker.io/library/myimage:latest), the name is not in full or misspelt, or no tag is named and "
                "there is no latest."
            ),
        ),
        (
            Vendor.ECR.value,
            "Create the repository, or correct account and region: both are part of the host.",
        ),
        (
            Vendor.GOOGLE.value,
            (
                "The path is PROJECT/REPOSITORY/IMAGE and the location is part of the host; create the repository if "
                "it isn't there."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "The project comes first in the path; without it Harbor answers 500 or 'not found'.",
        ),
        (
            Vendor.GITLAB.value,
            "The path is GROUP/PROJECT, perhaps with an image name after it.",
        ),
    ),
)

REMEDY = Remedy(Cause.REPOSITORY_NOT_FOUND, fixes, RUNBOOK)

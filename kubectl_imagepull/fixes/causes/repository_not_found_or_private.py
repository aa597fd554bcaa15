"""RepositoryNotFoundOrPrivate: the repository does not exist, or is private."""

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
        (
            "The text says 'repository does not exist or may require authorization', 'requested access to the "
            "resource is denied' or 'access to the requested resource is not authorized'."
        ),
        "Open the repository's page in a browser without login: what shows there is public and spelt right.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Check registry, owner and name first, the tag next; if it is private, create a pull secret for the "
                "registry and name it in the pod template or service account."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Missing, private and not permitted have the same text. Only official images are in library/; a "
                "private one wants a secret for https://index.docker.io/v1/ and an account in a team that may read "
                "it."
            ),
        ),
        (
            Vendor.GITHUB.value,
            "The package is private or misspelt, or its organisation was renamed: there are no redirects.",
        ),
        (
            Vendor.QUAY.value,
            "A missing repository looks like a private one; short names that were sent to Quay look so as well.",
        ),
        (
            Vendor.HARBOR.value,
            "A project that doesn't exist looks like a private one.",
        ),
        (
            Vendor.NEXUS.value,
            "A missing repository looks like one that wants a login.",
        ),
    ),
)

REMEDY = Remedy(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, fixes, RUNBOOK)

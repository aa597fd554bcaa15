"""Forbidden: the identity is known but may not pull this image."""

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
        "Log in as the same account elsewhere: the login works and the pull is refused.",
        (
            "A bare '403 Forbidden' of containerd may also be an expired token, or nobody logged in (ECR, GAR, GHCR, "
            "OCIR)."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Let the account (or the node's identity) pull the repository; this is set in the registry.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            "The account must be in a team that may read the repository.",
        ),
        (
            Vendor.ECR.value,
            (
                "Allow ecr:BatchGetImage in the role's policy, and for another AWS account in the repository's "
                "policy as well; a token older than 12 hours looks the same on containerd."
            ),
        ),
        (
            Vendor.GOOGLE.value,
            (
                "Grant roles/artifactregistry.reader to the service account of the nodes; the same answer hides a "
                "repository that doesn't exist."
            ),
        ),
        (
            Vendor.AZURE.value,
            "Grant AcrPull (registries with ABAC: another role); it takes some minutes to work.",
        ),
        (
            Vendor.GITHUB.value,
            "Use a classic token with read:packages, authorised for the organisation's single sign-on.",
        ),
        (
            Vendor.QUAY.value,
            "Use a robot account that may read the repository.",
        ),
        (
            Vendor.GITLAB.value,
            "Add the account to the project, check the path, or the job token's allow-list.",
        ),
        (
            Vendor.HARBOR.value,
            "Make the account a member of the project with a role that may pull.",
        ),
        (
            Vendor.ORACLE.value,
            (
                "The user is TENANCY/USER or TENANCY/oracleidentitycloudservice/USER, the password an auth token; a "
                "refused anonymous pull is a 403 there."
            ),
        ),
        (
            Vendor.IBM.value,
            "The API key needs access to the namespace, and the host must be that of its region.",
        ),
        (
            Vendor.ARTIFACTORY.value,
            "Grant the account read on the repository; it answers 401 for a missing permission.",
        ),
    ),
)

REMEDY = Remedy(Cause.FORBIDDEN, fixes, RUNBOOK)

"""ExpiredCredentials: the credentials that were sent have expired."""

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
        "kubectl get secret NAME -n NAMESPACE shows its age: an ECR token is good for 12 hours.",
        "The text says 'authorization token has expired'; containerd before 2.3.3 shows a bare '403 Forbidden'.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Put a new token into the secret, and let something renew it, or use an account that lasts.",
        ),
        (
            Vendor.ECR.value,
            (
                "Tokens live for 12 hours: use the node's role and the kubelet's credential provider, or a job that "
                "renews the secret."
            ),
        ),
        (
            Vendor.ECR_PUBLIC.value,
            "Its images are public: take the credentials off and pull without them.",
        ),
        (
            Vendor.AZURE.value,
            "The service principal's secret has run out: renew it, or attach the registry (AKS).",
        ),
        (
            Vendor.GITHUB.value,
            (
                "Use a classic token with read:packages, authorised for the organisation's single sign-on. For a "
                "public package take the secret off."
            ),
        ),
        (
            Vendor.GITLAB.value,
            "Use a deploy token with read_registry; a CI_JOB_TOKEN dies with its job.",
        ),
    ),
)

REMEDY = Remedy(Cause.EXPIRED_CREDENTIALS, fixes, RUNBOOK)

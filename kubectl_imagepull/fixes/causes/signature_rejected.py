"""SignatureRejected: a signature policy rejected the image."""

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
    confirm=("The reason is SignatureValidationFailed (CRI-O), or an image verifier 'blocked pull' (containerd).",),
    fixes=(
        (
            ANY_REGISTRY,
            "Sign the image with the key that the policy asks for and push the signature, or name a signed tag.",
        ),
        (
            "CRI-O",
            "The policy stands in /etc/containers/policy.json on the node.",
        ),
        (
            "containerd",
            "Image verifiers are set in /etc/containerd/config.toml (2.0 and later).",
        ),
        (
            Vendor.HARBOR.value,
            "'not signed by cosign' or 'by notation' (412) is the project's own policy.",
        ),
    ),
)

REMEDY = Remedy(Cause.SIGNATURE_REJECTED, fixes, RUNBOOK)

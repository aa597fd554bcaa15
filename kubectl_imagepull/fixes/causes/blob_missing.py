"""BlobMissing: a part of the image is missing in the registry."""

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
    confirm=(
        "The text says 'blob unknown', 'unknown blob' or 'could not fetch content descriptor ... from remote'.",
        "skopeo copy docker://IMAGE dir:/tmp/image from another machine fails at the same digest.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Push the image again from where it was built: the push was incomplete or clean-up took a layer.",
        ),
        (
            "mirror or pull-through cache",
            "Delete its copy of the image, so that it is fetched anew.",
        ),
    ),
)

REMEDY = Remedy(Cause.BLOB_MISSING, fixes, RUNBOOK)

"""Unknown: no rule reads this text."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=("Read the message whole: what stands after its last colon is mostly the true error.",),
    fixes=(
        (
            ANY_RUNTIME,
            "On the node: crictl pull IMAGE shows the runtime's own words (without the pod's credentials).",
        ),
        (
            ANY_REGISTRY,
            "Report the message, so that the next release can read it.",
        ),
    ),
)

REMEDY = Remedy(Cause.UNKNOWN, fixes, RUNBOOK)

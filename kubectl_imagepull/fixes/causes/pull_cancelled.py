"""PullCancelled: the pull was cancelled."""

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
    confirm=("On the node: the runtime's log says why; the pod's text is only 'context canceled'.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait for the next try; if it stays, look at the way to the registry.",
        ),
        (
            "containerd",
            "1.7 and later give up when no bytes came for five minutes.",
        ),
        (
            "CRI-O",
            "pull_progress_timeout gives up early; 1.32.0 had 10 seconds.",
        ),
    ),
)

REMEDY = Remedy(Cause.PULL_CANCELLED, fixes, RUNBOOK)

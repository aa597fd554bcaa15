"""CauseNotReported: the pod is backing off, and nothing says why any more."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        (
            "The pod's status says only 'Back-off pulling image', and no event 'Failed to pull image' is left: "
            "events live for an hour, and a pod that goes on failing loses them earlier."
        ),
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Delete the pod if something makes it anew, or wait for the next try (five minutes at most).",
        ),
        (
            "Kubernetes 1.32 and later",
            "The status keeps the error during back-off until the kubelet is restarted.",
        ),
    ),
)

REMEDY = Remedy(Cause.CAUSE_NOT_REPORTED, fixes, RUNBOOK)

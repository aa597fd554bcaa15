"""KubeletThrottled: the kubelet limits its own pulls."""

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
    confirm=("The text is 'pull QPS exceeded'.",),
    fixes=(
        (
            ANY_RUNTIME,
            "Wait, or raise registryPullQPS (5) and registryBurst (10) in the kubelet's configuration.",
        ),
    ),
)

REMEDY = Remedy(Cause.KUBELET_THROTTLED, fixes, RUNBOOK)

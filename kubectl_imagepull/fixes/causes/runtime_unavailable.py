"""RuntimeUnavailable: the node's container runtime can't be reached."""

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
        "kubectl get node NODE says NotReady, and the pods on it show their last known state.",
        "On the node: systemctl status containerd (or crio, docker).",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Read its log (journalctl -u), start it; after a restart the kubelet goes on by itself.",
        ),
    ),
)

REMEDY = Remedy(Cause.RUNTIME_UNAVAILABLE, fixes, RUNBOOK)

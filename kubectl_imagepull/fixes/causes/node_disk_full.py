"""NodeDiskFull: the node's disk is full."""

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
        "On the node: df -h and df -i of /var/lib/containerd, /var/lib/containers or /var/lib/docker.",
        "kubectl describe node NODE shows DiskPressure, FreeDiskSpaceFailed or ImageGCFailed.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "crictl rmi --prune on the node, a larger disk, or fewer and smaller images.",
        ),
        (
            "CRI-O",
            "It unpacks through /var/tmp: that must have room as well.",
        ),
    ),
)

REMEDY = Remedy(Cause.NODE_DISK_FULL, fixes, RUNBOOK)

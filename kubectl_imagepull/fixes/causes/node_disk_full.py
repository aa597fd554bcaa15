"""NodeDiskFull: the node's disk is full."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import away_from_node
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """Room on the disk that is full, another node meanwhile, and what keeps it from filling again."""
    room = tasks_for(context).free_disk(context.way.named.directory)
    return [*room, *away_from_node(context), _for_good(context)]


def _for_good(context: FixContext) -> Fix:
    text = (
        f"If {context.node.shown} fills up again, give it a larger disk, or let the kubelet delete unused images "
        "earlier: imageGCHighThresholdPercent, 85 by default."
    )
    short = (f"Give {context.node.shown} a larger disk", "Give the node a larger disk")
    note = "Logs and emptyDir volumes may be filling the same disk."
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=short, notes=(note,))


RUNBOOK = Runbook(
    confirm=(
        "On the node: df -h and df -i of /var/lib/containerd, /var/lib/containers or /var/lib/docker.",
        "kubectl describe node NODE shows DiskPressure, FreeDiskSpaceFailed or ImageGCFailed.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            (
                "Run crictl rmi --prune on the node, get a larger disk, or use fewer and smaller images. The kubelet "
                "deletes unused ones above imageGCHighThresholdPercent (85)."
            ),
        ),
        (
            "CRI-O",
            "It unpacks through /var/tmp: that needs space too.",
        ),
    ),
)

REMEDY = Remedy(Cause.NODE_DISK_FULL, fixes, RUNBOOK)

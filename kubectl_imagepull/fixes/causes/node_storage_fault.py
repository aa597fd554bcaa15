"""NodeStorageFault: the node's image store is at fault."""

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
        "Other nodes pull the same image.",
        "On the node: dmesg shows disk errors or a file system that became read-only.",
        "'input/output error' while unpacking is often a full disk.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Keep pods away (kubectl cordon NODE), repair the disk, delete the image, restart the runtime.",
        ),
        (
            "containerd",
            "'content digest ...: not found' is the node's own store: crictl rmi IMAGE and pull again.",
        ),
        (
            "user namespaces",
            "'failed to Lchown': /etc/subuid and /etc/subgid hold too few ids.",
        ),
        (
            "Windows nodes",
            "'hcsshim::ImportLayer ... cannot find the file' means an image that is newer than the host.",
        ),
    ),
)

REMEDY = Remedy(Cause.NODE_STORAGE_FAULT, fixes, RUNBOOK)

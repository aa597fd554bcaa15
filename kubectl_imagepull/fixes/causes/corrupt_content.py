"""CorruptContent: the image's content does not check out."""

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
    confirm=(
        "One node only: its own copy is damaged. All nodes: the registry's copy, or a cache before it.",
        "Digest sha256:e3b0c442... is that of nothing at all: a stale download of containerd.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "On the node: crictl rmi IMAGE, then make the pod anew.",
        ),
        (
            ANY_REGISTRY,
            "Push the image again; look at mirrors, caches and proxies on the way.",
        ),
        (
            "containerd",
            "A stale ingest folder gives 'unexpected commit digest': clear it while containerd is stopped.",
        ),
        (
            "Docker",
            (
                "'archive/tar: invalid tar header' on Docker before 23 means zstd layers: update Docker, a new push "
                "doesn't help."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.CORRUPT_CONTENT, fixes, RUNBOOK)

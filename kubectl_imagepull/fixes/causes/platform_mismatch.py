"""PlatformMismatch: the image has no variant for the node's platform."""

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
        "kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch shows what the nodes are.",
        "skopeo inspect --raw docker://IMAGE shows what the image is built for.",
        "containerd's 'no match for platform in manifest: not found' is about the platform and not about the tag.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Build the image for the node's platform as well (docker buildx build --platform), or let the pods "
                "run only on nodes that it is built for (nodeSelector kubernetes.io/arch)."
            ),
        ),
        (
            "Windows nodes",
            "The image's Windows build must fit the host's; an image newer than its host doesn't run.",
        ),
    ),
)

REMEDY = Remedy(Cause.PLATFORM_MISMATCH, fixes, RUNBOOK)

"""NeverPull: pull policy is Never and the image is not on the node."""

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
        "The reason is ErrImageNeverPull.",
        "On the node: crictl images lists what its runtime has; docker images is another store.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Set imagePullPolicy: IfNotPresent, or bring the image to the node.",
        ),
        (
            "containerd",
            "On the node: ctr -n k8s.io images import IMAGE.tar.",
        ),
        (
            "Kubernetes 1.35 and later",
            (
                "An image that was pulled with other credentials doesn't count as present: give the pod a pull "
                "secret for it."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.NEVER_PULL, fixes, RUNBOOK)

"""InvalidReference: the image name is not a valid reference."""

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
        "The container's waiting reason is InvalidImageName; its event has the reason InspectFailed.",
        (
            "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.containers[*].image}' shows the name as it was "
            "applied."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Write registry/path:tag in small letters, without http:// or https://, without quotation marks or "
                "white space, with one tag that holds no +. Where {{ }}, ${ } or $( ) is left, render the template "
                "again."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.INVALID_REFERENCE, fixes, RUNBOOK)

"""NetworkUnreachable: the node has no route to the registry."""

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
    confirm=("On the node: getent ahosts HOST shows its addresses, ip route get ADDRESS the way to them.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Give the node a route; with IPv6 addresses and no IPv6 route, repair one of them.",
        ),
    ),
)

REMEDY = Remedy(Cause.NETWORK_UNREACHABLE, fixes, RUNBOOK)

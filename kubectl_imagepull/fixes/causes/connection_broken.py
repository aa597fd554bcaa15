"""ConnectionBroken: the connection to the registry broke."""

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
        "The text ends in EOF, 'connection reset by peer', 'unexpected EOF' or 'stream error'.",
        "'error reading from server: EOF' is another thing: the container runtime was restarted.",
        "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is good.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Once: wait. Always: look at load balancers, proxies and firewalls, and at their time limits.",
        ),
    ),
)

REMEDY = Remedy(Cause.CONNECTION_BROKEN, fixes, RUNBOOK)

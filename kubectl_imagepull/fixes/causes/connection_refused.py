"""ConnectionRefused: nothing listens at the registry's address."""

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
        "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is good.",
        "CRI-O reports it with reason RegistryUnavailable, and does so for a refused DNS server or proxy, too.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Start the registry, correct its port, or open the firewall that rejects.",
        ),
        (
            "localhost",
            "localhost in an image's name is the node, not your machine.",
        ),
    ),
)

REMEDY = Remedy(Cause.CONNECTION_REFUSED, fixes, RUNBOOK)

"""RegistryUnavailable: the registry answers with a server error."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        "On the node: curl -sSi https://HOST/v2/ answers 200 or 401 if the registry is there and the way is free.",
        "The registry's status page, or the log of what stands before it, shows the same 5xx.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait; if it is yours, look at its log, its storage and its load balancer.",
        ),
        (
            Vendor.HARBOR.value,
            "500 also comes when the project is missing from the image's name.",
        ),
        (
            "Docker",
            "cri-dockerd calls 502, 503 and 504 RegistryUnavailable; CRI-O calls a refused connection that.",
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_UNAVAILABLE, fixes, RUNBOOK)

"""ShortNameAmbiguous: the runtime needs a fully qualified image name."""

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
        (
            "The text says 'short-name' or 'short name mode is enforcing'; with IfNotPresent the reason is "
            "ImageInspectError."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Write the registry in front of the name: docker.io/library/nginx and not nginx.",
        ),
        (
            "CRI-O",
            "Or set unqualified-search-registries in /etc/containers/registries.conf on the nodes.",
        ),
    ),
)

REMEDY = Remedy(Cause.SHORT_NAME_AMBIGUOUS, fixes, RUNBOOK)

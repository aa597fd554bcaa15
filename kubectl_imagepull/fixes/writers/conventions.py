"""How charts and other writers of workloads call, by convention, what a fix changes."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.fix import Fix, NewImage


def setting_of(context: FixContext) -> str:
    """What charts call, by convention, what has to be changed."""
    if context.cause is Cause.PLATFORM_MISMATCH:
        return "nodeSelector"
    if context.cause is Cause.NEVER_PULL:
        return "image.pullPolicy"
    if context.cause.scope is Scope.CREDENTIALS or context.cause is Cause.RATE_LIMITED:
        return "imagePullSecrets"
    return "image.repository and image.tag"


def what_to_change(change: Fix) -> str:
    """The change itself as a note, for a fix that only says where it is made."""
    return f"What to change: {change.text}"


def what_of(context: FixContext, change: Fix) -> str:
    """What a change is about, where the values that give it are not known."""
    if isinstance(change.edit, NewImage):
        return f"the image of container {context.pod.container}"
    return setting_of(context)

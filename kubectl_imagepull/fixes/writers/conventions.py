"""How charts and other writers of workloads call, by convention, what a fix changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.objects import object_of, text_of
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.fix import Fix, NewImage
from kubectl_imagepull.vocabulary.manager import ManagerKind

#: NAME-VERSION, as charts label what they make.
_CHART = re.compile(r"([a-z0-9][a-z0-9-]{0,60})-[0-9]+\.")


def setting_of(context: FixContext) -> str:
    """What charts call, by convention, what has to be changed; a dependency's values stand under its name."""
    names, chart = _names(context), other_chart(context)
    plain = " and ".join(names)
    return f"{plain} (if chart {chart} is a dependency there: {' and '.join(_under(chart, names))})" if chart else plain


def _under(chart: str, names: Sequence[str]) -> list[str]:
    return [f"{chart}.{name}" for name in names]


def other_chart(context: FixContext) -> str:
    """The chart that a pod of a release is from, where the release isn't named after it; "" where it is."""
    manager = context.workload.manager
    label = text_of(object_of(context.pod.metadata.get("labels")).get("helm.sh/chart"))
    found = _CHART.match(label)
    if manager is None or manager.kind is not ManagerKind.HELM or not found or found[1] in manager.name:
        return ""
    return found[1]


def _names(context: FixContext) -> tuple[str, ...]:
    if context.cause is Cause.PLATFORM_MISMATCH:
        return ("nodeSelector",)
    if context.cause is Cause.NEVER_PULL:
        return ("image.pullPolicy",)
    if context.cause.scope is Scope.CREDENTIALS or context.cause is Cause.RATE_LIMITED:
        return ("imagePullSecrets",)
    return ("image.repository", "image.tag")


def what_to_change(change: Fix) -> str:
    """The change itself as a note, for a fix that only says where it is made."""
    return f"What to change: {change.text}"


def what_of(context: FixContext, change: Fix) -> str:
    """What a change is about, where the values that give it are not known."""
    if isinstance(change.edit, NewImage):
        return f"the image of container {context.pod.container}"
    return setting_of(context)

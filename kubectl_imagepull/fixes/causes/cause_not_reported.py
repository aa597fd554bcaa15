"""CauseNotReported: the pod is backing off, and nothing says why any more."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.pulls_by_hand import pull_by_hand
from kubectl_imagepull.fixes.steps.workload_changes import delete_pod
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """The next try brings the error back; a new pod tries at once."""
    by_hand = pull_by_hand(context)
    looks = [*tasks_for(context).run(by_hand.why, by_hand.command)] if by_hand else []
    return [*_new_pod(context), _next_try(context), *looks]


def _new_pod(context: FixContext) -> list[Fix]:
    """Only where the pod is replaced and nothing else comes of it."""
    if not context.workload.is_replaced or context.pod.is_ephemeral or context.node.is_not_ready:
        return []
    text = f"Delete the pod: {context.workload.shown} creates a new one, which pulls at once and shows the error."
    name = context.pod.failure.pod
    short = (f"Delete pod {name} to see the error again", "Delete the pod to see the error again")
    return [Fix(text, (delete_pod(context),), Who.YOU, Basis.TEXT, short=short)]


def _next_try(context: FixContext) -> Fix:
    field = joined("involvedObject.name=", context.pod.name)
    watch = context.kubectl("get", "events", "-n", context.pod.namespace, "--field-selector", field, "--watch")
    text = "Wait for the next attempt, five minutes at most: this shows its error."
    return Fix(text, (watch,), Who.YOU, Basis.TEXT, short=("Wait for the next attempt to see the error",))


RUNBOOK = Runbook(
    confirm=(
        (
            "The pod's status says only 'Back-off pulling image', and no event 'Failed to pull image' is left: "
            "events are kept for an hour, and a pod that keeps failing loses them sooner."
        ),
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Delete the pod if a controller recreates it, or wait for the next attempt (five minutes at most).",
        ),
        (
            "Kubernetes 1.32 and later",
            "The status keeps the error during back-off until the kubelet restarts.",
        ),
    ),
)

REMEDY = Remedy(Cause.CAUSE_NOT_REPORTED, fixes, RUNBOOK)

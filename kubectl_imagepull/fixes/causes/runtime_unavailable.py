"""RuntimeUnavailable: the node's container runtime can't be reached."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import away_from_node
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """A runtime that is back heals by itself; one that is down has to be started."""
    tasks, node = tasks_for(context), context.node.shown
    start = tasks.restart_runtime(f"The kubelet of {node} can't reach the container runtime")
    log = tasks.runtime_log(f"Find out why the container runtime of {node} stopped")
    was_seen = context.findings.was_looked_at(Check.NODE_CONDITION)
    if context.node.is_not_ready or (context.way.named.runtime_is_down and not was_seen):
        return [*start, *log, *away_from_node(context), _is_ready(context)]
    return [_is_ready(context), *start, *log, *away_from_node(context)]


def _is_ready(context: FixContext) -> Fix:
    node = context.node.shown
    text = (
        f"The container runtime of {node} was restarted during the pull: once {node} is Ready, the kubelet pulls "
        "again by itself."
    )
    look = context.kubectl("get", "node", context.node.name)
    short = (f"Wait: the runtime of {node} was restarted", "Wait: the node's runtime was restarted")
    return Fix(text, (look,), Who.NOBODY, Basis.TEXT, Where.CLUSTER, short=short)


RUNBOOK = Runbook(
    confirm=(
        "kubectl get node NODE says NotReady, and the pods on it show their last known state.",
        "On the node: systemctl status containerd (or crio, docker).",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Read its log (journalctl -u) and start it; the kubelet then recovers by itself.",
        ),
    ),
)

REMEDY = Remedy(Cause.RUNTIME_UNAVAILABLE, fixes, RUNBOOK)

"""PullCancelled: the pull was cancelled."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.registry_requests import wait_for_retry
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Runtime

#: The setting by which a runtime gives up a pull without progress, and its default.
_LIMITS = {
    Runtime.CONTAINERD: "image_pull_progress_timeout in config.toml, five minutes by default",
    Runtime.CRIO: "pull_progress_timeout in crio.conf, ten seconds in CRI-O 1.32.0",
    Runtime.DOCKER: "image-pull-progress-deadline of cri-dockerd, one minute by default",
}


def fixes(context: FixContext) -> Sequence[Fix]:
    """The next try may do; a pull that is given up each time gets no bytes, or too little time."""
    wait = wait_for_retry("The runtime or the kubelet gave up on the pull", short=("Wait for the next attempt",))
    log = tasks_for(context).runtime_log("If it gives up every time, the log says why: a restart, or no progress")
    return [wait, *log, _allow_more_time(context)]


def _allow_more_time(context: FixContext) -> Fix:
    node, runtime = context.node, context.node.environment.runtime
    limit = _LIMITS.get(runtime, "its progress timeout") if runtime else "its progress timeout"
    text = (
        f"Without progress the runtime on {node.shown} gives up ({limit}): fix the slow connection to "
        f"{context.registry.host}, or raise the limit."
    )
    short = (
        (f"Fix the slow connection from {node.shown} to {context.registry.host}"),
        ("Fix the slow connection to the registry"),
    )
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=short)


RUNBOOK = Runbook(
    confirm=("On the node: the runtime's log says why; the pod only says 'context canceled'.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait for the next attempt; if it keeps failing, check the connection to the registry.",
        ),
        (
            "containerd",
            "1.7 and later give up when no data arrives for five minutes.",
        ),
        (
            "CRI-O",
            "pull_progress_timeout may be too short; in 1.32.0 it was 10 seconds.",
        ),
    ),
)

REMEDY = Remedy(Cause.PULL_CANCELLED, fixes, RUNBOOK)

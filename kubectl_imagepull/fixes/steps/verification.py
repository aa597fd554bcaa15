"""What shows, after a fix, that it worked."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.workload import ROLLED_OUT
from kubectl_imagepull.vocabulary.command import Step, Word, joined


def verification(context: FixContext) -> tuple[Step, ...]:
    """What to run after the fix: whether the pods run; nothing for an ephemeral container, for its pod runs anyway."""
    workload, pod = context.workload, context.pod
    if pod.is_ephemeral:
        return ()
    if workload.kind in ROLLED_OUT and not workload.is_on_delete:
        return (context.kubectl("rollout", "status", workload.target, "-n", pod.namespace, "--timeout=2m"),)
    # a StatefulSet gives a pod that was deleted its name again
    if workload.kind in {"pod", "statefulset"}:
        words: tuple[Word, ...] = ("wait", "--for=condition=Ready", joined("pod/", pod.name))
        return (context.kubectl(*words, "-n", pod.namespace, "--timeout=2m"),)
    if workload.kind == "job":
        label = joined("job-name=", workload.name)
        return (context.kubectl("get", "pods", "-n", pod.namespace, "-l", label),)
    if workload.kind == "cronjob":
        return (context.kubectl("get", "jobs,pods", "-n", pod.namespace),)
    return (context.kubectl("get", workload.target, "-n", pod.namespace),)

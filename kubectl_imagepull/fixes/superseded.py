"""Fixes for a pod of an older revision: a newer one is rolling out, so the pod itself is not to be repaired."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import delete_pods, verification
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who
from kubectl_imagepull.vocabulary.names import shown


def superseded_fixes(context: FixContext) -> list[Fix]:
    """What to do about a pod that a newer revision replaces; nothing for a pod of the newest."""
    progress = context.diagnosis.newer_revision
    if progress is None:
        return []
    target = context.workload.shown
    if progress.waits_for_pod:
        pods = context.failing_pods.count
        these, it, are = ("this pod", "it", "it is") if pods == 1 else (f"these {pods} pods", "them", "they are")
        text = f"The template of {target} is newer than {these}, and its controller is waiting for {it}: delete {it}."
        short = (
            f"Delete pod {context.pod.failure.pod}: it is from an old revision" if pods == 1 else "",
            f"Delete {'the pod' if pods == 1 else 'the pods'}: {are} from an old revision",
        )
        commands = (delete_pods(context),)
        return [Fix(text, commands, Who.YOU, Basis.EVIDENCE, short=tuple(filter(None, short)))]
    text = f"{target} is rolling out {shown(str(progress))}: this pod is from an older revision and will be removed."
    short = (f"Wait: {target} is rolling out a newer revision", "Wait: a newer revision is rolling out")
    return [Fix(text, verification(context), Who.NOBODY, Basis.EVIDENCE, short=short)]

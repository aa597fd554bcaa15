"""Fixes for what is over by now: a pod that a newer revision replaces, and an image that the registry has by now.

Such a pod is not to be repaired, and such an image needs no push and no other name.
"""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.verification import verification
from kubectl_imagepull.fixes.steps.workload_changes import delete_pods
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
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


def changed_since_fixes(context: FixContext) -> list[Fix]:
    """Waiting for the next try, where the registry had the image when it was asked."""
    if not context.diagnosis.there_now:
        return []
    text = (
        f"{context.registry.name} has the image now, and the kubelet tries again within five minutes. If it goes on "
        "failing, the node is answered otherwise than the machine that asked: by a mirror, a proxy, its login."
    )
    short = ("Wait: the registry has the image now", "Wait: it is there now")
    return [Fix(text, verification(context), Who.NOBODY, Basis.EVIDENCE, Where.REGISTRY, short=short)]

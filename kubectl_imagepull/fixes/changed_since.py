"""What to do where the registry has by now what the text says it hasn't: the kubelet's next try will show."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import verification
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


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

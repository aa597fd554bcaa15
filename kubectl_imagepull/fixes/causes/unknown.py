"""Unknown: no rule reads this text."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull import COMMAND
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.pulls_by_hand import pull_by_hand
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """The whole message, the runtime's own words, and a report to us."""
    by_hand = pull_by_hand(context)
    looks = [*tasks_for(context).run(by_hand.why, by_hand.command)] if by_hand else []
    return [_read(context), *looks, _report(context)]


def _read(context: FixContext) -> Fix:
    text = "Read the whole message: the actual error is usually after its last colon."
    describe = context.kubectl("describe", "pod", context.pod.name, "-n", context.pod.namespace)
    name = context.pod.failure.pod
    short = (f"Read the whole message of pod {name}", "Read the whole message")
    return Fix(text, (describe,), Who.YOU, Basis.GUESS, short=short)


def _report(context: FixContext) -> Fix:
    text = (
        "Report the message, so that the next release can read it: this prints what goes into this project's \"Wrong "
        'diagnosis" form, with stand-ins for your names.'
    )
    pod = joined("pod/", context.pod.name)
    command = Command((*COMMAND.split(), "report", pod, "-n", context.pod.namespace, *context.reaching))
    return Fix(text, (command,), Who.YOU, Basis.GUESS, short=("Report the message",))


RUNBOOK = Runbook(
    confirm=("Read the whole message: the actual error is usually after its last colon.",),
    fixes=(
        (
            ANY_RUNTIME,
            "On the node: crictl pull IMAGE shows the runtime's own error (without the pod's credentials).",
        ),
        (
            ANY_REGISTRY,
            f"Report the message, so that the next release can read it: '{COMMAND} report POD' prints what to post.",
        ),
    ),
)

REMEDY = Remedy(Cause.UNKNOWN, fixes, RUNBOOK)

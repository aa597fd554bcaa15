"""Cause + evidence -> fixes: a sentence and the commands that do it, shell-quoted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.causes import Cause, Confidence
from kubectl_imagepull.cluster.snapshot import Reach
from kubectl_imagepull.evidence import Evidence
from kubectl_imagepull.failures import PullFailure
from kubectl_imagepull.fixes import commands
from kubectl_imagepull.fixes.advice import advice, of_kubernetes
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.credentials import CREDENTIALS, of_static_pod
from kubectl_imagepull.fixes.fix import Draft, Fix
from kubectl_imagepull.fixes.image import IMAGE
from kubectl_imagepull.fixes.network import NETWORK
from kubectl_imagepull.fixes.node import NODE
from kubectl_imagepull.fixes.registry import REGISTRY
from kubectl_imagepull.fixes.sandbox import sandbox
from kubectl_imagepull.fixes.shell import shown
from kubectl_imagepull.fixes.short import short
from kubectl_imagepull.fixes.tls import TLS
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.workload import Workload

__all__ = ["Fix", "check_commands", "fixes_for", "short_fix"]

_MOST = 4
_BY_CAUSE: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    **IMAGE,
    **CREDENTIALS,
    **REGISTRY,
    **NETWORK,
    **TLS,
    **NODE,
}
_HOW = {
    "helm": "in the chart or its values, then helm upgrade",
    "argo": "in the Git repository that it reads, then sync",
    "flux": "in the Git repository that it reads",
}


def fixes_for(
    failure: PullFailure,
    verdict: Verdict,
    workload: Workload,
    evidence: tuple[Evidence, ...] = (),
    reach: Reach = (),
) -> tuple[Fix, ...]:
    """What repairs a failure, most probable first, with the real names filled in."""
    case = Case(failure, verdict, workload, evidence, reach)
    before, after = advice(case)
    of_cause = _BY_CAUSE[verdict.cause]
    drafts = (
        sandbox(case, of_cause) if case.is_sandbox else of_kubernetes(case) or of_static_pod(case) or of_cause(case)
    )
    drafts = [*before, *drafts[: _MOST - len(before) - len(after)], *after]
    if workload.managed_by and any(draft.changes for draft in drafts):
        drafts = [_managed(case, workload.managed_by), *drafts]
    return _finished(case, drafts)


def short_fix(failure: PullFailure, verdict: Verdict, workload: Workload, evidence: tuple[Evidence, ...] = ()) -> str:
    """One short sentence for a table: what to do first."""
    return short(Case(failure, verdict, workload, evidence))


def check_commands(failure: PullFailure, workload: Workload, reach: Reach = ()) -> tuple[str, ...]:
    """What to run after the fix: whether the pods run, and whether a new problem has come up."""
    nothing = Verdict(Cause.UNKNOWN, failure.what, Confidence.POSSIBLE, retryable=False)
    return commands.check_commands(Case(failure, nothing, workload, reach=reach))


def _managed(case: Case, manager: str) -> Draft:
    how = next((how for word, how in _HOW.items() if manager.lower().startswith(word)), "there")
    return Draft(
        f"{shown(manager)} owns {case.target}: make the change {how}. What the commands below change in the cluster "
        "lasts only until it writes the workload again."
    )


def _finished(case: Case, drafts: list[Draft]) -> tuple[Fix, ...]:
    """The drafts as fixes: each hint once, and what the words stand for that stand for names."""
    fixes: list[Fix] = []
    told: set[str] = set()
    for draft in drafts:
        said = [draft.text]
        if draft.hint and draft.hint not in told:
            said.append(draft.hint)
        said += [
            f"{word} stands for a name that can't be written into a command: it holds control characters or begins "
            "like an option."
            for word in case.stand_ins
            if word not in told and any(word in command for command in draft.commands)
        ]
        told.update((draft.hint, *case.stand_ins))
        fixes.append(Fix(" ".join(said), draft.commands))
    return tuple(fixes)

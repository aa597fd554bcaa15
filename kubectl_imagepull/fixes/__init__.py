"""Cause + evidence -> fixes: a sentence and the commands that do it, shell-quoted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.advice import advice, of_kubernetes
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import check_commands, dead_node_hint
from kubectl_imagepull.fixes.credentials import CREDENTIALS, of_static_pod
from kubectl_imagepull.fixes.fix import Draft, Fix
from kubectl_imagepull.fixes.image import IMAGE
from kubectl_imagepull.fixes.network import NETWORK
from kubectl_imagepull.fixes.node import NODE
from kubectl_imagepull.fixes.registry import REGISTRY
from kubectl_imagepull.fixes.sandbox import sandbox
from kubectl_imagepull.fixes.shell import shown
from kubectl_imagepull.fixes.short import short_fix
from kubectl_imagepull.fixes.tls import TLS
from kubectl_imagepull.vocabulary.causes import Cause

__all__ = ["Case", "Fix", "check_commands", "fixes_for", "short_fix"]

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


def fixes_for(case: Case) -> tuple[Fix, ...]:
    """What repairs a failure, most probable first, with the real names filled in."""
    before, after = advice(case)
    of_cause = _BY_CAUSE[case.verdict.cause]
    drafts = (
        sandbox(case, of_cause) if case.is_sandbox else of_kubernetes(case) or of_static_pod(case) or of_cause(case)
    )
    drafts = [*before, *drafts[: _MOST - len(before) - len(after)], *after]
    manager = case.workload.managed_by
    if manager and any(draft.changes for draft in drafts):
        drafts = [_managed(case, manager), *drafts]
    return _finished(case, drafts)


def _managed(case: Case, manager: str) -> Draft:
    how = next((how for word, how in _HOW.items() if manager.lower().startswith(word)), "there")
    return Draft(
        f"{shown(manager)} owns {case.target}: make the change {how}. What the commands below change in the cluster "
        "lasts only until it writes the workload again."
    )


def _finished(case: Case, drafts: list[Draft]) -> tuple[Fix, ...]:
    """The drafts as fixes: each hint and the nodes' names once, and what the words stand for that stand for names."""
    fixes: list[Fix] = []
    told: set[str] = set()
    for draft in drafts:
        text = draft.text
        if case.on_many_nodes and case.the_node in text and case.the_node not in told:
            told.add(case.the_node)
            text = text.replace(case.the_node, f"{case.the_node} ({case.their_names})", 1)
        hints = (draft.hint, dead_node_hint(case, draft.commands))
        said = [text, *(hint for hint in hints if hint and hint not in told)]
        said += [
            f"{word} stands for a name that can't be written into a command: it holds control characters or begins "
            "like an option."
            for word in case.stand_ins
            if word not in told and any(word in command for command in draft.commands)
        ]
        told.update((*hints, *case.stand_ins))
        fixes.append(Fix(" ".join(said), draft.commands))
    return tuple(fixes)

"""The first fixes as one shell script: to be read, filled in where a placeholder stands, and then run.

It stops at the first placeholder that is left in it, and at the first command that fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.text import command_lines, visible, wrap
from kubectl_imagepull.vocabulary.command import Chain, Command, Pipeline, Step
from kubectl_imagepull.vocabulary.fix import Fix, Where
from kubectl_imagepull.vocabulary.wording import counted

_WIDTH = 100
#: Where a command can't be run from the machine that the script is run on.
_ELSEWHERE = frozenset({Where.NODE})


def shell_script(report: Report) -> str:
    """The first fix of each root cause, for every workload that it has."""
    lines = [
        "#!/bin/sh",
        *_comment(f"The first fixes that {COMMAND} names: {view.summary_sentence(report)}"),
        *_comment('Read it before you run it. Replace each "${...}" with your own value: until then it stops there.'),
        "set -eu",
    ]
    written: set[str] = set()
    for root in report.root_causes:
        lines += ["", *_root(report, root, written)]
    return "\n".join(lines)


def _root(report: Report, root: RootCause, written: set[str]) -> Iterator[str]:
    """The lines of one root cause; `written` are the commands that stand in the script already."""
    diagnoses = view.diagnoses_of(report, root)
    cluster = f" in {root.cluster}" if root.cluster else ""
    yield from _comment(
        f"{root.cause.value}: {root.summary}, {counted(len(view.failing_pods(diagnoses)), 'pod')}{cluster}"
    )
    by_workload: dict[str, Diagnosis] = {}
    for one in diagnoses:
        by_workload.setdefault(f"{one.failure.namespace}/{one.workload}", one)
    for name, one in by_workload.items():
        yield from _comment(f"- {name}")
        if one.fixes:
            yield from _fix(one.fixes[0], written)
        else:
            yield from _comment(f"{COMMAND} explain {one.cause.value}", "  ")


def _fix(fix: Fix, written: set[str]) -> Iterator[str]:
    who = facts.WHO[fix.who]
    yield from _comment(fix.text + (f" ({who})" if who else ""), "  ")
    for note in fix.notes:
        yield from _comment(note, "  ")
    commands = [command for step in fix.commands for command in _single(step)]
    if fix.where in _ELSEWHERE:
        for command in commands:
            yield from _comment(f"on {' and '.join(fix.nodes) or 'the node'}: {command}", "  ")
        return
    for command in commands:
        if command in written:
            continue  # another workload's fix has made the same secret, say
        written.add(command)
        yield from command_lines(command)
    for step in fix.undo:
        for command in _single(step):
            yield from (f"# undo: {line}" for line in command_lines(command))


def _single(step: Step) -> tuple[str, ...]:
    """A step's commands one by one: the script itself ends at the first that fails."""
    parts: tuple[Command | Pipeline, ...] = step.steps if isinstance(step, Chain) else (step,)
    return tuple(map(str, parts))


def _comment(text: str, indent: str = "") -> list[str]:
    """A text as comments; what would end a comment early, or not be seen in it, is escaped."""
    return wrap(visible(text), _WIDTH, f"# {indent}")

"""What `report` does: print what to post about a wrong diagnosis, with stand-ins for all names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import fail, faults_end_it
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.request import in_namespace_of, request_of
from kubectl_imagepull.diagnosis.issue_facts import IssueFacts, facts_of_diagnoses, facts_of_text
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.report.issue_text import WHERE_TO_POST, issue_text, names_decide
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.runs.examine import examine
from kubectl_imagepull.runs.read_request import read_request
from kubectl_imagepull.runs.target import parse_targets
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.site_rule import NO_SITE_RULES

_STDIN = "-"
#: So many kinds of failure go into one issue.
_MOST = 3
#: A message is longer than any name of a pod.
_MOST_TEXT = 1 << 20


def write_issue(words: Sequence[str], expected: str, flags: Flags) -> None:
    """Prints the text of an issue about a message, or about the failures of targets."""
    cause = _cause(expected)
    if not words:
        raise typer.BadParameter("name a pod or workload, or give a message; - reads one from standard input")
    issues = [_of_text(words)] if _is_text(words) else _of_targets(words, flags)
    terminal.print_text(issue_text(issues[:_MOST], cause))
    if len(issues) > _MOST:
        terminal.warn(f"note: {len(issues) - _MOST} more kinds of failure: name one pod for each issue")
    for one in issues[:_MOST]:
        for text in names_decide(one):
            terminal.warn(
                f"note: with stand-ins the text is read as {text.public_cause.value}, not as {text.cause.value}: put "
                "the name that decides back in, if it may be known"
            )
    terminal.warn(
        f"note: read it before you post it, for no program knows all names of yours; it goes into {WHERE_TO_POST}"
    )


def _cause(name: str) -> Cause | None:
    if not name:
        return None
    cause = next((one for one in Cause if one.value.lower() == name.lower()), None)
    if cause is None:
        raise typer.BadParameter(f"--expected: {name} is no cause; 'explain' lists them")
    return cause


def _is_text(words: Sequence[str]) -> bool:
    """Whether they are a message: `-`, or one argument that no name of an object can be."""
    return list(words) == [_STDIN] or (len(words) == 1 and any(mark in words[0].strip() for mark in ' \n\t":'))


def _of_text(words: Sequence[str]) -> IssueFacts:
    if list(words) == [_STDIN]:
        terminal.announce_input([_STDIN])
        text = sys.stdin.read(_MOST_TEXT) if sys.stdin else ""
    else:
        (text,) = words
    if not text.strip():
        raise typer.BadParameter("the message is empty")
    return facts_of_text(text)


def _of_targets(words: Sequence[str], flags: Flags) -> list[IssueFacts]:
    terminal.announce_input(flags.recordings or ())
    with faults_end_it():
        targets = parse_targets(words)
        # rules of the site's own are no rules of the program's
        request = replace(request_of(in_namespace_of(flags, targets), targets), site_rules=NO_SITE_RULES)
        progress = Progress()
        with terminal.progress_line(lambda: progress.text):
            snapshot = read_request(request, progress)
        report, statuses = examine(snapshot, monotonic(), request.targets)
    issues = list(facts_of_diagnoses(report.diagnoses))
    if not issues:
        texts = [one.text(report.source) for one in statuses]
        fail(Exit.UNREADABLE, *(visible(text) for text in texts if text), "none of them has a failed pull to report")
    return issues

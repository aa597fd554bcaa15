"""What `diagnose --wait` does: follow pods and workloads, then show what still fails."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.choosing import check_nothing_is_chosen
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import faults_end_it
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.layout import Layout
from kubectl_imagepull.cli.request import check_one_cluster, in_namespace_of, request_of
from kubectl_imagepull.cli.show_report import show_and_end, show_report
from kubectl_imagepull.cli.site_rules_loading import note_unread_rules
from kubectl_imagepull.kube.duration import parse_duration
from kubectl_imagepull.runs.target import parse_targets
from kubectl_imagepull.runs.wait import WaitOutcome, wait_on

_EXITS = {WaitOutcome.TIMED_OUT: Exit.TIME_UP, WaitOutcome.NEW_PROBLEM: Exit.FOUND}


def wait_for_request(flags: Flags, names: Sequence[str], duration: str, layout: Layout) -> None:
    """Follows the names, or the workloads of all failing pods, for so long at most; ends with how it ended."""
    terminal.announce_input(flags.recordings or ())
    with faults_end_it():
        targets = parse_targets(names)
        flags = in_namespace_of(flags, targets)
        check_one_cluster(flags, "--wait")
        check_nothing_is_chosen(flags, "--wait")
        seconds = _seconds(duration)
        request = request_of(flags, targets)
        note_unread_rules(request.site_rules)
        outcome, report = wait_on(request, seconds, terminal.warn, excused=not flags.exit_code)
    if outcome in _EXITS:
        show_report(report, flags, targets, (), layout)
        raise typer.Exit(_EXITS[outcome])
    show_and_end(report, flags, targets, (), layout)


def _seconds(duration: str) -> float:
    try:
        return parse_duration(duration)
    except ValueError as error:
        raise typer.BadParameter(f"--wait: {error}") from error

"""A report -> what the program shows of it, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import fail, faults_end_it
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.layout import Layout
from kubectl_imagepull.cli.pager import show_in_pager
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.report.view import skipped_notes
from kubectl_imagepull.runs.target import Target
from kubectl_imagepull.runs.target_status import TargetState, TargetStatus, check_types


def show_and_end(
    report: Report, flags: Flags, targets: Sequence[Target], statuses: Sequence[TargetStatus], layout: Layout
) -> None:
    """Shows the report and how the targets stand; raises typer.Exit where that is to be seen by the exit code.

    Raises BadParameter for a target whose type is none that is looked up.
    """
    with faults_end_it():
        check_types(statuses)
    missing = show_report(report, flags, targets, statuses, layout)
    # a failed pull outranks what could not be read
    if flags.exit_code and report.diagnoses:
        raise typer.Exit(Exit.FOUND)
    if missing or any(skipped.partly for skipped in report.skipped):
        raise typer.Exit(Exit.PARTLY_READ)


def show_report(
    report: Report, flags: Flags, targets: Sequence[Target], statuses: Sequence[TargetStatus], layout: Layout
) -> bool:
    """Shows the report and how the targets stand; gives whether some aren't there, and ends where none is."""
    missing = [one.text(report.source) for one in statuses if one.state is TargetState.MISSING]
    # there is nothing to show, and what could not be looked at may be why
    if missing and len(missing) == len(statuses):
        _show_notes(report, short=False)
        fail(Exit.UNREADABLE, *missing)
    for_people = flags.output.tells_of_healthy
    for given, status in zip(targets, statuses, strict=False):
        _show_status(given, status, for_people=for_people)
    # a program gets a document in any case; people have read that their targets are well
    if report.diagnoses or not statuses or not for_people:
        text = render(
            report,
            flags.output,
            detailed=layout.detailed,
            everything=layout.everything,
            no_headers=flags.no_headers,
            all_namespaces=flags.all_namespaces or bool(flags.namespaces),
            width=terminal.terminal_width(),
            color=terminal.wants_color(flags.color),
            recordings=flags.recordings or (),
            healthy=[str(one.target) for one in statuses if one.state is TargetState.HEALTHY],
        )
        if not (layout.paged and for_people and show_in_pager(text)):
            terminal.print_text(text)
    if flags.output.is_document:
        report = replace(report, skipped=tuple(one for one in report.skipped if not one.told_once))
    _show_notes(report, short=flags.output is Output.TABLE and not layout.detailed)
    for text in missing:
        terminal.warn(visible(f"note: {text}"))
    return bool(missing)


def _show_status(given: Target, status: TargetStatus, *, for_people: bool) -> None:
    """Says how a target stands that has no failed pull; what a program reads stays as it is."""
    if status.target.kind != given.kind:
        terminal.warn(visible(f"note: there is no pod {given.name}: read as {status.target}"))
    if status.state is TargetState.HEALTHY and for_people:
        terminal.print_text(visible(f"{status.target}: no failed image pull"))
    if status.state is TargetState.WITHOUT_PODS:
        for text in status.texts:
            if for_people:
                terminal.print_text(visible(text))
            else:
                terminal.warn(visible(f"note: {text}"))


def _show_notes(report: Report, *, short: bool) -> None:
    for line in skipped_notes(report, short=short):
        terminal.warn(line)

"""What `scan` and `diagnose` do: read what the flags ask for, then show the report.

What comes after reading is loaded after it, or while the server works: LATE_IMPORTS in tests/test_imports.py has the
reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import faults_end_it, unread_rules
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.layout import Layout
from kubectl_imagepull.cli.request import in_namespace_of, probe_of, request_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.read_request import read_request
from kubectl_imagepull.runs.request import CLOSELY_FOR_PAGES, CLOSELY_FOR_TABLE, Request
from kubectl_imagepull.runs.target import parse_targets

if TYPE_CHECKING:
    from kubectl_imagepull.diagnosis.report import Report
    from kubectl_imagepull.runs.choice import Choice
    from kubectl_imagepull.runs.target_status import TargetStatus


def report_on_request(flags: Flags, names: Sequence[str], layout: Layout) -> None:
    """Shows the report on what fails, or on the names."""
    terminal.announce_input(flags.recordings or ())
    with faults_end_it():
        targets = parse_targets(names)
        # a typing error is to be known before a cluster is read
        choice = _choice(flags)
        closely = CLOSELY_FOR_PAGES if layout.detailed or flags.output.shows_proof else CLOSELY_FOR_TABLE
        request = request_of(in_namespace_of(flags, targets), targets, closely)
        request = replace(request, probe=probe_of(flags, asked=flags.probe))
        try:
            started = monotonic()
            # a table without rows, and nothing chosen for it
            short = flags.output.tells_of_healthy and not layout.detailed and choice is None
            examined = _examine(request, started, short=short)
        except KeyboardInterrupt:
            # an exit as usual would wait for the answers that are on their way
            terminal.end_process(Exit.INTERRUPTED)
        unread = unread_rules(request.site_rules)
    if isinstance(examined, Snapshot):
        from kubectl_imagepull.cli.show_nothing import show_nothing

        healthy = replace(examined, skipped=(*examined.skipped, *unread))
        show_nothing(healthy, round(monotonic() - started, 3), flags)
        return
    from kubectl_imagepull.cli.show_report import show_and_end

    report, statuses = examined
    report = replace(report, skipped=(*report.skipped, *unread))
    if choice is not None:
        from kubectl_imagepull.runs.choice import chosen, unmatched

        for note in unmatched(report, choice):
            terminal.warn(f"note: {note}")
        report = chosen(report, choice)
    show_and_end(report, flags, targets, statuses, layout)


def _choice(flags: Flags) -> Choice | None:
    if not flags.choose_among_failures:
        return None
    from kubectl_imagepull.cli.choosing import choice_of

    return choice_of(flags)


def _examine(request: Request, started: float, *, short: bool) -> tuple[Report, tuple[TargetStatus, ...]] | Snapshot:
    """The report, and how the targets stand; where that is enough and nothing fails, the snapshot."""
    progress = Progress()
    with terminal.progress_line(lambda: progress.text):
        if request.several_clusters:
            from kubectl_imagepull.runs.multicluster import read_clusters

            return read_clusters(request, started, progress)
        snapshot = read_request(request, progress, _load_what_follows)
    if short and not request.targets and not _fails(snapshot):
        return snapshot
    from kubectl_imagepull.runs.examine import examine

    if request.probe is None:
        return examine(snapshot, started, request.targets, rules=request.site_rules.rules)
    with terminal.progress_line(lambda: progress.text), progress.reading("what registries say"):
        return examine(snapshot, started, request.targets, request.probe, request.site_rules.rules)


def _fails(snapshot: Snapshot) -> bool:
    if not snapshot.pods:
        return False
    from kubectl_imagepull.failures.finding import find_failures

    return bool(find_failures(snapshot))


def _load_what_follows() -> None:
    import kubectl_imagepull.cli.show_report
    import kubectl_imagepull.runs.examine  # noqa: F401 - loaded is all that they have to be

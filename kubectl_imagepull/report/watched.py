"""What a watch shows: a table with what is resolved struck out, a line for each change, or document after document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kubectl_imagepull.diagnosis import Report, RootCause
from kubectl_imagepull.evidence.words import counted
from kubectl_imagepull.report import document, table, view
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.text import visible, wrap
from kubectl_imagepull.watching import Change, Kind, Moment


class Shown:
    """Turns one moment after the other into text; remembers what was said.

    With `redraw` a table is made anew each time; else it comes once, and then a line for each change.
    """

    def __init__(self, output: Output, *, redraw: bool, no_headers: bool = False) -> None:
        self._output = output
        self._no_headers = no_headers
        self._last: Report | None = None
        self._faults: tuple[str, ...] = ()
        self._is_table = output in {Output.TABLE, Output.WIDE}
        self.redraws = redraw and self._is_table

    def text(self, moment: Moment, *, width: int | None, color: bool) -> str:
        """What to write now; empty for nothing."""
        last, self._last = self._last, moment.report
        if not self._is_table:
            return self._document(moment.report, last)
        if last is not None and not self.redraws:
            return "\n".join(f"{clock(moment.report.now)} {_line(change)}" for change in moment.changes)
        shown = table.scan(
            moment.report,
            width=width,
            wide=self._output is Output.WIDE,
            no_headers=self._no_headers,
            color=color,
            resolved=moment.resolved,
        )
        if not self.redraws:
            return shown
        notes = view.notes(moment.report, short=self._output is Output.TABLE)
        return "\n".join([shown, "", *_status(notes, moment, width)])

    def notes(self, moment: Moment) -> Iterable[str]:
        """Lines for standard error: what could not be looked at, once, and what is wrong with the watches, as it comes.

        Nothing where a table is redrawn: it says so itself.
        """
        if self.redraws:
            return
        if self._last is None:
            yield from view.notes(moment.report, short=self._output is Output.TABLE)
        if moment.faults != self._faults:
            self._faults = moment.faults
            yield from (f"note: {_fault(fault)}" for fault in moment.faults)

    def _document(self, report: Report, last: Report | None) -> str:
        """The report, where it says something that the last one didn't; only time may have passed."""
        if last is not None and (report.root_causes, report.diagnoses) == (last.root_causes, last.diagnoses):
            return ""
        return document.to_json(report) if self._output is Output.JSON else f"---\n{document.to_yaml(report)}"


def clock(time: datetime) -> str:
    """The time of day on this machine."""
    return f"{time.astimezone():%H:%M:%S}"


def _status(notes: Iterable[str], moment: Moment, width: int | None) -> list[str]:
    """What stands below a table that is redrawn."""
    texts = [*notes, *map(_fault, moment.faults)]
    texts.append(f"Watching; as of {clock(moment.report.now)}. Ctrl-C ends it.")
    return [line for text in texts for line in wrap(text, width)]


def _fault(fault: str) -> str:
    return f"{visible(fault)}; trying again"


def _line(change: Change) -> str:
    root, report = change.root, change.report
    what = f"{change.kind.value:<9} {root.cause.value} {view.affects(report, root)}"
    if change.kind is Kind.RESOLVED:
        return what
    pods = f"{change.before:,} -> {counted(change.after, 'pod')}" if change.before else counted(change.after, "pod")
    return f"{what}: {pods}, {view.workloads(report, root)}{_fix(root) if change.kind is Kind.APPEARED else ''}"


def _fix(root: RootCause) -> str:
    return f"; {visible(root.short_fix)}" if root.short_fix else ""

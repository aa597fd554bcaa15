"""What a watch shows: a table with what has ended struck out, a line for each change, or document after document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.diagnosis.watch_update import ChangeKind, RootCauseChange, WatchUpdate
from kubectl_imagepull.kube.reading.watch_health import WatchHealth
from kubectl_imagepull.report import document, table, view
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.text import rfc3339, visible, wrap
from kubectl_imagepull.vocabulary.wording import counted


class WatchDisplay:
    """Turns one update after the other into text; remembers what was said.

    With `redraw` a table is made anew each time; else it comes once, and then a line for each change.
    """

    def __init__(self, output: Output, *, redraw: bool, no_headers: bool = False) -> None:
        self._output = output
        self._no_headers = no_headers
        self._last: WatchUpdate | None = None
        self._health = WatchHealth()
        self._is_table = output in {Output.TABLE, Output.WIDE}
        self.redraws = redraw and self._is_table

    def text(self, update: WatchUpdate, *, width: int | None, color: bool) -> str:
        """What to write now; empty for nothing."""
        last, self._last = self._last, update
        if not self._is_table:
            return self._document(update.report, last.report if last else None)
        if last is not None:
            return "\n".join(f"{rfc3339(update.report.now)} {_line(change)}" for change in update.changes)
        wide = self._output is Output.WIDE
        return table.scan_table(update.report, width=width, wide=wide, no_headers=self._no_headers, color=color)

    def screen(self, update: WatchUpdate, *, width: int | None, height: int, color: bool) -> str:
        """The table as it is now, in so many lines: what has changed stands first, the last line says what is cut."""
        self._last = update
        table_lines = self._table(update, width, color=color)
        faults = _wrapped(_faults(update.health), width)
        notes = _wrapped(self._notes(update.report), width)
        lines = [*table_lines, "", *notes, *faults, *_status(update, width)]
        # notes go before root causes do, and faults of the watch stay: they say that the rest may be out of date
        if len(lines) <= height:
            return "\n".join(lines)
        numbers = range(len(update.shown.root_causes) + 1)
        most = bisect_right(numbers, height, key=lambda most: len(self._cut(update, width, most, color=color))) - 1
        return "\n".join(self._cut(update, width, max(most, 0), color=color)[-height:])

    def _cut(self, update: WatchUpdate, width: int | None, most: int, *, color: bool) -> list[str]:
        """The screen's lines with so many root causes and no notes; the last line says what that leaves out."""
        left_out = len(update.shown.root_causes) - most
        status = _status(update, width, left_out, len(self._notes(update.report)))
        return [*self._table(update, width, most, color=color), *_wrapped(_faults(update.health), width), *status]

    def whole(self, *, width: int | None, color: bool) -> str:
        """The last table, however long, to stay when the watch has ended; empty where nothing was shown."""
        if self._last is None or not self.redraws:
            return ""
        notes = _wrapped(self._notes(self._last.report), width)
        return "\n".join([*self._table(self._last, width, color=color), *notes])

    def notes(self, update: WatchUpdate) -> Iterable[str]:
        """Lines for standard error: what could not be looked at, once, and what is wrong with the watches, as it comes.

        Nothing where a table is redrawn: it says so itself.
        """
        if self.redraws:
            return
        # what could not be looked at stays so: once is enough
        if self._last is None:
            yield from self._notes(update.report)
        if update.health != self._health:
            self._health = update.health
            yield from (f"note: {fault}" for fault in _faults(update.health))

    def _notes(self, report: Report) -> list[str]:
        return list(view.skipped_notes(report, short=self._output is Output.TABLE))

    def _table(self, update: WatchUpdate, width: int | None, most: int | None = None, *, color: bool) -> list[str]:
        """The first root causes and the summary, with a line between them where none is cut."""
        wide = self._output is Output.WIDE
        shown = replace(update.shown, root_causes=update.shown.root_causes[:most])
        lines = table.table_lines(
            shown, width=width, wide=wide, no_headers=self._no_headers, color=color, ended=update.ended
        )
        if self._no_headers:
            return lines
        gap = [""] if lines and most is None else []
        return [*lines, *gap, *table.summary_lines(update.report, width, wide=wide)]

    def _document(self, report: Report, last: Report | None) -> str:
        """The report, where it says something that the last one didn't; only time may have passed."""
        # times pass, and ages are no news
        if last is not None and (report.root_causes, report.diagnoses) == (last.root_causes, last.diagnoses):
            return ""
        return document.to_json(report) if self._output is Output.JSON else f"---\n{document.to_yaml(report)}"


def local_time(time: datetime) -> str:
    """The time of day on this machine."""
    return f"{time.astimezone():%H:%M:%S}"


def _status(update: WatchUpdate, width: int | None, roots: int = 0, notes: int = 0) -> list[str]:
    """The last line of a table that is redrawn, and how much of it has no room."""
    cut = [counted(number, noun) for number, noun in ((roots, "root cause"), (notes, "note")) if number]
    text = f"No room for {' and '.join(cut)}: Ctrl-C ends it and prints all." if cut else "Ctrl-C ends it."
    return wrap(f"Watching; as of {local_time(update.report.now)}. {text}", width)


def _wrapped(texts: Iterable[str], width: int | None) -> list[str]:
    return [line for text in texts for line in wrap(text, width)]


def _faults(health: WatchHealth) -> list[str]:
    return [*(f"{visible(fault)}; trying again" for fault in health.broken), *map(visible, health.not_allowed)]


def _line(change: RootCauseChange) -> str:
    root, report = change.root, change.report
    what = f"{change.kind.value:<9} {root.cause.value} {view.affects(report, root)}"
    workloads = view.workload_names(report, root)
    if change.kind is ChangeKind.RESOLVED:
        return f"{what}: {workloads}"
    if change.kind is ChangeKind.GONE:
        return f"{what}: {workloads}; {'its pod was' if change.before == 1 else 'its pods were'} deleted"
    pods = f"{change.before:,} -> {counted(change.after, 'pod')}" if change.before else counted(change.after, "pod")
    return f"{what}: {pods}, {workloads}{_fix(root) if change.kind is ChangeKind.APPEARED else ''}"


def _fix(root: RootCause) -> str:
    return f"; {visible(root.short_fix)}" if root.short_fix else ""

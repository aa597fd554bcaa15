"""What a watch shows: a table with what has ended struck out, a line for each change, or document after document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.kube.reading.watch import Health
from kubectl_imagepull.report import document, table, view
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.text import rfc3339, visible, wrap
from kubectl_imagepull.runs.watching import Change, Kind, Moment
from kubectl_imagepull.vocabulary.wording import counted


class Shown:
    """Turns one moment after the other into text; remembers what was said.

    With `redraw` a table is made anew each time; else it comes once, and then a line for each change.
    """

    def __init__(self, output: Output, *, redraw: bool, no_headers: bool = False) -> None:
        self._output = output
        self._no_headers = no_headers
        self._last: Moment | None = None
        self._health = Health()
        self._is_table = output in {Output.TABLE, Output.WIDE}
        self.redraws = redraw and self._is_table

    def text(self, moment: Moment, *, width: int | None, color: bool) -> str:
        """What to write now; empty for nothing."""
        last, self._last = self._last, moment
        if not self._is_table:
            return self._document(moment.report, last.report if last else None)
        if last is not None:
            return "\n".join(f"{rfc3339(moment.report.now)} {_line(change)}" for change in moment.changes)
        wide = self._output is Output.WIDE
        return table.scan(moment.report, width=width, wide=wide, no_headers=self._no_headers, color=color)

    def screen(self, moment: Moment, *, width: int | None, height: int, color: bool) -> str:
        """The table as it is now, in so many lines: what has changed stands first, the last line says what is cut."""
        self._last = moment
        table_lines = self._table(moment, width, color=color)
        faults = _wrapped(_faults(moment.health), width)
        notes = _wrapped(self._notes(moment.report), width)
        lines = [*table_lines, "", *notes, *faults, *_status(moment, width)]
        if len(lines) <= height:
            return "\n".join(lines)
        roots = len(moment.shown.root_causes)

        def cut(most: int) -> list[str]:
            status = _status(moment, width, roots - most, len(self._notes(moment.report)))
            return [*self._table(moment, width, most, color=color), *faults, *status]

        most = bisect_right(range(roots + 1), height, key=lambda number: len(cut(number))) - 1
        return "\n".join(cut(max(most, 0))[-height:])

    def whole(self, *, width: int | None, color: bool) -> str:
        """The last table, however long, to stay when the watch has ended; empty where nothing was shown."""
        if self._last is None or not self.redraws:
            return ""
        notes = _wrapped(self._notes(self._last.report), width)
        return "\n".join([*self._table(self._last, width, color=color), *notes])

    def notes(self, moment: Moment) -> Iterable[str]:
        """Lines for standard error: what could not be looked at, once, and what is wrong with the watches, as it comes.

        Nothing where a table is redrawn: it says so itself.
        """
        if self.redraws:
            return
        if self._last is None:
            yield from self._notes(moment.report)
        if moment.health != self._health:
            self._health = moment.health
            yield from (f"note: {fault}" for fault in _faults(moment.health))

    def _notes(self, report: Report) -> list[str]:
        return list(view.notes(report, short=self._output is Output.TABLE))

    def _table(self, moment: Moment, width: int | None, most: int | None = None, *, color: bool) -> list[str]:
        """The first root causes and the summary, with a line between them where none is cut."""
        wide = self._output is Output.WIDE
        shown = replace(moment.shown, root_causes=moment.shown.root_causes[:most])
        lines = table.entries(
            shown, width=width, wide=wide, no_headers=self._no_headers, color=color, ended=moment.ended
        )
        if self._no_headers:
            return lines
        gap = [""] if lines and most is None else []
        return [*lines, *gap, *table.summary(moment.report, width, wide=wide)]

    def _document(self, report: Report, last: Report | None) -> str:
        """The report, where it says something that the last one didn't; only time may have passed."""
        if last is not None and (report.root_causes, report.diagnoses) == (last.root_causes, last.diagnoses):
            return ""
        return document.to_json(report) if self._output is Output.JSON else f"---\n{document.to_yaml(report)}"


def clock(time: datetime) -> str:
    """The time of day on this machine."""
    return f"{time.astimezone():%H:%M:%S}"


def _status(moment: Moment, width: int | None, roots: int = 0, notes: int = 0) -> list[str]:
    """The last line of a table that is redrawn, and how much of it has no room."""
    cut = [counted(number, noun) for number, noun in ((roots, "root cause"), (notes, "note")) if number]
    text = f"No room for {' and '.join(cut)}: Ctrl-C ends it and prints all." if cut else "Ctrl-C ends it."
    return wrap(f"Watching; as of {clock(moment.report.now)}. {text}", width)


def _wrapped(texts: Iterable[str], width: int | None) -> list[str]:
    return [line for text in texts for line in wrap(text, width)]


def _faults(health: Health) -> list[str]:
    return [*(f"{visible(fault)}; trying again" for fault in health.broken), *map(visible, health.not_allowed)]


def _line(change: Change) -> str:
    root, report = change.root, change.report
    what = f"{change.kind.value:<9} {root.cause.value} {view.affects(report, root)}"
    if change.kind is Kind.RESOLVED:
        return what
    if change.kind is Kind.GONE:
        return f"{what}: {'its pod was' if change.before == 1 else 'its pods were'} deleted"
    pods = f"{change.before:,} -> {counted(change.after, 'pod')}" if change.before else counted(change.after, "pod")
    return f"{what}: {pods}, {view.workloads(report, root)}{_fix(root) if change.kind is Kind.APPEARED else ''}"


def _fix(root: RootCause) -> str:
    return f"; {visible(root.short_fix)}" if root.short_fix else ""

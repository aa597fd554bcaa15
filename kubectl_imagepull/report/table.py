"""The table of `scan`: one row a root cause, one line a row where the terminal is wide enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.report import view
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.folding import FoldedRootCauses, folded, unfolded
from kubectl_imagepull.report.rules_text import rules_in_report
from kubectl_imagepull.report.shorten import shortened
from kubectl_imagepull.report.text import (
    ELLIPSIS,
    age,
    display_width,
    exact_cell,
    pad,
    pasteable,
    shorten_digest,
    truncate,
    truncate_middle,
    usable_width,
    visible,
    wrap,
)
from kubectl_imagepull.vocabulary.causes import Confidence, Scope
from kubectl_imagepull.vocabulary.command import Command, joined
from kubectl_imagepull.vocabulary.site_rule import BY_YOUR_RULES

_GAP = 2
_STDIN = "-"
_INDENT = "    "
# below these widths a column says too little, and the next layout is better
_LEAST_AFFECTS, _LEAST_WORKLOADS = 40, 24
# the columns that a cluster's name may take where not everything has room, and its part of a wider terminal
_LEAST_CLUSTER, _PART_FOR_CLUSTER = 16, 5
# what AFFECTS is, where it stands below its row and not under its header
_LABELS = {
    Scope.IMAGE: "image",
    Scope.CREDENTIALS: "login",
    Scope.REGISTRY: "registry",
    Scope.NODE: "node",
    Scope.NONE: "image",
}
_LABEL = len("registry") + _GAP
#: What several of them are called.
_SEVERAL = {
    Scope.IMAGE: "images",
    Scope.CREDENTIALS: "logins",
    Scope.REGISTRY: "registries",
    Scope.NODE: "nodes",
    Scope.NONE: "images",
}
#: More lines than that are a screenful: then each row has one.
_MOST_LINES = 38
_LEAST_FIX, _LEAST_NAME = 30, 12
_ROOM_FOR_SINCE = 72


@dataclass(frozen=True)
class _Row:
    """A root cause's cells; `cluster` is None in a report on one cluster, whose table has no such column."""

    #: The root cause that the row is about.
    root: RootCause
    #: CLUSTER; None in a report on one cluster.
    cluster: str | None
    #: AFFECTS: the image, registry, node or login.
    affects: str
    #: PODS, as a number.
    pods: str
    #: WORKLOADS: the first ones, and how many more.
    workloads: str
    #: The same with one alone, where the line is too narrow for two.
    first_workload: str
    #: SINCE, as an age.
    since: str
    #: NODES, in the wide table.
    nodes: str
    #: NAMESPACES, in the wide table.
    namespaces: str
    #: FIX: the first fix in short.
    fix: str
    #: CAUSE, with a question mark where it is one of several.
    cause: str
    #: Whether a watch has seen it end.
    ended: bool = False


def scan_table(  # noqa: PLR0913 - each is a flag or the terminal's
    report: Report,
    *,
    width: int | None = None,
    wide: bool = False,
    no_headers: bool = False,
    color: bool = False,
    every: bool = False,
    recordings: Sequence[str] = (),
) -> str:
    """The table and, below it, the summary and what to type next; `width` None (or `wide`) is one line a row.

    Many root causes of one kind share a row unless `every` one is to have its own. Without headers there is no summary
    either. `recordings` are the paths that were read. The text ends without a newline; it is empty if there is nothing.
    """
    groups = unfolded(view.by_urgency(report)) if every or wide else folded(report)
    lines = table_lines(report, width=width, wide=wide, no_headers=no_headers, color=color, groups=groups)
    if no_headers:
        return "\n".join(lines)
    below = summary_lines(report, width, wide=wide, rows=len(groups))
    return "\n".join([*lines, *([""] if lines else []), *below, *_next_command(report, groups, recordings)])


def table_lines(  # noqa: PLR0913 - each is a flag, the terminal's, or what a watch adds
    report: Report,
    *,
    width: int | None,
    wide: bool = False,
    no_headers: bool = False,
    color: bool = False,
    ended: Container[int] = (),
    groups: Sequence[FoldedRootCauses] | None = None,
) -> list[str]:
    """The lines of the table, a row for each root cause or each of the `groups`.

    The rows whose indices are `ended` are struck out where there is colour.
    """
    shown = unfolded(report.root_causes) if groups is None else groups
    rows = [replace(row, ended=at in ended) for at, row in enumerate(_rows(report, shown, wide=wide))]
    lines = _layout(rows, None if wide else usable_width(width), wide=wide, paint=Paint(color))
    return lines[1:] if no_headers else lines


def summary_lines(report: Report, width: int | None, *, wide: bool = False, rows: int | None = None) -> list[str]:
    """The lines below the table; `rows` is how many it has where root causes share them."""
    text = view.summary_sentence(report)
    if rows is not None and rows < len(report.root_causes):
        text += " Those of one kind share a line; --all has a line for each."
    room = None if wide else usable_width(width)
    by_rules = [visible(f"{BY_YOUR_RULES}: {said}") for said in rules_in_report(report.diagnoses)]
    return [*wrap(text, room), *(line for said in by_rules for line in wrap(said, room, "", _INDENT))]


def _next_command(report: Report, groups: Sequence[FoldedRootCauses], recordings: Sequence[str]) -> list[str]:
    """What to type next: the diagnosis of the first row's largest workload, in one line."""
    # what came by standard input is gone
    if not groups or _STDIN in recordings:
        return []
    shown = clearest(view.diagnoses_of(report, groups[0].roots[0]))
    options = (*shown.reach, *(("--from", path) for path in recordings))
    flags = tuple(word for flag, value in options for word in (flag, value) if word)
    # a name that no shell line can hold has no command
    target = joined(f"{shown.failure.namespace}/", str(shown.workload))
    command = str(Command((*COMMAND.split(), "diagnose", target, *flags)))
    return [f"Next: {command}"] if "\n" not in command and pasteable(command) else []


def _rows(report: Report, groups: Sequence[FoldedRootCauses], *, wide: bool) -> list[_Row]:
    roots = report.root_causes
    seen = Counter((root.cluster, root.cause, view.affects(report, root)) for root in roots)
    rows = []
    for group in groups:
        root = group.merged
        diagnoses = view.diagnoses_of(report, root)
        short = _counted_subjects(group) or view.affects(report, root)
        alike = len(group.roots) == 1 and seen[root.cluster, root.cause, short] > 1
        rows.append(
            _Row(
                root=root,
                cluster=exact_cell(root.cluster) if report.source.clusters else None,
                affects=view.affects(report, root, secrets=True) if wide or alike else short,
                pods=str(len(view.failing_pods(diagnoses))),
                workloads=view.workload_names(report, root),
                first_workload=view.workload_names(report, root, most=1),
                since=age(root.since, report.now),
                nodes=view.first_names(sorted({d.failure.node or "<none>" for d in diagnoses})),
                namespaces=view.first_names(sorted({d.failure.namespace for d in diagnoses})),
                fix=visible(group.short_fix),
                cause=root.cause.value + ("?" if root.confidence is Confidence.POSSIBLE else ""),
            )
        )
    return rows


def _counted_subjects(group: FoldedRootCauses) -> str:
    """How many images, logins, registries or nodes share a row; "" for one alone."""
    number = len(group.roots)
    return f"{number} {_SEVERAL[group.roots[0].scope]}" if number > 1 else ""


def _layout(rows: list[_Row], width: int | None, *, wide: bool, paint: Paint) -> list[str]:
    if not rows:
        return []
    if wide:
        headers = ["AFFECTS", "PODS", "WORKLOADS", "SINCE", "NODES", "NAMESPACES", "CONFIDENCE", "FIX"]
        cells = [
            [r.affects, r.pods, r.workloads, r.since, r.nodes, r.namespaces, r.root.confidence.value, r.fix]
            for r in rows
        ]
        return _table(headers, rows, cells, paint)
    headers = ["AFFECTS", "PODS", "WORKLOADS", "SINCE", "FIX"]
    cells = [[r.affects, r.pods, r.workloads, r.since, r.fix] for r in rows]
    if width is None or sum(map(_column, zip(*_whole(headers, rows, cells), strict=True))) - _GAP <= width:
        return _table(headers, rows, cells, paint)
    rows = _with_short_clusters(rows, max(_LEAST_CLUSTER, width // _PART_FOR_CLUSTER))
    lines = _fix_below(rows, width, paint) or _all_below(rows, width, paint)
    return lines if len(lines) <= _MOST_LINES else _one_line_each(rows, width, paint) or lines


def _fix_below(rows: list[_Row], width: int, paint: Paint) -> list[str]:
    room = width - _fixed_columns(rows) - _GAP
    affects = max(display_width(shorten_digest(r.affects)) for r in rows)
    workloads = [r.workloads for r in rows]
    if affects + max(map(display_width, workloads)) > room:
        workloads = [r.first_workload for r in rows]
    for_affects = max(room - max(len("WORKLOADS"), *map(display_width, workloads)), min(affects, _LEAST_AFFECTS))
    for_workloads = room - for_affects
    if for_workloads < min(_LEAST_WORKLOADS, max(map(display_width, workloads))):
        return []
    cells = [[truncate_middle(r.affects, for_affects), r.pods, _workloads_in(r, for_workloads), r.since] for r in rows]
    lines = _table(["AFFECTS", "PODS", "WORKLOADS", "SINCE"], rows, cells, paint)
    return _interleave(lines, [wrap(r.fix, width, _INDENT) if r.fix else [] for r in rows])


def _one_line_each(rows: list[_Row], width: int, paint: Paint) -> list[str]:
    """What is left of each row where more would not fit on a screen: its fix only if there is room for most of it.

    Nothing where the names of clusters leave no room at all.
    """
    with_since = width >= _ROOM_FOR_SINCE
    headers = ["PODS", *(["SINCE"] if with_since else []), "WORKLOADS"]
    table = _whole(["PODS"], rows, [[r.pods] for r in rows])
    room = width - sum(map(_column, zip(*table, strict=True)))
    room -= _column(["SINCE", *(r.since for r in rows)]) if with_since else 0
    if room < _LEAST_NAME:
        return []
    for_workloads = min(room, max(display_width(r.first_workload) for r in rows))
    for_fix = room - for_workloads - _GAP
    with_fix = for_fix >= _LEAST_FIX
    cells = [
        [
            r.pods,
            *([r.since] if with_since else []),
            _workloads_in(r, for_workloads if with_fix else room),
            *([truncate(r.fix, for_fix)] if with_fix else []),
        ]
        for r in rows
    ]
    return _table([*headers, *(["FIX"] if with_fix else [])], rows, cells, paint)


def _all_below(rows: list[_Row], width: int, paint: Paint) -> list[str]:
    room, room_below = width - _fixed_columns(rows), width - len(_INDENT) - _LABEL
    # the names of clusters may leave workloads too little of the line
    beside = room >= _LEAST_WORKLOADS or rows[0].cluster is None
    room = max(room, _LEAST_WORKLOADS) if beside else room_below
    headers = ["PODS", "SINCE", *(["WORKLOADS"] if beside else [])]
    cells, below = [], []
    for row in rows:
        workloads = _workloads_in(row, room)
        cells.append([row.pods, row.since, *([workloads] if beside else [])])
        more = [] if beside else [_labelled("workload", [workloads])]
        more.append(_labelled(_LABELS[row.root.scope], [truncate_middle(row.affects, room_below)]))
        if row.fix:
            more.append(_labelled("fix", wrap(row.fix, room_below)))
        below.append([line for lines in more for line in lines])
    return _interleave(_table(headers, rows, cells, paint), below)


def _labelled(label: str, lines: list[str]) -> list[str]:
    first, *others = lines
    return [_INDENT + pad(label, _LABEL) + first, *(_INDENT + " " * _LABEL + line for line in others)]


def _workloads_in(row: _Row, width: int) -> str:
    """The workloads in so many columns: what stands before a name goes before any of the name."""
    first = row.first_workload
    if whole := next((text for text in (row.workloads, first) if display_width(text) <= width), ""):
        return whole
    name = first[first.rfind("/") :]
    room = width - display_width(name)
    return truncate(first, room) + name if room >= len(ELLIPSIS) else truncate_middle(first, width)


def _with_short_clusters(rows: list[_Row], width: int) -> list[_Row]:
    short = shortened((r.cluster for r in rows if r.cluster is not None), width)
    return [r if r.cluster is None else replace(r, cluster=short[r.cluster]) for r in rows]


def _fixed_columns(rows: list[_Row]) -> int:
    """What CLUSTER (if it is there), CAUSE, PODS and SINCE take, with the gaps after them."""
    table = _whole(["PODS", "SINCE"], rows, [[r.pods, r.since] for r in rows])
    return sum(map(_column, zip(*table, strict=True)))


def _column(cells: Iterable[str]) -> int:
    return max(map(display_width, cells)) + _GAP


def _interleave(lines: list[str], below: list[list[str]]) -> list[str]:
    header, *rows = lines
    return [header, *(line for row, more in zip(rows, below, strict=True) for line in (row, *more))]


def _whole(headers: list[str], rows: list[_Row], cells: list[list[str]]) -> list[list[str]]:
    """Headers and cells, with the columns that every layout begins with."""
    first = [] if rows[0].cluster is None else ["CLUSTER"]
    lines = [[*first, "CAUSE", *headers]]
    for row, more in zip(rows, cells, strict=True):
        lines.append([*([] if row.cluster is None else [row.cluster]), row.cause, *more])
    return lines


def _table(headers: list[str], rows: list[_Row], cells: list[list[str]], paint: Paint) -> list[str]:
    from tabulate import tabulate

    # the header is a row like any other: as headers, tabulate would set short ones two columns wider
    text = tabulate(_whole(headers, rows, cells), tablefmt="plain", disable_numparse=True)
    header, *lines = (line.rstrip() for line in text.split("\n"))
    return [header, *(_painted(line, row, paint) for line, row in zip(lines, rows, strict=True))]


def _painted(line: str, row: _Row, paint: Paint) -> str:
    if row.ended:
        return paint.struck(line)
    name = row.cause
    start = line.index(name, len(row.cluster or ""))
    painted = paint.cause(name, row.root.cause, retryable=row.root.retryable)
    return line[:start] + painted + line[start + len(name) :]

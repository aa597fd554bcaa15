"""`scan --watch`: one report after the other from a live cluster, and what has changed from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from time import monotonic, sleep
from typing import TYPE_CHECKING

from kubectl_imagepull.causes import Cause
from kubectl_imagepull.cluster.progress import Progress
from kubectl_imagepull.cluster.watch import Health
from kubectl_imagepull.diagnosis import Report, RootCause
from kubectl_imagepull.related import Related
from kubectl_imagepull.run import BadFlagError, open_cluster, report_on
from kubectl_imagepull.sample import FOR_TABLE

if TYPE_CHECKING:
    from kubectl_imagepull.options import Flags

#: Seconds to let changes settle that come together, and between two reports where nothing changes.
_SETTLE, _AT_LEAST = 0.5, 10.0
#: Root causes that are resolved are shown so long, and so many of them.
_REMEMBERED = timedelta(minutes=10)
_MOST_RESOLVED = 20
_HEALTHY = Health()

_Key = tuple[Cause, str]


class Kind(Enum):
    """How a root cause has changed."""

    APPEARED = "appeared"
    GREW = "grew"
    SHRANK = "shrank"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Change:
    """A root cause that has changed, with the report that holds it (the one before, if it is resolved).

    `before` and `after` are numbers of pods.
    """

    kind: Kind
    root: RootCause
    report: Report
    before: int
    after: int


@dataclass(frozen=True)
class Moment:
    """What there is to show: the report, what has changed since the one before, and what was resolved lately.

    `resolved` is a report on that, None where there is nothing; `health` is how the watches are now.
    """

    report: Report
    changes: tuple[Change, ...]
    resolved: Report | None
    health: Health


class Board:
    """Remembers root causes from one report to the next."""

    def __init__(self) -> None:
        self._last: Report | None = None
        self._resolved: dict[_Key, tuple[Report, RootCause]] = {}

    def update(self, report: Report, health: Health = _HEALTHY) -> Moment:
        """Takes the next report; gives what there is to show."""
        before = {} if self._last is None else _by_key(self._last)
        after = _by_key(report)
        changes: list[Change] = []
        for key, root in after.items():
            was, now = _pods(before[key], self._last) if key in before and self._last else 0, _pods(root, report)
            kind = Kind.APPEARED if not was else Kind.GREW if now > was else Kind.SHRANK if now < was else None
            if kind:
                changes.append(Change(kind, root, report, was, now))
            self._resolved.pop(key, None)
        for key, root in before.items():
            if key not in after and self._last:
                changes.append(Change(Kind.RESOLVED, root, self._last, _pods(root, self._last), 0))
                self._resolved[key] = (replace(self._last, now=report.now), root)
        self._last = report
        shown = [one for one in self._resolved.values() if report.now - one[0].now <= _REMEMBERED][-_MOST_RESOLVED:]
        return Moment(report, tuple(changes), _together(report, shown) if shown else None, health)


def watch_on(flags: Flags, progress: Progress, show: Callable[[Moment], bool]) -> None:
    """Shows a report, and one more whenever something has changed, until `show` says that nobody looks any more.

    Raises SourceError where the cluster can't be read at the beginning, and BadFlagError.
    """
    if flags.recordings:
        raise BadFlagError("--watch follows a cluster; a recording doesn't change")
    if flags.several_contexts:
        raise BadFlagError(f"--watch follows one cluster: it can't go with {flags.how_several}")
    if flags.exit_code:
        raise BadFlagError("--watch goes on until it is interrupted: it can't go with --exit-code")
    with open_cluster(flags, progress, FOR_TABLE) as cluster:
        live = cluster.watch()
        board, related = Board(), Related(cluster.with_related)
        while True:
            started = monotonic()
            report = report_on(related.added_to(live.snapshot()), started)
            if not show(board.update(report, live.health)):
                return
            live.wait(_AT_LEAST)
            sleep(_SETTLE)


def _by_key(report: Report) -> dict[_Key, RootCause]:
    return {(root.cause, root.key): root for root in report.root_causes}


def _pods(root: RootCause, report: Report) -> int:
    failures = (report.diagnoses[index].failure for index in root.failures)
    return len({(one.namespace, one.pod) for one in failures})


def _together(report: Report, resolved: Sequence[tuple[Report, RootCause]]) -> Report:
    """One report on root causes of several."""
    diagnoses = [of.diagnoses[index] for of, root in resolved for index in root.failures]
    roots: list[RootCause] = []
    at = 0
    for _, root in resolved:
        roots.append(replace(root, failures=_range(at, root.failures)))
        at += len(root.failures)
    return replace(report, root_causes=tuple(roots), diagnoses=tuple(diagnoses))


def _range(start: int, of: Iterable[int]) -> tuple[int, ...]:
    return tuple(start + offset for offset, _ in enumerate(of))

"""Root causes from one report to the next: what has changed, and what is to be shown of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.diagnosis.watch_update import ChangeKind, RootCauseChange, WatchUpdate
from kubectl_imagepull.kube.reading.watch_health import WatchHealth
from kubectl_imagepull.vocabulary.causes import Cause

#: What has changed stands first so long; root causes that have ended are shown so long, and so many of them.
_REMEMBERED = timedelta(minutes=10)
_MOST_ENDED = 20
_HEALTHY = WatchHealth()

#: What tells a root cause from others: its cause and its scope key.
_Key = tuple[Cause, str]


@dataclass(frozen=True)
class _EndedRootCause:
    """A root cause that is no longer there."""

    #: The root cause as it was last.
    root: RootCause
    #: The last report that holds it.
    report: Report
    #: How it ended: resolved or gone.
    kind: ChangeKind
    #: The time of the first report without it.
    time: datetime


def never_gone(_: RootCause, __: Report) -> bool:
    """Takes every root cause that is no longer there for resolved, and none for gone."""
    return False


class RootCauseTracker:
    """Remembers root causes from one report to the next; `gone` says of one that has ended, and its report, how."""

    def __init__(self, gone: Callable[[RootCause, Report], bool] = never_gone) -> None:
        self._gone = gone
        self._last: Report | None = None
        self._appeared: dict[_Key, datetime] = {}
        self._changed: dict[_Key, datetime] = {}
        self._ended: dict[_Key, _EndedRootCause] = {}

    def update(self, report: Report, health: WatchHealth = _HEALTHY) -> WatchUpdate:
        """Takes the next report; gives what there is to show."""
        last, self._last = self._last, report
        after = _by_key(report)
        changes = self._compare({} if last is None else _by_key(last), after, last, report)
        self._forget(after, report.now)
        shown, ended = self._shown(report, after)
        return WatchUpdate(report, tuple(changes), shown, ended, health)

    def _compare(
        self, before: Mapping[_Key, RootCause], after: Mapping[_Key, RootCause], last: Report | None, report: Report
    ) -> list[RootCauseChange]:
        """What has changed between two reports; notes when."""
        changes: list[RootCauseChange] = []
        for key, root in after.items():
            pods_before = _pods(before[key], last) if key in before and last else 0
            pods_after = _pods(root, report)
            if kind := _kind_of_change(pods_before, pods_after):
                changes.append(RootCauseChange(kind, root, report, pods_before, pods_after))
                if last:  # what the first report shows has not just appeared
                    (self._appeared if kind is ChangeKind.APPEARED else self._changed)[key] = report.now
            self._ended.pop(key, None)
        for key, root in before.items():
            if key not in after and last:
                kind = ChangeKind.GONE if self._gone(root, last) else ChangeKind.RESOLVED
                changes.append(RootCauseChange(kind, root, last, _pods(root, last), 0))
                self._ended[key] = _EndedRootCause(root, last, kind, report.now)
        return changes

    def _forget(self, there: Container[_Key], now: datetime) -> None:
        """Forgets changes that are old, and those of root causes that are no longer there."""
        self._appeared = _recent(self._appeared, there, now)
        self._changed = _recent(self._changed, there, now)
        self._ended = {key: one for key, one in self._ended.items() if now - one.time <= _REMEMBERED}

    def _shown(self, report: Report, after: Mapping[_Key, RootCause]) -> tuple[Report, dict[int, ChangeKind]]:
        ended = {key: one.time for key, one in [*self._ended.items()][-_MOST_ENDED:]}
        changed = {key: time for key, time in self._changed.items() if key not in self._appeared} | ended
        lately = [*_newest_first(self._appeared), *_newest_first(changed)]
        keys = [*lately, *(key for key in after if key not in self._appeared and key not in changed)]
        roots = [(after[key], report) if key in after else _with_its_end(self._ended[key]) for key in keys]
        kinds = {index: self._ended[key].kind for index, key in enumerate(keys) if key in ended}
        return _with_root_causes(report, roots), kinds


def _kind_of_change(pods_before: int, pods_after: int) -> ChangeKind | None:
    """How a root cause that is there has changed; None where it has as many pods as before."""
    if not pods_before:
        return ChangeKind.APPEARED
    if pods_after > pods_before:
        return ChangeKind.GREW
    return ChangeKind.SHRANK if pods_after < pods_before else None


def _recent(times: Mapping[_Key, datetime], there: Container[_Key], now: datetime) -> dict[_Key, datetime]:
    return {key: time for key, time in times.items() if key in there and now - time <= _REMEMBERED}


def _newest_first(times: Mapping[_Key, datetime]) -> list[_Key]:
    return sorted(times, key=lambda key: times[key], reverse=True)


def _with_its_end(ended: _EndedRootCause) -> tuple[RootCause, Report]:
    """A root cause that says how it ended where it said what to do, and the report that holds it."""
    how = "resolved" if ended.kind is ChangeKind.RESOLVED else "gone: its pods were deleted"
    return replace(ended.root, short_fix=how), ended.report


def _by_key(report: Report) -> dict[_Key, RootCause]:
    return {(root.cause, root.key): root for root in report.root_causes}


def _pods(root: RootCause, report: Report) -> int:
    failures = (report.diagnoses[index].failure for index in root.failures)
    return len({(one.namespace, one.pod) for one in failures})


def _with_root_causes(report: Report, roots: Sequence[tuple[RootCause, Report]]) -> Report:
    """The report with other root causes than its own, each given with the report that holds its failures."""
    diagnoses = [holder.diagnoses[index] for root, holder in roots for index in root.failures]
    renumbered: list[RootCause] = []
    start = 0
    for root, _ in roots:
        renumbered.append(replace(root, failures=tuple(range(start, start + len(root.failures)))))
        start += len(root.failures)
    return replace(report, root_causes=tuple(renumbered), diagnoses=tuple(diagnoses))

"""`scan --watch`: one report after the other from a live cluster, and what has changed from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from time import monotonic, sleep
from typing import TYPE_CHECKING

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.objects import key_of, object_of, text_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.reading.watch import Health, Left
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.pod_state import Phase, pod_state
from kubectl_imagepull.runs.related import Related
from kubectl_imagepull.runs.run import report_on
from kubectl_imagepull.runs.source import FOR_TABLE, BadFlagError, open_cluster
from kubectl_imagepull.vocabulary.causes import Cause

if TYPE_CHECKING:
    from kubectl_imagepull.cli.flags import Flags

#: Seconds to let changes settle that come together, between two reports where nothing changes, and between two looks
#: whether the terminal has another size.
_SETTLE, _AT_LEAST, _LOOK = 0.5, 10.0, 0.2
#: What has changed stands first so long; root causes that have ended are shown so long, and so many of them.
_REMEMBERED = timedelta(minutes=10)
_MOST_ENDED = 20
_HEALTHY = Health()

_Key = tuple[Cause, str]


class Kind(Enum):
    """How a root cause has changed; one whose last pods were deleted, and which nothing works in place of, is gone."""

    APPEARED = "appeared"
    GREW = "grew"
    SHRANK = "shrank"
    RESOLVED = "resolved"
    GONE = "gone"


@dataclass(frozen=True)
class Change:
    """A root cause that has changed, with the report that holds it (the one before, if it has ended).

    `before` and `after` are numbers of pods.
    """

    kind: Kind
    root: RootCause
    report: Report
    before: int
    after: int


@dataclass(frozen=True)
class Moment:
    """What there is to show: the report, what has changed since the one before, and how the watches are.

    `shown` holds the report's root causes and those that ended lately, as of now: what appeared lately first, then what
    else has changed, the newest first, then the rest. `ended` are the indices of those that ended, and how.
    """

    report: Report
    changes: tuple[Change, ...]
    shown: Report
    ended: Mapping[int, Kind]
    health: Health


@dataclass(frozen=True)
class _Ended:
    root: RootCause
    report: Report
    kind: Kind
    time: datetime


def resolved(_: RootCause, __: Report) -> bool:
    """Takes every root cause that is no longer there for resolved, and none for gone."""
    return False


class Board:
    """Remembers root causes from one report to the next; `gone` says of one that has ended, and its report, how."""

    def __init__(self, gone: Callable[[RootCause, Report], bool] = resolved) -> None:
        self._gone = gone
        self._last: Report | None = None
        self._appeared: dict[_Key, datetime] = {}
        self._changed: dict[_Key, datetime] = {}
        self._ended: dict[_Key, _Ended] = {}

    def update(self, report: Report, health: Health = _HEALTHY) -> Moment:
        """Takes the next report; gives what there is to show."""
        last, self._last = self._last, report
        before = {} if last is None else _by_key(last)
        after = _by_key(report)
        changes: list[Change] = []
        for key, root in after.items():
            was, now = _pods(before[key], last) if key in before and last else 0, _pods(root, report)
            kind = Kind.APPEARED if not was else Kind.GREW if now > was else Kind.SHRANK if now < was else None
            if kind:
                changes.append(Change(kind, root, report, was, now))
                if last:
                    (self._appeared if kind is Kind.APPEARED else self._changed)[key] = report.now
            self._ended.pop(key, None)
        for key, root in before.items():
            if key not in after and last:
                kind = Kind.GONE if self._gone(root, last) else Kind.RESOLVED
                changes.append(Change(kind, root, last, _pods(root, last), 0))
                self._ended[key] = _Ended(root, last, kind, report.now)
        self._forget(after, report.now)
        return Moment(report, tuple(changes), *self._shown(report, after), health)

    def _forget(self, there: Container[_Key], now: datetime) -> None:
        self._appeared, self._changed = (
            {key: time for key, time in times.items() if key in there and now - time <= _REMEMBERED}
            for times in (self._appeared, self._changed)
        )
        self._ended = {key: one for key, one in self._ended.items() if now - one.time <= _REMEMBERED}

    def _shown(self, report: Report, after: Mapping[_Key, RootCause]) -> tuple[Report, dict[int, Kind]]:
        ended = {key: one.time for key, one in [*self._ended.items()][-_MOST_ENDED:]}
        changed = {key: time for key, time in self._changed.items() if key not in self._appeared} | ended
        first = [*_newest_first(self._appeared), *_newest_first(changed)]
        keys = [*first, *(key for key in after if key not in self._appeared and key not in changed)]
        entries = [(after[key], report) if key in after else _of_ended(self._ended[key]) for key in keys]
        return _together(report, entries), {at: self._ended[key].kind for at, key in enumerate(keys) if key in ended}


def watch_on(flags: Flags, progress: Progress, show: Callable[[Moment], bool], resized: Callable[[], bool]) -> None:
    """Shows a report, and one more whenever something has changed, until `show` says that nobody looks any more.

    Where the terminal is `resized` meanwhile the last one is shown again. Raises SourceError where the cluster can't be
    read at the beginning, and BadFlagError.
    """
    if flags.recordings:
        raise BadFlagError("--watch follows a cluster; a recording doesn't change")
    if flags.several_contexts:
        raise BadFlagError(f"--watch follows one cluster: it can't go with {flags.how_several}")
    if flags.exit_code:
        raise BadFlagError("--watch goes on until it is interrupted: it can't go with --exit-code")
    with open_cluster(flags, progress, FOR_TABLE) as cluster:
        live = cluster.watch()
        related = Related(cluster.with_related)
        snapshot = live.snapshot()
        board = Board(lambda root, report: is_gone(root, report, snapshot, live.left))
        while True:
            started = monotonic()
            moment = board.update(report_on(related.added_to(snapshot), started), live.health)
            if not show(moment):
                return
            until = started + _AT_LEAST
            while not live.wait(_LOOK) and monotonic() < until:
                if resized() and not show(moment):
                    return
            sleep(_SETTLE)
            snapshot = live.snapshot()


def is_gone(root: RootCause, report: Report, snapshot: Snapshot, left: Left) -> bool:
    """Whether the pods of a root cause, which the snapshot doesn't show any more, were deleted and none works instead.

    `report` holds the root cause.
    """
    of = [report.diagnoses[index] for index in root.failures]
    if any(text_of(object_of(one.failure.pod_object.get("metadata")).get("uid")) not in left.deleted for one in of):
        return False
    owners = Owners(snapshot)
    workloads = {(one.failure.namespace, str(one.workload)) for one in of}
    return not any(
        pod_state(pod, (), ()).phase is Phase.PULLED
        and (key_of(pod)[0], str(owners.chain_of(pod)[-1])) in workloads
        and not object_of(pod.get("metadata")).get("deletionTimestamp")
        for pod in (*snapshot.pods, *left.working)
    )


def _newest_first(times: Mapping[_Key, datetime]) -> list[_Key]:
    return sorted(times, key=lambda key: times[key], reverse=True)


def _of_ended(one: _Ended) -> tuple[RootCause, Report]:
    how = "resolved" if one.kind is Kind.RESOLVED else "gone: its pods were deleted"
    return replace(one.root, short_fix=how), one.report


def _by_key(report: Report) -> dict[_Key, RootCause]:
    return {(root.cause, root.key): root for root in report.root_causes}


def _pods(root: RootCause, report: Report) -> int:
    failures = (report.diagnoses[index].failure for index in root.failures)
    return len({(one.namespace, one.pod) for one in failures})


def _together(report: Report, entries: Sequence[tuple[RootCause, Report]]) -> Report:
    """The report with other root causes than its own, each with the report that holds it."""
    diagnoses = [of.diagnoses[index] for root, of in entries for index in root.failures]
    roots: list[RootCause] = []
    at = 0
    for root, _ in entries:
        roots.append(replace(root, failures=tuple(range(at, at + len(root.failures)))))
        at += len(root.failures)
    return replace(report, root_causes=tuple(roots), diagnoses=tuple(diagnoses))

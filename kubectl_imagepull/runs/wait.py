"""`diagnose --wait`: follows pods and workloads from one reading to the next until their images are pulled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from time import monotonic, sleep

from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.kube.connection.options import DEFAULT_TIMEOUT
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Snapshot, SourceError
from kubectl_imagepull.runs.baseline import Baseline
from kubectl_imagepull.runs.closer_look import with_related, with_targets
from kubectl_imagepull.runs.cluster_reader import ClusterReader, open_cluster
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.runs.followed import FollowedTarget, follow, pods_to_come
from kubectl_imagepull.runs.related_objects import RelatedObjects
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.target_status import absent, check_types, read_as
from kubectl_imagepull.runs.wait_state import WaitState, wait_state
from kubectl_imagepull.vocabulary.site_rule import SiteRule

#: Seconds between two readings.
INTERVAL = 2.0
#: Seconds that a request has at least, however short the waiting is to be.
_LEAST_TIMEOUT = 1.0
_PodKey = tuple[str, str]


class WaitOutcome(Enum):
    """How the waiting ended."""

    RESOLVED = "resolved"
    NEW_PROBLEM = "new problem"
    TIMED_OUT = "timed out"


def wait_on(
    request: Request, seconds: float, say: Callable[[str], object], *, excused: bool
) -> tuple[WaitOutcome, Report]:
    """Follows the targets of a request, or the workloads of all failing pods, for some seconds.

    `say` gets each line of progress; pulls that fail at first are no new problem if they are `excused`. Gives how it
    ended, and the report on what still fails then. Raises SourceError, and TargetError for a type of target that is
    none.
    """
    limit = DEFAULT_TIMEOUT if request.connection.request_timeout is None else request.connection.request_timeout
    if seconds and (not limit or limit > seconds):
        # a server that is silent must not keep it for longer than it is to wait
        timeout = round(max(seconds, _LEAST_TIMEOUT), 3)
        request = replace(request, connection=replace(request.connection, request_timeout=timeout))
    started, rules = monotonic(), request.site_rules.rules
    with open_cluster(request, Progress()) as cluster:
        start = with_targets(cluster, cluster.first_reading())
        targets = read_as(start, request.targets)
        coming = pods_to_come(start, targets)
        if not_there := [one for one in absent(start, targets) if one.target not in {key.target for key in coming}]:
            check_types(not_there)
            raise SourceError(*(one.text(start.source) for one in not_there))
        followed = (*follow(start, targets), *coming)
        # nothing fails and nothing was named
        if not followed:
            return WaitOutcome.RESOLVED, report_on(with_related(cluster, start), started, targets, rules)
        readings = _Readings(cluster)
        namespaces = {one.namespace for one in followed}
        with cluster.following(namespaces, [one.deployment for one in followed if one.deployment], start) as read_now:
            outcome = wait_for(
                lambda: readings.take(read_now()),
                followed,
                started + seconds,
                sleep,
                say,
                excused=excused,
                rules=rules,
            )
        last = start if readings.last is None else readings.last
        return outcome, report_on(with_related(cluster, last), started, targets, rules)


class _Readings:
    """One reading after the other, each with what bears on its failing pods; remembers the last."""

    def __init__(self, cluster: ClusterReader) -> None:
        self.last: Snapshot | None = None
        self._related = RelatedObjects(lambda snapshot: with_related(cluster, snapshot))

    def take(self, snapshot: Snapshot) -> Snapshot:
        self.last = snapshot
        return self._related.added_to(snapshot)


def wait_for(  # noqa: PLR0913 - what it needs from outside
    read: Callable[[], Snapshot],
    followed: Sequence[FollowedTarget],
    deadline: float,
    sleep: Callable[[float], object],
    say: Callable[[str], object],
    *,
    clock: Callable[[], float] = monotonic,
    excused: bool = True,
    rules: Sequence[SiteRule] = (),
) -> WaitOutcome:
    """Reads again and again until all that is followed runs, a new problem comes up, or the clock reaches the deadline.

    A line is said whenever it is new. A failed pull is a new problem if it is another one than those of the first
    reading (Baseline says which are), and if those are not `excused`, each of them, too. A problem that stood at the
    first reading ends the waiting only once no pull is left to wait for. What comes to run has to run at two readings:
    a container that dies at once is no success. A reading that fails is said and tried again.
    `rules` are those of the user's site.
    """
    known: frozenset[_PodKey] | None = None
    baselines: dict[FollowedTarget, Baseline] = {}
    before: tuple[str, ...] = ()
    resolved = True
    while True:
        state: WaitState | None = None
        try:
            state = wait_state(read(), followed, baselines, clock(), excused=excused, rules=rules)
        except SourceError as error:
            lines: tuple[str, ...] = (f"trying again: {error}",)
        else:
            lines = state.lines
        for line in lines:
            if line not in before:
                say(line)
        before = lines
        if state:
            known = state.problems if known is None else known
            if state.new or state.problems - known or (state.problems and not state.pending):
                return WaitOutcome.NEW_PROBLEM
            # twice: a container may die right after it came to run
            if state.resolved and resolved:
                return WaitOutcome.RESOLVED
            resolved = state.resolved
        left = deadline - clock()
        if left <= 0:
            return WaitOutcome.RESOLVED if state and state.resolved else WaitOutcome.TIMED_OUT
        sleep(min(INTERVAL, left))

"""When the failing pods began to fail: equal steps of time, from the first of them to now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.vocabulary.causes import Scope
from kubectl_imagepull.vocabulary.wording import counted

_MOST_STEPS = 40
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
#: Lengths of a step that a clock or calendar has.
_STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 30, 90, 365)),
)
#: Clocks differ: a beginning may lie so long after now.
_AHEAD = timedelta(days=1)
#: All that the calendar has, from the first time that counts on, is fewer steps of so many years.
_MOST_YEARS = 250
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class TimeStep:
    """A step of time, and how many pods began to fail in it, by who has the fault."""

    #: When it begins.
    start: datetime
    #: Pods by who has the fault.
    counts: dict[Scope, int]

    @property
    def pods(self) -> int:
        """How many pods began to fail in this step."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Timeline:
    """The steps, from the first failure to now."""

    #: From the first failure until now, empty ones among them.
    steps: tuple[TimeStep, ...]
    #: How long each is.
    step: timedelta
    #: The time that the report counts ages to.
    now: datetime
    #: Pods of which it isn't known since when they fail.
    unknown: int

    @property
    def most(self) -> int:
        """The pods of the step that has most."""
        return max((step.pods for step in self.steps), default=0)


def timeline(diagnoses: Sequence[Diagnosis], now: datetime) -> Timeline:
    """Sorts pods by when they began to fail; a pod counts once, with its first failure.

    A beginning that lies long after now, or before any clock's, is none: there are never more than _MOST_STEPS steps.
    """
    beginnings: dict[tuple[str, str, str], tuple[datetime, Scope]] = {}
    pods = set()
    latest = now + _AHEAD
    for one in diagnoses:
        pod = one.cluster, one.failure.namespace, one.failure.pod
        pods.add(pod)
        since = one.failure.since
        if since is not None and _EPOCH <= since <= latest and (pod not in beginnings or since < beginnings[pod][0]):
            beginnings[pod] = since, one.cause.scope
    if not beginnings:
        return Timeline((), timedelta(seconds=_STEPS[0]), now, len(pods))
    # a recording's clock may stand before its newest failure
    start = min(since for since, _ in beginnings.values())
    end = max(now, *(since for since, _ in beginnings.values()))
    years = range(_STEPS[-1], _MOST_YEARS * _STEPS[-1], _STEPS[-1])
    seconds = next(step for step in (*_STEPS, *years) if _index(end, start, step) < _MOST_STEPS)
    counts: dict[int, Counter[Scope]] = {}
    for since, scope in beginnings.values():
        counts.setdefault(_index(since, start, seconds), Counter())[scope] += 1
    begin, length = _floor(start, seconds), timedelta(seconds=seconds)
    steps = (
        TimeStep(begin + index * length, dict(counts.get(index, {})))
        for index in range(_index(end, start, seconds) + 1)
    )
    return Timeline(tuple(steps), length, now, len(pods) - len(beginnings))


def timeline_in_words(times: Timeline) -> str:
    """The time line in words: for whoever doesn't see it, and for whoever wants the point of it."""
    known = sum(step.pods for step in times.steps)
    unknown = f"Of {counted(times.unknown, 'pod')} it isn't known since when." if times.unknown else ""
    if not known:
        return unknown
    busy = [step for step in times.steps if step.pods]
    peak = max(busy, key=lambda step: step.pods)
    if len(busy) == 1:
        text = f"{counted(known, 'pod')} began to fail {_span(peak.start, times)}."
    else:
        text = (
            f"{counted(known, 'pod')} began to fail, the first {_span(busy[0].start, times)}, "
            f"most at once ({peak.pods:,}) {_span(peak.start, times)}."
        )
    return f"{text} {unknown}".strip()


def step_label(time: datetime, times: Timeline) -> str:
    """A time as finely as the steps are: with a day where they span more than one, without a clock where a step is."""
    start, end = times.steps[0].start, times.steps[-1].start
    year = f" {time.year}" if start.year != times.now.year else ""
    day = f"{time.day} {time:%b}{year}"
    if times.step >= timedelta(days=1):
        return day
    clock = f"{time:%H:%M:%S}" if times.step < timedelta(minutes=1) else f"{time:%H:%M}"
    return clock if start.date() == end.date() == times.now.date() else f"{day} {clock}"


def _span(start: datetime, times: Timeline) -> str:
    if times.step == timedelta(days=1):
        return f"on {step_label(start, times)}"
    return f"between {step_label(start, times)} and {step_label(start + times.step, times)}"


def _floor(time: datetime, seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=int((time - _EPOCH).total_seconds()) // seconds * seconds)


def _index(time: datetime, start: datetime, seconds: int) -> int:
    return int((time - _floor(start, seconds)).total_seconds()) // seconds

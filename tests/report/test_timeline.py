from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from kubectl_imagepull.report.timeline import Timeline, timeline, timeline_in_words
from kubectl_imagepull.vocabulary.causes import Cause, Scope

if TYPE_CHECKING:
    from tests.report.conftest import Build

HOUR = timedelta(hours=1)


def of(build: Build, *ages: timedelta | None) -> Timeline:
    return timeline([build.diagnosis(f"web-{n}", since=age) for n, age in enumerate(ages)], build.now)


@pytest.mark.parametrize(
    ("age", "step", "steps"),
    [
        (timedelta(0), timedelta(seconds=1), 1),
        (timedelta(seconds=39), timedelta(seconds=1), 40),
        (timedelta(seconds=40), timedelta(seconds=2), 21),
        (timedelta(minutes=12), timedelta(seconds=30), 25),
        (timedelta(hours=3), timedelta(minutes=5), 37),
        (timedelta(days=3), timedelta(hours=2), 37),
        (timedelta(days=300), timedelta(days=14), 23),
        (timedelta(days=365 * 30), timedelta(days=365), 31),
    ],
)
def test_a_step_is_one_that_a_clock_has(build: Build, age: timedelta, step: timedelta, steps: int) -> None:
    times = of(build, age)
    assert (times.step, len(times.steps)) == (step, steps)
    assert times.steps[0].start <= build.now - age < times.steps[0].start + step
    assert times.steps[-1].start <= build.now < times.steps[-1].start + step


def test_a_pod_counts_once_with_its_first_failure(build: Build) -> None:
    times = timeline(
        [
            build.diagnosis("a", since=HOUR),
            build.diagnosis("a", Cause.RATE_LIMITED, container="side", since=2 * HOUR),
            build.diagnosis("a", container="third", since=None),
            build.diagnosis("b", since=HOUR),
            build.diagnosis("c", since=None),
        ],
        build.now,
    )
    assert [(step.start, step.counts) for step in times.steps if step.pods] == [
        (build.now - 2 * HOUR, {Scope.REGISTRY: 1}),
        (build.now - HOUR, {Scope.IMAGE: 1}),
    ]
    assert (times.most, times.unknown) == (1, 1)


@pytest.mark.parametrize(
    ("ages", "text"),
    [
        ((timedelta(minutes=30),), "1 pod began to fail between 22:30 and 22:31."),
        (
            (2 * HOUR, HOUR, HOUR),
            "3 pods began to fail, the first between 21:00 and 21:05, most at once (2) between 22:00 and 22:05.",
        ),
        (
            (48 * HOUR, HOUR, HOUR, None),
            "3 pods began to fail, the first between 21 Nov 22:00 and 22 Nov 00:00, most at once (2) between "
            "23 Nov 22:00 and 24 Nov 00:00. Of 1 pod it isn't known since when.",
        ),
        ((timedelta(days=39),), "1 pod began to fail on 15 Oct."),
        ((timedelta(days=400),), "1 pod began to fail between 9 Oct 2025 and 23 Oct 2025."),
        ((None, None), "Of 2 pods it isn't known since when."),
        ((), ""),
    ],
)
def test_the_time_line_in_words(build: Build, ages: tuple[timedelta | None, ...], text: str) -> None:
    assert timeline_in_words(of(build, *ages)) == text


def test_a_beginning_after_now_is_on_it_too(build: Build) -> None:
    times = of(build, -HOUR)
    assert times.steps[-1].pods == 1
    assert of(build).steps == ()


def test_a_very_old_recording(build: Build) -> None:
    now = datetime(1970, 1, 1, tzinfo=timezone.utc)
    times = timeline([build.diagnosis(since=build.now - now)], now)
    assert timeline_in_words(times) == "1 pod began to fail between 00:00:00 and 00:00:01."


@pytest.mark.parametrize("year", [1, 1969, 2100, 9999])
def test_a_time_that_no_clock_has_shown_moves_nothing(build: Build, year: int) -> None:
    strange = build.now - datetime(year, 1, 1, tzinfo=timezone.utc)
    assert of(build, HOUR, strange) == of(build, HOUR, None)


def test_a_clock_at_its_beginning_makes_no_more_steps_than_any_other(build: Build) -> None:
    times = of(build, HOUR, build.now - datetime(1970, 1, 1, tzinfo=timezone.utc))
    assert (times.step, len(times.steps), times.unknown) == (timedelta(days=730), 29, 0)

"""How `diagnose --wait` goes from reading to reading."""

from __future__ import annotations

from clusters import IMAGE, at, failed, pod, waiting
from runs.rollouts import (
    CRASH,
    CRASHING,
    FAILING,
    FOLLOWED,
    GOOD,
    NO_HOST,
    RUNNING,
    STILL,
    Waiting,
    cluster,
    failing,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, SourceError
from kubectl_imagepull.runs.followed import FollowedTarget
from kubectl_imagepull.runs.target import Target
from kubectl_imagepull.runs.wait import WaitOutcome


def test_what_runs_already_is_not_waited_for() -> None:
    waits = Waiting(RUNNING)
    assert waits.run() is WaitOutcome.RESOLVED
    assert (waits.lines, waits.sleeps) == (["pod/web-1: Running, pulled in 3 s"], [])
    assert Waiting(cluster([])).run(followed=()) is WaitOutcome.RESOLVED


def test_what_fails_at_first_ends_the_waiting_where_it_is_not_excused() -> None:
    waits = Waiting(FAILING)
    assert waits.run(excused=False) is WaitOutcome.NEW_PROBLEM
    assert (waits.lines, waits.sleeps) == ([f"pod/web-1: failing: TagNotFound: {IMAGE}"], [])


def test_what_may_pass_by_itself_is_given_half_a_minute() -> None:
    throttled = cluster([pod(statuses={"app": waiting("ErrImagePull", "pull QPS exceeded")})])
    assert Waiting(throttled, RUNNING).run(excused=False) is WaitOutcome.RESOLVED
    waits = Waiting(throttled)
    assert waits.run(excused=False) is WaitOutcome.NEW_PROBLEM
    assert waits.lines == [f"pod/web-1: failing: KubeletThrottled: {IMAGE}"]
    assert sum(waits.sleeps) == 30


def test_reads_every_two_seconds_until_it_runs_twice() -> None:
    waits = Waiting(FAILING, FAILING, RUNNING)
    assert waits.run() is WaitOutcome.RESOLVED
    assert waits.lines == [f"pod/web-1: {STILL}", "pod/web-1: Running, pulled in 3 s"]
    assert waits.sleeps == [2.0, 2.0, 2.0]


def test_a_container_that_dies_at_once_is_a_new_problem() -> None:
    waits = Waiting(FAILING, RUNNING, CRASHING)
    assert waits.run() is WaitOutcome.NEW_PROBLEM
    assert waits.lines[-1] == (
        "pod/web-1: pull fixed; now CrashLoopBackOff: back-off 10s restarting failed container=app pod=web-1_shop(u1)"
    )
    assert len(waits.sleeps) == 2


def test_a_problem_that_was_there_before_does_not_end_the_waiting_for_others() -> None:
    def both(other: JsonObject) -> Snapshot:
        return cluster([pod(statuses={"app": CRASH}), other], [failed(at(40), name="b", uid="u2")])

    followed = (*FOLLOWED, FollowedTarget("shop", Target("pod", "b")))
    waits = Waiting(both(failing("b", uid="u2")), both(failing("b", uid="u2")), both(pod("b", GOOD, uid="u2")))
    assert waits.run(followed=followed) is WaitOutcome.NEW_PROBLEM
    assert len(waits.sleeps) == 2
    assert Waiting(CRASHING).run() is WaitOutcome.NEW_PROBLEM


def test_a_new_problem_ends_the_waiting_though_another_pull_fails() -> None:
    def both(one: JsonObject) -> Snapshot:
        return cluster([one, failing("b", uid="u2")])

    followed = (*FOLLOWED, FollowedTarget("shop", Target("pod", "b")))
    waits = Waiting(both(failing()), both(pod(statuses={"app": CRASH})))
    assert waits.run(followed=followed) is WaitOutcome.NEW_PROBLEM


def test_time_is_up_and_not_a_moment_later() -> None:
    waits = Waiting(FAILING)
    assert waits.run(5) is WaitOutcome.TIMED_OUT
    assert waits.sleeps == [2.0, 2.0, 1.0]
    assert waits.lines == [f"pod/web-1: {STILL}"]
    once = Waiting(FAILING)
    assert (once.run(0), once.reads, once.sleeps) == (WaitOutcome.TIMED_OUT, 1, [])


def test_what_runs_at_the_last_reading_is_resolved() -> None:
    assert Waiting(FAILING, RUNNING).run(2) is WaitOutcome.RESOLVED


def test_a_reading_that_fails_is_said_and_tried_again() -> None:
    error = SourceError("cannot reach the API server")
    waits = Waiting(FAILING, error, error, RUNNING)
    assert waits.run() is WaitOutcome.RESOLVED
    assert waits.lines == [
        f"pod/web-1: {STILL}",
        "trying again: cannot reach the API server",
        "pod/web-1: Running, pulled in 3 s",
    ]
    never = Waiting(error)
    assert (never.run(5), never.reads) == (WaitOutcome.TIMED_OUT, 4)


def test_the_cause_that_changes_is_said_and_waited_on() -> None:
    other = cluster([failing()], [failed(at(45), NO_HOST)])
    waits = Waiting(FAILING, other, RUNNING)
    assert waits.run() is WaitOutcome.RESOLVED
    assert waits.lines[1] == f"pod/web-1: still failing: DnsFailure: {IMAGE}"

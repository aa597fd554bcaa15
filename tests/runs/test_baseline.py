from __future__ import annotations

import pytest
from clusters import IMAGE, NOT_FOUND, at, failed, pod
from runs.rollouts import (
    BAD,
    BY_DEPLOYMENT,
    FAILING,
    LIMITED,
    NEW,
    NO_HOST,
    OTHER,
    REFUSED,
    RUNNING,
    SLOW,
    STILL,
    WRONG,
    Waiting,
    cluster,
    of_pod,
    of_set,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.wait import WaitOutcome


def test_another_image_that_cannot_be_pulled_is_a_new_problem_at_once() -> None:
    waits = Waiting(of_pod(NOT_FOUND), of_pod(NOT_FOUND, OTHER))
    assert waits.run() is WaitOutcome.NEW_PROBLEM
    assert waits.lines == [
        f"pod/web-1: {STILL}",
        f"pod/web-1: new problem: TagNotFound: {OTHER} (at first: TagNotFound: {IMAGE})",
    ]
    assert waits.sleeps == [2.0]


def test_a_rollout_to_another_wrong_tag_is_a_new_problem() -> None:
    old, new = of_set("old", "a", BAD, 1), of_set("new", "b", BAD, 20)
    new["spec"]["containers"][0]["image"] = OTHER
    events = [failed(at(40), name="old", uid="u-old"), failed(at(41), NOT_FOUND.replace(IMAGE, OTHER), OTHER, name="new", uid="u-new")]  # fmt: skip
    waits = Waiting(cluster([old], events), cluster([old, of_set("new", "b", NEW, 20)]), cluster([old, new], events))
    assert waits.run(followed=BY_DEPLOYMENT) is WaitOutcome.NEW_PROBLEM
    assert waits.lines[-1] == (f"deployment/web: new problem: TagNotFound: {OTHER} (at first: TagNotFound: {IMAGE})")


def test_where_no_pull_failed_at_first_each_is_a_new_problem() -> None:
    waits = Waiting(cluster([pod(statuses=NEW)]), FAILING)
    assert waits.run() is WaitOutcome.NEW_PROBLEM
    assert waits.lines == [
        "pod/web-1: waiting: ContainerCreating",
        f"pod/web-1: new problem: TagNotFound: {IMAGE} (no pull failed at first)",
    ]


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (REFUSED, NOT_FOUND, "NoCredentials: {0} -> TagNotFound: {0}"),
        (SLOW, NOT_FOUND, "ConnectTimeout: {0} -> TagNotFound: {0}"),
        (NOT_FOUND, REFUSED, "TagNotFound: {0} -> NoCredentials: {0}"),
        (REFUSED, WRONG, "NoCredentials: {0} -> BadCredentials: {0}"),
    ],
)
def test_another_answer_about_the_same_image_is_a_new_problem(before: str, after: str, cause: str) -> None:
    waits = Waiting(of_pod(before), of_pod(after))
    assert waits.run() is WaitOutcome.NEW_PROBLEM
    old, new = cause.format(IMAGE).split(" -> ")
    assert waits.lines == [f"pod/web-1: still failing: {old}", f"pod/web-1: new problem: {new} (at first: {old})"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NOT_FOUND, NO_HOST),
        (NOT_FOUND, SLOW),
        (NOT_FOUND, LIMITED),
        (SLOW, NO_HOST),
        (NOT_FOUND, "something that nobody knows"),
        ("something that nobody knows", NOT_FOUND),
        ("", NOT_FOUND),
        (NOT_FOUND, ""),
    ],
)
def test_texts_about_one_image_that_take_turns_are_no_new_problem(before: str, after: str) -> None:
    one, two = of_pod(before), of_pod(after)
    waits = Waiting(one, two, one, two)
    assert waits.run(60) is WaitOutcome.TIMED_OUT
    assert all("still failing: " in line for line in waits.lines)


def test_what_is_known_only_later_is_what_failed_at_first() -> None:
    waits = Waiting(of_pod(""), of_pod(NOT_FOUND), of_pod(REFUSED))
    assert waits.run() is WaitOutcome.NEW_PROBLEM
    assert waits.lines[-1].endswith(f"(at first: CauseNotReported: {IMAGE}, TagNotFound: {IMAGE})")


def test_a_secret_that_was_put_right_is_no_new_problem_before_the_kubelet_tries_again() -> None:
    def with_secrets(*secrets: JsonObject) -> Snapshot:
        snapshot = of_pod(REFUSED, Secret=list(secrets))
        snapshot.pods[0]["spec"]["imagePullSecrets"] = [{"name": "regcred"}]
        return snapshot

    empty = {"metadata": {"name": "regcred", "namespace": "shop"}, "type": "Opaque"}
    waits = Waiting(with_secrets(), with_secrets(empty))
    assert waits.run(10) is WaitOutcome.TIMED_OUT
    assert waits.lines == [
        f"pod/web-1: still failing: PullSecretMissing: {IMAGE}",
        f"pod/web-1: still failing: NoCredentials: {IMAGE}",
    ]


@pytest.mark.parametrize(("message", "cause"), [(LIMITED, "RateLimited"), ("", "CauseNotReported")])
def test_another_image_whose_cause_may_pass_gets_half_a_minute(message: str, cause: str) -> None:
    waits = Waiting(of_pod(NOT_FOUND), of_pod(message, OTHER))
    assert waits.run() is WaitOutcome.NEW_PROBLEM
    assert waits.lines == [
        f"pod/web-1: {STILL}",
        f"pod/web-1: now failing: {cause}: {OTHER}",
        f"pod/web-1: new problem: {cause}: {OTHER} (at first: TagNotFound: {IMAGE})",
    ]
    assert sum(waits.sleeps) == 32
    passes = Waiting(of_pod(NOT_FOUND), of_pod(message, OTHER), RUNNING)
    assert passes.run() is WaitOutcome.RESOLVED

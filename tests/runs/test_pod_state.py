from __future__ import annotations

import pytest
from clusters import BACK_OFF, IMAGE, at, event, failed, pod, running, waiting
from runs.rollouts import (
    CRASH,
    FAILING,
    FOLLOWED,
    GOOD,
    NEW,
    NO_HOST,
    REFUSED,
    STILL,
    cluster,
    failing,
    pulled,
    text,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.runs.followed import FollowedTarget
from kubectl_imagepull.runs.target import Target
from kubectl_imagepull.runs.wait_state import wait_state


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([pulled()], "Running, pulled in 3 s"),
        ([pulled("in 99ms (99ms including waiting)")], "Running, pulled in 0.1 s"),
        ([pulled("in 10.4µs")], "Running, pulled in 0.1 s"),
        ([pulled("in 940ms")], "Running, pulled in 0.9 s"),
        ([pulled("in 960ms")], "Running, pulled in 1 s"),
        ([pulled("in 59.6s")], "Running, pulled in 1 min 0 s"),
        ([pulled("in 2m5.4s")], "Running, pulled in 2 min 5 s"),
        ([pulled("")], "Running, pulled"),
        ([pulled("in 1.2.3s")], "Running, pulled"),
        ([pulled("in 9s", at(30)), pulled("in 4s", at(45)), pulled("in 7s", at(20))], "Running, pulled in 4 s"),
        ([event("Pulled", f'Container image "{IMAGE}" already present on machine', at(50))], "Running, image already present on the node"),
        ([event("Pulled", f'Container image "{IMAGE}" already present on machine and can be accessed by the pod', at(50)), pulled()], "Running, pulled in 3 s"),
        ([event("Pulled", "something else", at(50))], "Running"),
        ([pulled(uid="another")], "Running"),
        ([], "Running"),
    ],
)  # fmt: skip
def test_says_how_the_image_of_a_running_pod_came(events: list[JsonObject], expected: str) -> None:
    state = wait_state(cluster([pod(statuses=GOOD, phase="Running")], events), FOLLOWED)
    assert state.lines == (f"pod/web-1: {expected}",)
    assert state.resolved


def test_a_pod_that_has_done_its_work_is_resolved() -> None:
    done = pod(statuses={"app": {"state": {"terminated": {"exitCode": 0}}}}, phase="Succeeded")
    state = wait_state(cluster([done], [pulled()]), FOLLOWED)
    assert (state.lines, state.resolved) == (("pod/web-1: Completed, pulled in 3 s",), True)


def test_each_pull_that_still_fails_is_named_with_its_cause() -> None:
    assert text(FAILING) == f"pod/web-1: {STILL}"
    two = pod(statuses={"app": waiting("ErrImagePull", BACK_OFF), "side": waiting("ErrImagePull", BACK_OFF)})
    events = [failed(at(40)), failed(at(45), NO_HOST, container="side")]
    assert text(cluster([two], events)) == f"pod/web-1: {STILL}\npod/web-1: still failing: DnsFailure: {IMAGE}"
    assert wait_state(FAILING, FOLLOWED).pending


def test_a_failed_pull_without_any_text() -> None:
    silent = pod(statuses={"app": waiting("ErrImagePull")})
    assert text(cluster([silent])) == f"pod/web-1: still failing: CauseNotReported: {IMAGE}"


def test_causes_are_those_of_the_report() -> None:
    wants = pod(statuses={"app": waiting("ErrImagePull", REFUSED)}, spec={"imagePullSecrets": [{"name": "regcred"}]})
    wants["spec"]["containers"] = [{"name": "app", "image": IMAGE}]
    assert text(cluster([wants])) == f"pod/web-1: still failing: NoCredentials: {IMAGE}"
    assert text(cluster([wants], Secret=[])) == f"pod/web-1: still failing: PullSecretMissing: {IMAGE}"
    silent = pod("b", {"app": waiting("ErrImagePull")}, uid="u2")
    neighbour = (*FOLLOWED, FollowedTarget("shop", Target("pod", "b")))
    assert text(cluster([failing(), silent], [failed(at(40))]), neighbour).endswith(f"pod/b: {STILL}")


@pytest.mark.parametrize(
    ("statuses", "status", "expected"),
    [
        ({"app": CRASH}, {}, "CrashLoopBackOff: back-off 10s restarting failed container=app pod=web-1_shop(u1)"),
        ({"app": waiting("CreateContainerConfigError", 'configmap "nope" not found')}, {}, 'CreateContainerConfigError: configmap "nope" not found'),
        ({"app": waiting("RunContainerError")}, {}, "RunContainerError"),
        ({"app": waiting("RunContainerError", "a\n  b\x1b[31m" + "c" * 300)}, {}, "RunContainerError: a b\\x1b[31m" + "c" * 167 + "..."),
        ({"app": {"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}}, {}, "OOMKilled: container app ended with exit code 137"),
        ({"app": {"state": {"terminated": {"exitCode": 1}}}}, {}, "Error: container app ended with exit code 1"),
        ({"app": NEW["app"]}, {"initContainerStatuses": [{"name": "init", **CRASH}]}, "CrashLoopBackOff: back-off 10s restarting failed container=app pod=web-1_shop(u1)"),
        ({}, {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}, "Evicted: The node was low on resource: memory."),
        ({}, {"phase": "Failed"}, "Failed"),
    ],
)  # fmt: skip
def test_shows_a_new_problem_as_such(statuses: dict[str, JsonObject], status: JsonObject, expected: str) -> None:
    state = wait_state(cluster([pod(statuses=statuses, status=status)], [pulled()]), FOLLOWED)
    assert state.lines == (f"pod/web-1: pull fixed; now {expected}",)
    assert (state.pending, state.problems) == (False, {("shop", "web-1")})


def test_a_pull_that_fails_counts_more_than_a_crash() -> None:
    both = pod(statuses={"app": waiting("ImagePullBackOff", BACK_OFF), "side": CRASH})
    assert text(cluster([both], [failed(at(40))])) == f"pod/web-1: {STILL}"


@pytest.mark.parametrize(
    ("statuses", "status", "events", "expected"),
    [
        (NEW, {}, [], "ContainerCreating"),
        ({}, {}, [], "Pending"),
        ({"app": {"state": {"waiting": {}}}}, {"phase": ""}, [], "no status yet"),
        ({"app": running(), "side": waiting("PodInitializing")}, {"phase": "Running"}, [], "PodInitializing"),
        ({}, {"conditions": [{"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}]}, [], "not scheduled: 0/3 nodes are available"),
        (NEW, {}, [event("FailedMount", 'configmap "x" not found', at(9), container=None), event("Scheduled", "y", at(20))], 'ContainerCreating, FailedMount: configmap "x" not found'),
    ],
)  # fmt: skip
def test_says_what_a_pod_waits_for(
    statuses: dict[str, JsonObject], status: JsonObject, events: list[JsonObject], expected: str
) -> None:
    spec = {"containers": [{"name": "app", "image": IMAGE}]} if not statuses else {}
    state = wait_state(cluster([pod(statuses=statuses, status=status, spec=spec)], events), FOLLOWED)
    assert state.lines == (f"pod/web-1: waiting: {expected}",)
    assert (state.pending, state.resolved) == (True, False)

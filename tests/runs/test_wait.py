"""How `diagnose --wait` follows pods and workloads, on readings made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from clusters import BACK_OFF, IMAGE, NOT_FOUND, NOW, at, event, failed, pod, running, waiting

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source, SourceError
from kubectl_imagepull.runs.target import Target, parse_target
from kubectl_imagepull.runs.wait import (
    DEFAULT_WAIT,
    Followed,
    Outcome,
    follow,
    pods_to_come,
    spelled_out,
    state_of,
    wait_for,
)

POD = Target("pod", "web-1")
DEPLOYMENT = Target("deployment", "web")
FOLLOWED = (Followed("shop", POD),)
BY_DEPLOYMENT = (Followed("shop", DEPLOYMENT),)
STILL = f"still failing: TagNotFound: {IMAGE}"
NO_HOST = "rpc error: code = Unknown desc = dial tcp: lookup registry.example.com: no such host"
REFUSED = "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
CRASH = waiting("CrashLoopBackOff", "back-off 10s restarting failed container=app pod=web-1_shop(u1)")


def cluster(pods: list[JsonObject], events: Sequence[JsonObject] = (), **kinds: list[JsonObject]) -> Snapshot:
    return Snapshot(Source("cluster", "test", "shop"), {"Pod": pods, "Event": events, **kinds}, NOW)


def failing(name: str = "web-1", **about: Any) -> JsonObject:
    return pod(name, {"app": waiting("ImagePullBackOff", BACK_OFF)}, **about)


def pulled(
    how: str = "in 3.2s (3.2s including waiting). Image size: 5 bytes.", last: str = at(50), **about: Any
) -> JsonObject:
    return event("Pulled", f'Successfully pulled image "{IMAGE}" {how}'.strip(), last, **about)


def owner(kind: str, name: str) -> list[JsonObject]:
    return [{"kind": kind, "name": name, "controller": True}]


def of_set(name: str, generation: str, statuses: dict[str, JsonObject], minute: int, **metadata: Any) -> JsonObject:
    """A pod of a ReplicaSet of the Deployment `web`."""
    return pod(
        name,
        statuses,
        uid=f"u-{name}",
        metadata={
            "creationTimestamp": at(minute),
            "labels": {"pod-template-hash": generation},
            "ownerReferences": owner("ReplicaSet", f"web-{generation}"),
            **metadata,
        },
    )


def replica_set(generation: str, revision: int, replicas: int = 1, minute: int = 0, of: str = "web") -> JsonObject:
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"web-{generation}",
            "namespace": "shop",
            "creationTimestamp": at(minute),
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": owner("Deployment", of),
        },
        "spec": {"replicas": replicas},
    }


BAD = {"app": waiting("ImagePullBackOff", BACK_OFF)}
GOOD = {"app": running()}
NEW = {"app": waiting("ContainerCreating")}
FAILING = cluster([failing()], [failed(at(40))])
RUNNING = cluster([pod(statuses=GOOD, phase="Running")], [failed(at(40)), pulled()])
CRASHING = cluster([pod(statuses={"app": CRASH}, phase="Running")], [failed(at(40)), pulled()])


def text(snapshot: Snapshot, followed: Sequence[Followed] = FOLLOWED) -> str:
    return "\n".join(state_of(snapshot, followed).lines)


# --- one pod


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
    state = state_of(cluster([pod(statuses=GOOD, phase="Running")], events), FOLLOWED)
    assert state.lines == (f"pod/web-1: {expected}",)
    assert state.resolved


def test_a_pod_that_has_done_its_work_is_resolved() -> None:
    done = pod(statuses={"app": {"state": {"terminated": {"exitCode": 0}}}}, phase="Succeeded")
    state = state_of(cluster([done], [pulled()]), FOLLOWED)
    assert (state.lines, state.resolved) == (("pod/web-1: Completed, pulled in 3 s",), True)


def test_each_pull_that_still_fails_is_named_with_its_cause() -> None:
    assert text(FAILING) == f"pod/web-1: {STILL}"
    two = pod(statuses={"app": waiting("ErrImagePull", BACK_OFF), "side": waiting("ErrImagePull", BACK_OFF)})
    events = [failed(at(40)), failed(at(45), NO_HOST, container="side")]
    assert text(cluster([two], events)) == f"pod/web-1: {STILL}\npod/web-1: still failing: DnsFailure: {IMAGE}"
    assert state_of(FAILING, FOLLOWED).pending


def test_a_failed_pull_without_any_text() -> None:
    silent = pod(statuses={"app": waiting("ErrImagePull")})
    assert text(cluster([silent])) == f"pod/web-1: still failing: CauseNotReported: {IMAGE}"


def test_causes_are_those_of_the_report() -> None:
    wants = pod(statuses={"app": waiting("ErrImagePull", REFUSED)}, spec={"imagePullSecrets": [{"name": "regcred"}]})
    wants["spec"]["containers"] = [{"name": "app", "image": IMAGE}]
    assert text(cluster([wants])) == f"pod/web-1: still failing: NoCredentials: {IMAGE}"
    assert text(cluster([wants], Secret=[])) == f"pod/web-1: still failing: PullSecretMissing: {IMAGE}"
    silent = pod("b", {"app": waiting("ErrImagePull")}, uid="u2")
    neighbour = (*FOLLOWED, Followed("shop", Target("pod", "b")))
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
    state = state_of(cluster([pod(statuses=statuses, status=status)], [pulled()]), FOLLOWED)
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
    state = state_of(cluster([pod(statuses=statuses, status=status, spec=spec)], events), FOLLOWED)
    assert state.lines == (f"pod/web-1: waiting: {expected}",)
    assert (state.pending, state.resolved) == (True, False)


# --- what is followed


def test_without_targets_the_workloads_of_failing_pods_are_followed() -> None:
    pods = [
        of_set("web-a-1", "a", BAD, 1),
        of_set("web-a-2", "a", BAD, 1),
        failing("alone", namespace="team"),
        pod("fine", GOOD),
    ]
    assert follow(cluster(pods)) == (Followed("shop", DEPLOYMENT), Followed("team", Target("pod", "alone")))
    assert follow(cluster([pod("fine", GOOD)])) == ()


def test_targets_are_followed_in_every_namespace_that_has_them() -> None:
    pods = [of_set("web-1", "a", BAD, 1), failing("web-1", namespace="team"), pod("fine", GOOD)]
    assert follow(cluster(pods), [POD]) == (Followed("shop", POD, DEPLOYMENT), Followed("team", POD))
    assert follow(cluster(pods), [DEPLOYMENT, parse_target("sts/web")]) == BY_DEPLOYMENT
    assert Followed("shop", POD, DEPLOYMENT).deployment == ("Deployment", "shop", "web")
    assert BY_DEPLOYMENT[0].deployment == ("Deployment", "shop", "web")
    assert Followed("team", POD).deployment is None


def test_says_the_namespace_where_all_are_read() -> None:
    everywhere = replace(FAILING, source=Source("cluster", "test", None))
    assert text(everywhere) == f"shop pod/web-1: {STILL}"


# --- workloads


def test_new_pods_replace_old_ones() -> None:
    old = of_set("old", "a", BAD, 1)
    assert text(cluster([old]), BY_DEPLOYMENT).startswith("deployment/web: still failing: ")
    new = of_set("new", "b", NEW, 20)
    assert text(cluster([old, new]), BY_DEPLOYMENT) == "deployment/web: waiting: ContainerCreating"
    new = of_set("new", "b", GOOD, 20)
    assert text(cluster([new, old]), BY_DEPLOYMENT) == "deployment/web: Running"


def test_old_pods_that_still_run_beside_failing_new_ones_are_no_success() -> None:
    pods = [of_set("old", "a", GOOD, 1), of_set("new", "b", BAD, 20)]
    assert state_of(cluster(pods), BY_DEPLOYMENT).pending


def test_a_roll_back_makes_an_old_replica_set_the_newest() -> None:
    sets = [replica_set("a", 3, minute=0), replica_set("b", 2, minute=9)]
    pods = [of_set("back", "a", GOOD, 1), of_set("new", "b", BAD, 20)]
    assert text(cluster(pods, ReplicaSet=sets), BY_DEPLOYMENT) == "deployment/web: Running"


def test_a_new_replica_set_without_pods_is_waited_for() -> None:
    sets = [replica_set("a", 1), replica_set("b", 2), replica_set("c", 9, replicas=0), replica_set("d", 7, of="other")]
    snapshot = cluster([of_set("old", "a", GOOD, 1)], ReplicaSet=sets)
    state = state_of(snapshot, BY_DEPLOYMENT)
    assert (state.lines, state.pending) == (("deployment/web: waiting for its new pods",), True)
    scaled = cluster([of_set("old", "a", GOOD, 1)], ReplicaSet=[sets[0], replica_set("b", 2, replicas=0)])
    assert text(scaled, BY_DEPLOYMENT) == "deployment/web: Running"


def test_the_newest_pod_decides_where_a_replica_set_is_not_known() -> None:
    pods = [of_set("old", "a", GOOD, 1), of_set("new", "b", BAD, 20)]
    found = state_of(cluster(pods, ReplicaSet=[replica_set("a", 5)]), BY_DEPLOYMENT)
    assert found.pending


def test_pods_that_are_being_deleted_do_not_count() -> None:
    leaving = of_set("web-1", "a", BAD, 1, deletionTimestamp=at(30))
    assert text(cluster([leaving]), BY_DEPLOYMENT) == "deployment/web: has no pods"
    assert text(cluster([leaving])) == "pod/web-1: gone, and nothing has replaced it"
    assert state_of(cluster([leaving]), FOLLOWED).pending


def test_a_pod_that_is_gone_is_followed_by_its_workloads_pods() -> None:
    followed = (Followed("shop", POD, DEPLOYMENT),)
    old, new = of_set("web-1", "a", BAD, 1), of_set("web-2", "b", GOOD, 20)
    assert text(cluster([old, new]), followed).startswith("pod/web-1: still failing: ")
    assert text(cluster([new]), followed) == "pod/web-1: gone, now deployment/web: Running"
    waits = cluster([], ReplicaSet=[replica_set("b", 2)])
    assert text(waits, followed) == "pod/web-1: gone, now deployment/web: waiting for its new pods"
    assert text(cluster([]), followed) == "pod/web-1: gone, and nothing has replaced it"


def test_a_pod_that_came_back_under_its_name_is_a_new_one() -> None:
    again = pod(statuses=GOOD, uid="u2")
    assert text(cluster([again], [failed(at(40), uid="u1"), pulled(uid="u2")])) == "pod/web-1: Running, pulled in 3 s"


def test_an_evicted_pod_does_not_count_beside_a_younger_one() -> None:
    evicted = of_set("gone", "a", {}, 1)
    evicted["status"] |= {"phase": "Failed", "reason": "Evicted"}
    assert text(cluster([evicted]), BY_DEPLOYMENT) == "deployment/web: pull fixed; now Evicted"
    assert text(cluster([evicted, of_set("new", "a", GOOD, 2)]), BY_DEPLOYMENT) == "deployment/web: Running"


def test_the_newest_job_of_a_cron_job_counts() -> None:
    def run(minutes: int, statuses: dict[str, JsonObject]) -> JsonObject:
        name = f"report-{29400000 + minutes}"
        made = {"creationTimestamp": at(minutes), "ownerReferences": owner("Job", name)}
        return pod(f"{name}-x", statuses, uid=name, metadata=made)

    other = pod("report-daily-1-x", BAD, uid="o", metadata={"ownerReferences": owner("Job", "report-daily-1")})
    snapshot = cluster([run(1, BAD), run(5, GOOD), other])
    followed = follow(snapshot, [parse_target("cj/report")])
    assert followed == (Followed("shop", Target("cronjob", "report")),)
    assert text(snapshot, followed) == "cronjob/report: Running"


def test_owners_that_later_readings_do_not_hold_are_known_by_name() -> None:
    def rollout(generation: str, statuses: dict[str, JsonObject], minute: int) -> JsonObject:
        return of_set(
            f"web-{generation}-x", generation, statuses, minute, labels={"rollouts-pod-template-hash": generation}
        )

    held = replica_set("a", 1)
    held["metadata"]["ownerReferences"] = owner("Rollout", "web")
    followed = follow(cluster([rollout("a", BAD, 1)], ReplicaSet=[held]))
    assert followed == (Followed("shop", Target("rollout", "web")),)
    later = cluster([rollout("a", BAD, 1), rollout("b", GOOD, 9)])
    assert text(later, followed) == "rollout/web: Running"


def test_an_owner_that_cannot_be_known_again_is_not_followed() -> None:
    made = {"ownerReferences": owner("Job", "build-7")}
    job = {
        "kind": "Job",
        "metadata": {"name": "build-7", "namespace": "shop", "ownerReferences": owner("Pipeline", "p")},
    }
    snapshot = cluster([pod("build-7-x", BAD, metadata=made)], Job=[job])
    assert follow(snapshot) == (Followed("shop", Target("job", "build-7")),)
    assert text(replace(snapshot, objects={"Pod": snapshot.pods}), follow(snapshot)).startswith("job/build-7: still")


def test_pods_of_a_custom_owner_all_count() -> None:
    made = {"ownerReferences": owner("Cluster", "pg")}
    pods = [pod("pg-1", GOOD, uid="1", metadata=made), pod("pg-2", NEW, uid="2", metadata=made)]
    followed = (Followed("shop", Target("cluster", "pg")),)
    assert state_of(cluster(pods), followed).lines == (
        "cluster/pg: 1 of 2 pods: waiting: ContainerCreating",
        "cluster/pg: 1 of 2 pods: Running",
    )


def test_pods_that_stand_alike_share_a_line() -> None:
    pods = [
        of_set("a", "x", GOOD, 1),
        of_set("b", "x", BAD, 1),
        of_set("c", "x", BAD, 1),
        of_set("d", "x", {"app": CRASH}, 1),
        of_set("e", "x", NEW, 1),
        of_set("f", "x", {"app": waiting("ErrImagePull", NO_HOST)}, 1),
    ]
    events = [failed(at(40), name=name, uid=f"u-{name}") for name in ("b", "c")]
    state = state_of(cluster(pods, events), BY_DEPLOYMENT)
    assert state.lines == (
        f"deployment/web: 2 of 6 pods: {STILL}",
        f"deployment/web: 1 of 6 pods: still failing: DnsFailure: {IMAGE}",
        "deployment/web: 1 of 6 pods: pull fixed; now CrashLoopBackOff: back-off 10s restarting failed container=app pod=web-1_shop(u1)",
        "deployment/web: 1 of 6 pods: waiting: ContainerCreating",
        "deployment/web: 1 of 6 pods: Running",
    )


# --- the loop


class Waiting:
    """A clock that sleeping moves on, and readings in turn; the last one stays."""

    def __init__(self, *readings: Snapshot | SourceError) -> None:
        self.readings = list(readings)
        self.now = 100.0
        self.sleeps: list[float] = []
        self.lines: list[str] = []
        self.reads = 0

    def read(self) -> Snapshot:
        self.reads += 1
        reading = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        if isinstance(reading, SourceError):
            raise reading
        return reading

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def run(self, seconds: float = 300, followed: Sequence[Followed] = FOLLOWED, *, excused: bool = True) -> Outcome:
        end = self.now + seconds
        return wait_for(
            self.read, followed, end, self.sleep, self.lines.append, clock=lambda: self.now, excused=excused
        )


def test_what_runs_already_is_not_waited_for() -> None:
    waits = Waiting(RUNNING)
    assert waits.run() is Outcome.RESOLVED
    assert (waits.lines, waits.sleeps) == (["pod/web-1: Running, pulled in 3 s"], [])
    assert Waiting(cluster([])).run(followed=()) is Outcome.RESOLVED


def test_what_fails_at_first_ends_the_waiting_where_it_is_not_excused() -> None:
    waits = Waiting(FAILING)
    assert waits.run(excused=False) is Outcome.NEW_PROBLEM
    assert (waits.lines, waits.sleeps) == ([f"pod/web-1: failing: TagNotFound: {IMAGE}"], [])


def test_what_may_pass_by_itself_is_given_half_a_minute() -> None:
    throttled = cluster([pod(statuses={"app": waiting("ErrImagePull", "pull QPS exceeded")})])
    assert Waiting(throttled, RUNNING).run(excused=False) is Outcome.RESOLVED
    waits = Waiting(throttled)
    assert waits.run(excused=False) is Outcome.NEW_PROBLEM
    assert waits.lines == [f"pod/web-1: failing: KubeletThrottled: {IMAGE}"]
    assert sum(waits.sleeps) == 30


def test_a_change_that_the_controller_has_not_seen_is_waited_for() -> None:
    def changed(seen: int) -> Snapshot:
        metadata = {"name": "web", "namespace": "shop", "generation": 2}
        deployment = {"kind": "Deployment", "metadata": metadata, "status": {"observedGeneration": seen}}
        sets = [replica_set("a", 1)] if seen < 2 else [replica_set("a", 1), replica_set("b", 2)]
        pods = [of_set("web-a-1", "a", BAD, 1)] + ([of_set("web-b-1", "b", GOOD, 2)] if seen == 2 else [])
        return cluster(pods, ReplicaSet=sets, Deployment=[deployment])

    waits = Waiting(changed(1), changed(2))
    assert waits.run(followed=BY_DEPLOYMENT, excused=False) is Outcome.RESOLVED
    assert waits.lines == ["deployment/web: waiting for its new pods", "deployment/web: Running"]


def test_only_workloads_that_want_pods_are_waited_for_without_any() -> None:
    def there(replicas: int) -> Snapshot:
        metadata = {"name": "web", "namespace": "shop"}
        deployment = {"kind": "Deployment", "metadata": metadata, "spec": {"replicas": replicas}}
        return cluster([], Deployment=[deployment])

    assert pods_to_come(there(1), [DEPLOYMENT, POD, Target("deployment", "other")]) == BY_DEPLOYMENT
    assert pods_to_come(there(1), [replace(DEPLOYMENT, namespace="else")]) == ()
    assert pods_to_come(there(0), [DEPLOYMENT]) == ()
    own = Target("replicaset", "web-a")
    assert pods_to_come(cluster([], ReplicaSet=[replica_set("a", 1)]), [own]) == (Followed("shop", own),)


def test_reads_every_two_seconds_until_it_runs_twice() -> None:
    waits = Waiting(FAILING, FAILING, RUNNING)
    assert waits.run() is Outcome.RESOLVED
    assert waits.lines == [f"pod/web-1: {STILL}", "pod/web-1: Running, pulled in 3 s"]
    assert waits.sleeps == [2.0, 2.0, 2.0]


def test_a_container_that_dies_at_once_is_a_new_problem() -> None:
    waits = Waiting(FAILING, RUNNING, CRASHING)
    assert waits.run() is Outcome.NEW_PROBLEM
    assert waits.lines[-1] == (
        "pod/web-1: pull fixed; now CrashLoopBackOff: back-off 10s restarting failed container=app pod=web-1_shop(u1)"
    )
    assert len(waits.sleeps) == 2


def test_a_problem_that_was_there_before_does_not_end_the_waiting_for_others() -> None:
    def both(other: JsonObject) -> Snapshot:
        return cluster([pod(statuses={"app": CRASH}), other], [failed(at(40), name="b", uid="u2")])

    followed = (*FOLLOWED, Followed("shop", Target("pod", "b")))
    waits = Waiting(both(failing("b", uid="u2")), both(failing("b", uid="u2")), both(pod("b", GOOD, uid="u2")))
    assert waits.run(followed=followed) is Outcome.NEW_PROBLEM
    assert len(waits.sleeps) == 2
    assert Waiting(CRASHING).run() is Outcome.NEW_PROBLEM


def test_a_new_problem_ends_the_waiting_though_another_pull_fails() -> None:
    def both(one: JsonObject) -> Snapshot:
        return cluster([one, failing("b", uid="u2")])

    followed = (*FOLLOWED, Followed("shop", Target("pod", "b")))
    waits = Waiting(both(failing()), both(pod(statuses={"app": CRASH})))
    assert waits.run(followed=followed) is Outcome.NEW_PROBLEM


def test_time_is_up_and_not_a_moment_later() -> None:
    waits = Waiting(FAILING)
    assert waits.run(5) is Outcome.TIMED_OUT
    assert waits.sleeps == [2.0, 2.0, 1.0]
    assert waits.lines == [f"pod/web-1: {STILL}"]
    once = Waiting(FAILING)
    assert (once.run(0), once.reads, once.sleeps) == (Outcome.TIMED_OUT, 1, [])


def test_what_runs_at_the_last_reading_is_resolved() -> None:
    assert Waiting(FAILING, RUNNING).run(2) is Outcome.RESOLVED


def test_a_reading_that_fails_is_said_and_tried_again() -> None:
    error = SourceError("cannot reach the API server")
    waits = Waiting(FAILING, error, error, RUNNING)
    assert waits.run() is Outcome.RESOLVED
    assert waits.lines == [
        f"pod/web-1: {STILL}",
        "trying again: cannot reach the API server",
        "pod/web-1: Running, pulled in 3 s",
    ]
    never = Waiting(error)
    assert (never.run(5), never.reads) == (Outcome.TIMED_OUT, 4)


def test_the_cause_that_changes_is_said_and_waited_on() -> None:
    other = cluster([failing()], [failed(at(45), NO_HOST)])
    waits = Waiting(FAILING, other, RUNNING)
    assert waits.run() is Outcome.RESOLVED
    assert waits.lines[1] == f"pod/web-1: still failing: DnsFailure: {IMAGE}"


# --- new problems among the pulls

OTHER = "registry.example.com/team/app:1.2.4"
SLOW = "dial tcp 192.0.2.1:443: i/o timeout"
LIMITED = "toomanyrequests: You have reached your pull rate limit"
WRONG = "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized: incorrect username or password"


def of_pod(message: str, image: str = IMAGE, **kinds: list[JsonObject]) -> Snapshot:
    """The pod that can't pull an image, and says why."""
    said = message.replace(IMAGE, image)
    return cluster([pod(statuses={"app": waiting("ErrImagePull", said)}, image=image)], **kinds)


def test_another_image_that_cannot_be_pulled_is_a_new_problem_at_once() -> None:
    waits = Waiting(of_pod(NOT_FOUND), of_pod(NOT_FOUND, OTHER))
    assert waits.run() is Outcome.NEW_PROBLEM
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
    assert waits.run(followed=BY_DEPLOYMENT) is Outcome.NEW_PROBLEM
    assert waits.lines[-1] == (f"deployment/web: new problem: TagNotFound: {OTHER} (at first: TagNotFound: {IMAGE})")


def test_where_no_pull_failed_at_first_each_is_a_new_problem() -> None:
    waits = Waiting(cluster([pod(statuses=NEW)]), FAILING)
    assert waits.run() is Outcome.NEW_PROBLEM
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
    assert waits.run() is Outcome.NEW_PROBLEM
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
    assert waits.run(60) is Outcome.TIMED_OUT
    assert all("still failing: " in line for line in waits.lines)


def test_what_is_known_only_later_is_what_failed_at_first() -> None:
    waits = Waiting(of_pod(""), of_pod(NOT_FOUND), of_pod(REFUSED))
    assert waits.run() is Outcome.NEW_PROBLEM
    assert waits.lines[-1].endswith(f"(at first: CauseNotReported: {IMAGE}, TagNotFound: {IMAGE})")


def test_a_secret_that_was_put_right_is_no_new_problem_before_the_kubelet_tries_again() -> None:
    def with_secrets(*secrets: JsonObject) -> Snapshot:
        snapshot = of_pod(REFUSED, Secret=list(secrets))
        snapshot.pods[0]["spec"]["imagePullSecrets"] = [{"name": "regcred"}]
        return snapshot

    empty = {"metadata": {"name": "regcred", "namespace": "shop"}, "type": "Opaque"}
    waits = Waiting(with_secrets(), with_secrets(empty))
    assert waits.run(10) is Outcome.TIMED_OUT
    assert waits.lines == [
        f"pod/web-1: still failing: PullSecretMissing: {IMAGE}",
        f"pod/web-1: still failing: NoCredentials: {IMAGE}",
    ]


@pytest.mark.parametrize(("message", "cause"), [(LIMITED, "RateLimited"), ("", "CauseNotReported")])
def test_another_image_whose_cause_may_pass_gets_half_a_minute(message: str, cause: str) -> None:
    waits = Waiting(of_pod(NOT_FOUND), of_pod(message, OTHER))
    assert waits.run() is Outcome.NEW_PROBLEM
    assert waits.lines == [
        f"pod/web-1: {STILL}",
        f"pod/web-1: now failing: {cause}: {OTHER}",
        f"pod/web-1: new problem: {cause}: {OTHER} (at first: TagNotFound: {IMAGE})",
    ]
    assert sum(waits.sleeps) == 32
    passes = Waiting(of_pod(NOT_FOUND), of_pod(message, OTHER), RUNNING)
    assert passes.run() is Outcome.RESOLVED


# --- the flag


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("diagnose web", "diagnose web"),
        ("diagnose --wait", f"diagnose --wait={DEFAULT_WAIT}"),
        ("diagnose --wait web", f"diagnose --wait={DEFAULT_WAIT} web"),
        ("diagnose --wait -n shop web", f"diagnose --wait={DEFAULT_WAIT} -n shop web"),
        ("diagnose --wait 30s web", "diagnose --wait=30s web"),
        ("diagnose --wait 90 web", "diagnose --wait=90 web"),
        ("diagnose --wait=1m30s web", "diagnose --wait=1m30s web"),
        ("diagnose --wait=soon", "diagnose --wait=soon"),
        ("diagnose -- --wait", "diagnose -- --wait"),
    ],
)
def test_wait_takes_a_duration_or_none(arguments: str, expected: str) -> None:
    assert spelled_out(arguments.split()) == expected.split()

from __future__ import annotations

from dataclasses import replace

from clusters import at, failed, pod
from runs.rollouts import (
    BAD,
    BY_DEPLOYMENT,
    DEPLOYMENT,
    FAILING,
    FOLLOWED,
    GOOD,
    NEW,
    POD,
    STILL,
    Waiting,
    cluster,
    failing,
    of_set,
    owner,
    pulled,
    replica_set,
    text,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source
from kubectl_imagepull.runs.followed import FollowedTarget, follow, pods_to_come
from kubectl_imagepull.runs.target import Target, parse_target
from kubectl_imagepull.runs.wait import WaitOutcome
from kubectl_imagepull.runs.wait_state import wait_state


def test_without_targets_the_workloads_of_failing_pods_are_followed() -> None:
    pods = [
        of_set("web-a-1", "a", BAD, 1),
        of_set("web-a-2", "a", BAD, 1),
        failing("alone", namespace="team"),
        pod("fine", GOOD),
    ]
    assert follow(cluster(pods)) == (FollowedTarget("shop", DEPLOYMENT), FollowedTarget("team", Target("pod", "alone")))
    assert follow(cluster([pod("fine", GOOD)])) == ()


def test_targets_are_followed_in_every_namespace_that_has_them() -> None:
    pods = [of_set("web-1", "a", BAD, 1), failing("web-1", namespace="team"), pod("fine", GOOD)]
    assert follow(cluster(pods), [POD]) == (FollowedTarget("shop", POD, DEPLOYMENT), FollowedTarget("team", POD))
    assert follow(cluster(pods), [DEPLOYMENT, parse_target("sts/web")]) == BY_DEPLOYMENT
    assert FollowedTarget("shop", POD, DEPLOYMENT).deployment == ("Deployment", "shop", "web")
    assert BY_DEPLOYMENT[0].deployment == ("Deployment", "shop", "web")
    assert FollowedTarget("team", POD).deployment is None


def test_says_the_namespace_where_all_are_read() -> None:
    everywhere = replace(FAILING, source=Source("cluster", "test", None))
    assert text(everywhere) == f"shop pod/web-1: {STILL}"


def test_new_pods_replace_old_ones() -> None:
    old = of_set("old", "a", BAD, 1)
    assert text(cluster([old]), BY_DEPLOYMENT).startswith("deployment/web: still failing: ")
    new = of_set("new", "b", NEW, 20)
    assert text(cluster([old, new]), BY_DEPLOYMENT) == "deployment/web: waiting: ContainerCreating"
    new = of_set("new", "b", GOOD, 20)
    assert text(cluster([new, old]), BY_DEPLOYMENT) == "deployment/web: Running"


def test_old_pods_that_still_run_beside_failing_new_ones_are_no_success() -> None:
    pods = [of_set("old", "a", GOOD, 1), of_set("new", "b", BAD, 20)]
    assert wait_state(cluster(pods), BY_DEPLOYMENT).pending


def test_a_roll_back_makes_an_old_replica_set_the_newest() -> None:
    sets = [replica_set("a", 3, minute=0), replica_set("b", 2, minute=9)]
    pods = [of_set("back", "a", GOOD, 1), of_set("new", "b", BAD, 20)]
    assert text(cluster(pods, ReplicaSet=sets), BY_DEPLOYMENT) == "deployment/web: Running"


def test_a_new_replica_set_without_pods_is_waited_for() -> None:
    sets = [replica_set("a", 1), replica_set("b", 2), replica_set("c", 9, replicas=0), replica_set("d", 7, of="other")]
    snapshot = cluster([of_set("old", "a", GOOD, 1)], ReplicaSet=sets)
    state = wait_state(snapshot, BY_DEPLOYMENT)
    assert (state.lines, state.pending) == (("deployment/web: waiting for its new pods",), True)
    scaled = cluster([of_set("old", "a", GOOD, 1)], ReplicaSet=[sets[0], replica_set("b", 2, replicas=0)])
    assert text(scaled, BY_DEPLOYMENT) == "deployment/web: Running"


def test_the_newest_pod_decides_where_a_replica_set_is_not_known() -> None:
    pods = [of_set("old", "a", GOOD, 1), of_set("new", "b", BAD, 20)]
    found = wait_state(cluster(pods, ReplicaSet=[replica_set("a", 5)]), BY_DEPLOYMENT)
    assert found.pending


def test_pods_that_are_being_deleted_do_not_count() -> None:
    leaving = of_set("web-1", "a", BAD, 1, deletionTimestamp=at(30))
    assert text(cluster([leaving]), BY_DEPLOYMENT) == "deployment/web: has no pods"
    assert text(cluster([leaving])) == "pod/web-1: gone, and nothing has replaced it"
    assert wait_state(cluster([leaving]), FOLLOWED).pending


def test_a_pod_that_is_gone_is_followed_by_its_workloads_pods() -> None:
    followed = (FollowedTarget("shop", POD, DEPLOYMENT),)
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
    assert followed == (FollowedTarget("shop", Target("cronjob", "report")),)
    assert text(snapshot, followed) == "cronjob/report: Running"


def test_owners_that_later_readings_do_not_hold_are_known_by_name() -> None:
    def rollout(generation: str, statuses: dict[str, JsonObject], minute: int) -> JsonObject:
        return of_set(
            f"web-{generation}-x", generation, statuses, minute, labels={"rollouts-pod-template-hash": generation}
        )

    held = replica_set("a", 1)
    held["metadata"]["ownerReferences"] = owner("Rollout", "web")
    followed = follow(cluster([rollout("a", BAD, 1)], ReplicaSet=[held]))
    assert followed == (FollowedTarget("shop", Target("rollout", "web")),)
    later = cluster([rollout("a", BAD, 1), rollout("b", GOOD, 9)])
    assert text(later, followed) == "rollout/web: Running"


def test_an_owner_that_cannot_be_known_again_is_not_followed() -> None:
    made = {"ownerReferences": owner("Job", "build-7")}
    job = {
        "kind": "Job",
        "metadata": {"name": "build-7", "namespace": "shop", "ownerReferences": owner("Pipeline", "p")},
    }
    snapshot = cluster([pod("build-7-x", BAD, metadata=made)], Job=[job])
    assert follow(snapshot) == (FollowedTarget("shop", Target("job", "build-7")),)
    assert text(replace(snapshot, objects={"Pod": snapshot.pods}), follow(snapshot)).startswith("job/build-7: still")


def test_pods_of_a_custom_owner_all_count() -> None:
    made = {"ownerReferences": owner("Cluster", "pg")}
    pods = [pod("pg-1", GOOD, uid="1", metadata=made), pod("pg-2", NEW, uid="2", metadata=made)]
    followed = (FollowedTarget("shop", Target("cluster", "pg")),)
    assert wait_state(cluster(pods), followed).lines == (
        "cluster/pg: 1 of 2 pods: waiting: ContainerCreating",
        "cluster/pg: 1 of 2 pods: Running",
    )


def test_a_change_that_the_controller_has_not_seen_is_waited_for() -> None:
    def changed(seen: int) -> Snapshot:
        metadata = {"name": "web", "namespace": "shop", "generation": 2}
        deployment = {"kind": "Deployment", "metadata": metadata, "status": {"observedGeneration": seen}}
        sets = [replica_set("a", 1)] if seen < 2 else [replica_set("a", 1), replica_set("b", 2)]
        pods = [of_set("web-a-1", "a", BAD, 1)] + ([of_set("web-b-1", "b", GOOD, 2)] if seen == 2 else [])
        return cluster(pods, ReplicaSet=sets, Deployment=[deployment])

    waits = Waiting(changed(1), changed(2))
    assert waits.run(followed=BY_DEPLOYMENT, excused=False) is WaitOutcome.RESOLVED
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
    assert pods_to_come(cluster([], ReplicaSet=[replica_set("a", 1)]), [own]) == (FollowedTarget("shop", own),)

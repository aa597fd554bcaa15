"""Pods of an older revision: told by their controller's own numbers and marks, and how far the newer one is."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster, pod, waiting

from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.evidence.rollouts import Rollouts, look_at_rollout
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.rollout_progress import RolloutProgress
from kubectl_imagepull.vocabulary.workload import Workload

OLD, NEW = "registry.example.com/team/app:1.2.3", "registry.example.com/team/app:1.2.4"


def owned(kind: str, name: str, **metadata: Any) -> JsonObject:
    return {"ownerReferences": [{"kind": kind, "name": name, "controller": True}], **metadata}


def item(kind: str, name: str, metadata: JsonObject | None = None, **fields: Any) -> JsonObject:
    return {"kind": kind, "metadata": {"name": name, "namespace": "shop", **(metadata or {})}, **fields}


def template(image: str) -> JsonObject:
    return {"spec": {"containers": [{"name": "app", "image": image}]}}


def replica_set(name: str, number: str, image: str = NEW, **status: Any) -> JsonObject:
    metadata = owned("Deployment", "web", annotations={"deployment.kubernetes.io/revision": number})
    return item("ReplicaSet", name, metadata, spec={"template": template(image)}, status=status)


def progress(failing: JsonObject, **kinds: list[JsonObject]) -> RolloutProgress | None:
    snapshot = cluster([failing], **kinds)
    (failure,) = find_failures(snapshot)
    chain = Owners(snapshot).chain_of(failing)
    return Rollouts(snapshot).newer_than(failure, chain)


def failing_pod(metadata: JsonObject, name: str = "web-1") -> JsonObject:
    return pod(name, {"app": waiting("ErrImagePull", "not found")}, metadata=metadata)


DEPLOYMENT = item("Deployment", "web", spec={"replicas": 2})
OF_OLD = failing_pod(owned("ReplicaSet", "web-old"))


def test_a_replica_set_with_a_higher_number_replaces_the_pod_s() -> None:
    sets = [replica_set("web-old", "1"), replica_set("web-new", "2", replicas=1, readyReplicas=0)]
    found = progress(OF_OLD, ReplicaSet=sets, Deployment=[DEPLOYMENT])
    assert found == RolloutProgress("2", 2, 1, 0, NEW)
    (evidence,) = look_at_rollout(found, Workload("Deployment", "web"))
    assert evidence.text == (
        "this pod belongs to an older revision: deployment/web is rolling out revision 2 with image "
        f"{NEW}, 1 of 2 updated and 0 ready"
    )


def test_after_a_rollback_the_number_says_which_is_newest() -> None:
    # the ReplicaSet that is rolled back to gets a new number
    sets = [replica_set("web-old", "2"), replica_set("web-new", "3", replicas=2, readyReplicas=2)]
    found = progress(OF_OLD, ReplicaSet=sets)
    assert found == RolloutProgress("3", None, 2, 2, NEW)


@pytest.mark.parametrize(
    "kinds",
    [
        {"ReplicaSet": [replica_set("web-old", "2"), replica_set("web-new", "1")]},
        {"ReplicaSet": [replica_set("web-old", "2")]},
        {"ReplicaSet": [replica_set("web-new", "2")]},
        {"ReplicaSet": []},
        {
            "ReplicaSet": [replica_set("web-old", "1"), replica_set("web-new", "2")],
            "Deployment": [item("Deployment", "web", spec={"paused": True})],
        },
    ],
    ids=["of the newest", "the only one", "own set unknown", "no sets", "paused"],
)
def test_what_is_no_older_revision(kinds: dict[str, list[JsonObject]]) -> None:
    assert progress(OF_OLD, **kinds) is None
    assert look_at_rollout(None, Workload("Deployment", "web")) == ()


def stateful_set(spec: JsonObject | None = None, generation: int = 2) -> JsonObject:
    status = {"updateRevision": "db-new", "observedGeneration": 2, "updatedReplicas": 1, "readyReplicas": 3}
    spec = {"replicas": 3, "template": template(NEW), **(spec or {})}
    return item("StatefulSet", "db", {"generation": generation}, spec=spec, status=status)


def member(mark: str = "db-old", name: str = "db-1") -> JsonObject:
    return failing_pod(owned("StatefulSet", "db", labels={"controller-revision-hash": mark}), name)


def test_a_stateful_set_in_order_waits_for_the_pod() -> None:
    found = progress(member(), StatefulSet=[stateful_set()])
    assert found == RolloutProgress("db-new", 3, 1, 1, NEW, waits_for_pod=True)
    assert str(found) == f"a newer revision with image {NEW}, 1 of 3 updated and 1 ready"


def test_a_parallel_stateful_set_replaces_the_pod_by_itself() -> None:
    found = progress(member(), StatefulSet=[stateful_set({"podManagementPolicy": "Parallel"})])
    assert found is not None
    assert not found.waits_for_pod


@pytest.mark.parametrize(
    ("failing", "held"),
    [
        (member("db-new"), stateful_set()),
        (member(), stateful_set(generation=3)),
        (member(), stateful_set({"updateStrategy": {"rollingUpdate": {"partition": 2}}})),
        (failing_pod(owned("StatefulSet", "db")), stateful_set()),
    ],
    ids=["of the newest", "not yet observed", "below the partition", "without a mark"],
)
def test_members_that_nothing_replaces(failing: JsonObject, held: JsonObject) -> None:
    assert progress(failing, StatefulSet=[held]) is None


@pytest.mark.parametrize(
    ("image", "is_older"),
    [(NEW, True), (OLD, False), (OLD.replace("registry.example.com", "mirror.example"), False)],
    ids=["another tag", "the same", "the same from a mirror"],
)
def test_an_object_that_somebody_shortened_is_held_against_the_pod(image: str, *, is_older: bool) -> None:
    shortened = item("StatefulSet", "db", spec={"replicas": 3, "template": template(image)})
    found = progress(failing_pod(owned("StatefulSet", "db"), "db-1"), StatefulSet=[shortened])
    assert found == (RolloutProgress("", 3, 0, 0, NEW, waits_for_pod=True) if is_older else None)


def controller_revision(number: int, mark: str, image: str = NEW) -> JsonObject:
    metadata = owned("DaemonSet", "agent", labels={"controller-revision-hash": mark})
    data = {"spec": {"template": template(image)}}
    return item("ControllerRevision", f"agent-{mark}", metadata, revision=number, data=data)


@pytest.mark.parametrize("strategy", ["RollingUpdate", "OnDelete"])
def test_a_daemon_set_s_newest_controller_revision_replaces_the_pod_s(strategy: str) -> None:
    status = {"observedGeneration": 1, "desiredNumberScheduled": 5, "updatedNumberScheduled": 2, "numberReady": 4}
    spec = {"updateStrategy": {"type": strategy}}
    held = item("DaemonSet", "agent", {"generation": 1}, spec=spec, status=status)
    failing = failing_pod(owned("DaemonSet", "agent", labels={"controller-revision-hash": "a"}))
    revisions = [controller_revision(1, "a"), controller_revision(2, "b")]
    found = progress(failing, DaemonSet=[held], ControllerRevision=revisions)
    assert found == RolloutProgress("2", 5, 2, 2, NEW, waits_for_pod=strategy == "OnDelete")
    assert progress(failing, DaemonSet=[held], ControllerRevision=revisions[:1]) is None


def test_a_login_in_the_newer_image_is_not_told() -> None:
    sets = [replica_set("web-old", "1"), replica_set("web-new", "2", f"https://bob:s3cret@{NEW}", replicas=1)]
    found = progress(OF_OLD, ReplicaSet=sets, Deployment=[DEPLOYMENT])
    assert found
    assert "s3cret" not in str(found)
    assert NEW in found.image

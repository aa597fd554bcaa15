"""Owners: as far as the snapshot holds them."""

import pytest
from clusters import cluster, pod

from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.workload import Rollout, Workload


def owned(kind: str, name: str, **metadata: object) -> JsonObject:
    return {"ownerReferences": [{"kind": kind, "name": name, "controller": True}], **metadata}


def held(kind: str, name: str, metadata: JsonObject) -> JsonObject:
    return {"kind": kind, "metadata": {"name": name, "namespace": "shop", **metadata}}


def test_a_bare_pod_is_its_own_workload() -> None:
    lone = pod()
    assert Owners(cluster([lone])).chain_of(lone) == (Workload("Pod", "web-1"),)


def test_a_replica_set_that_is_held_leads_to_its_owner() -> None:
    one = pod(metadata=owned("ReplicaSet", "web-6b"))
    owners = Owners(cluster([one], ReplicaSet=[held("ReplicaSet", "web-6b", owned("Rollout", "web"))]))
    assert owners.chain_of(one)[-1] == Workload("Rollout", "web")


def test_a_replica_set_that_is_not_held_is_read_from_the_template_hash() -> None:
    one = pod(metadata=owned("ReplicaSet", "web-6b", labels={"pod-template-hash": "6b"}))
    assert Owners(cluster([one])).chain_of(one)[-1] == Workload("Deployment", "web")
    other = pod(metadata=owned("ReplicaSet", "web-6b", labels={"pod-template-hash": "7c"}))
    assert Owners(cluster([other])).chain_of(other)[-1] == Workload("ReplicaSet", "web-6b")


def test_a_job_leads_to_its_cron_job() -> None:
    one = pod(metadata=owned("Job", "night-1"))
    owners = Owners(cluster([one], Job=[held("Job", "night-1", owned("CronJob", "night"))]))
    assert owners.chain_of(one) == (Workload("Pod", "web-1"), Workload("Job", "night-1"), Workload("CronJob", "night"))


def test_owners_in_a_circle_end() -> None:
    one = pod(metadata=owned("Job", "a"))
    owners = Owners(cluster([one], Job=[held("Job", "a", owned("Job", "a"))]))
    assert owners.chain_of(one)[-1] == Workload("Job", "a")


@pytest.mark.parametrize(
    ("kind", "spec", "rollout"),
    [
        ("StatefulSet", {}, None),
        ("StatefulSet", {"replicas": 2}, Rollout(ordered=True)),
        ("StatefulSet", {"podManagementPolicy": "OrderedReady"}, Rollout(ordered=True)),
        ("StatefulSet", {"podManagementPolicy": "Parallel"}, Rollout()),
        ("StatefulSet", {"updateStrategy": {"type": "OnDelete"}}, Rollout(ordered=True, on_delete=True)),
        (
            "StatefulSet",
            {"updateStrategy": {"rollingUpdate": {"partition": 3}}, "ordinals": {"start": 1}},
            Rollout(ordered=True, partition=3, first_ordinal=1),
        ),
        ("DaemonSet", {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {}}}, Rollout()),
        ("DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, Rollout(on_delete=True)),
    ],
)
def test_a_workload_says_how_its_pods_get_a_change(kind: str, spec: JsonObject, rollout: Rollout | None) -> None:
    one = pod(metadata=owned(kind, "db"))
    item = {**held(kind, "db", {}), "spec": spec}
    assert Owners(cluster([one], **{kind: [item]})).chain_of(one)[-1] == Workload(kind, "db", rollout=rollout)
    assert Owners(cluster([one])).chain_of(one)[-1].rollout is None


def test_a_deployment_says_nothing_of_it() -> None:
    one = pod(metadata=owned("ReplicaSet", "web-6b"))
    sets = [held("ReplicaSet", "web-6b", owned("Deployment", "web"))]
    deployment = {**held("Deployment", "web", {}), "spec": {"replicas": 1}}
    owners = Owners(cluster([one], ReplicaSet=sets, Deployment=[deployment]))
    assert owners.chain_of(one)[-1] == Workload("Deployment", "web")

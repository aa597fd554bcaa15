"""Owners: as far as the snapshot holds them."""

from clusters import cluster, pod

from kubectl_imagepull.cluster.snapshot import JsonObject
from kubectl_imagepull.workload import Owners, Workload


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

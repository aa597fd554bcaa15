"""Owners: as far as the snapshot holds them."""

import pytest
from clusters import cluster, pod

from kubectl_imagepull.evidence.owners import Owners, RefusedOwner
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
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


# -- claims ----------------------------------------------------------------------------------------------------------


def claiming(version: str, kind: str, name: str, uid: str = "FORGED", pod_name: str = "web-1") -> JsonObject:
    """A pod that names this owner as an API server would have it."""
    owner = {"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": True}
    return pod(pod_name, metadata={"ownerReferences": [owner]})


@pytest.mark.parametrize(
    ("version", "kind", "name", "why"),
    [
        ("apps/v1", "Deployment", "payments-api", "no Deployment creates a Pod"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "cluster-admin", "no ClusterRoleBinding creates a Pod"),
        ("v1", "PersistentVolume", "pv-prod", "no PersistentVolume creates a Pod"),
        ("v1", "Pod", "other", "no Pod creates a Pod"),
        ("v1", "Job", "web", "no Job creates a Pod"),
        ("apps/v1", "StatefulSet", "*", "its name or kind isn't valid in Kubernetes"),
        ("v1", "deployment/a,secrets", "x", "its name or kind isn't valid in Kubernetes"),
        ("apps/v1", "StatefulSet", "payments", "what it creates is named payments-..."),
    ],
)
def test_an_owner_that_makes_no_such_pod_is_not_followed(version: str, kind: str, name: str, why: str) -> None:
    one = claiming(version, kind, name)
    owners = Owners(cluster([one]))
    assert owners.chain_of(one) == (Workload("Pod", "web-1"),)
    assert owners.refused_for(one) == RefusedOwner(Workload(kind, name), why)


def test_an_owner_with_another_uid_is_not_followed() -> None:
    one = claiming("apps/v1", "StatefulSet", "web")
    sets = [held("StatefulSet", "web", {"uid": "REAL"})]
    owners = Owners(cluster([one], StatefulSet=sets))
    assert owners.chain_of(one) == (Workload("Pod", "web-1"),)
    assert owners.refused_for(one) == RefusedOwner(
        Workload("StatefulSet", "web"), "the one that exists has another uid"
    )
    true = claiming("apps/v1", "StatefulSet", "web", "REAL", "any-name")
    assert Owners(cluster([true], StatefulSet=sets)).chain_of(true)[-1] == Workload("StatefulSet", "web")


def test_a_replica_set_with_another_uid_leads_to_no_deployment() -> None:
    one = claiming("apps/v1", "ReplicaSet", "web-6b", pod_name="web-6b-x")
    one["metadata"]["labels"] = {"pod-template-hash": "6b"}
    replicas = held("ReplicaSet", "web-6b", {"uid": "REAL", **owned("Deployment", "web")})
    assert Owners(cluster([one], ReplicaSet=[replicas])).chain_of(one) == (Workload("Pod", "web-6b-x"),)


def test_an_owner_that_is_not_held_is_followed_where_the_name_fits() -> None:
    one = claiming("apps/v1", "StatefulSet", "web")
    assert Owners(cluster([one])).chain_of(one)[-1] == Workload("StatefulSet", "web")
    long = claiming("batch/v1", "Job", "x" * 63, pod_name=f"{'x' * 58}-abcde")
    assert Owners(cluster([long])).chain_of(long)[-1] == Workload("Job", "x" * 63)
    indexed = claiming("batch/v1", "Job", "x" * 63, pod_name=f"{'x' * 52}-9999-abcde")
    assert Owners(cluster([indexed])).chain_of(indexed)[-1] == Workload("Job", "x" * 63)


def test_a_static_pod_is_its_own_workload() -> None:
    one = claiming("v1", "Node", "worker-a")
    owners = Owners(cluster([one]))
    assert owners.chain_of(one) == (Workload("Pod", "web-1"),)
    assert owners.refused_for(one) is None


def test_a_custom_resource_is_followed_and_never_taken_for_a_built_in_kind() -> None:
    one = claiming("postgresql.cnpg.io/v1", "Cluster", "pg")
    assert Owners(cluster([one])).chain_of(one) == (Workload("Pod", "web-1"), Workload("Cluster", "pg"))
    same = claiming("batch.volcano.sh/v1alpha1", "Job", "web")
    (own,) = Owners(cluster([same], Job=[held("Job", "web", owned("CronJob", "night"))])).chain_of(same)
    assert own == Workload("Pod", "web-1", Manager(ManagerKind.OPERATOR, "web", "", "Job", "batch.volcano.sh"))

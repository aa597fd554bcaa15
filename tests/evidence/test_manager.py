"""Managers: the marks that deployers and operators leave."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster, pod

from kubectl_imagepull.evidence.manager import Manager, manager_of
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.workload import Workload

HELM = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}
TRACKED = {"argocd.argoproj.io/tracking-id": "storefront:apps/Deployment:shop/web"}
CUSTOM = {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "name": "k8s", "controller": True}


def marked(labels: Any = None, annotations: Any = None, owners: Any = None, **names: str) -> JsonObject:
    """An object with these marks."""
    own = {"name": "web", "namespace": "shop", **names}
    return {"metadata": {**own, "labels": labels, "annotations": annotations, "ownerReferences": owners}}


@pytest.mark.parametrize(
    ("labels", "annotations", "name", "proof"),
    [
        ({}, HELM, "Helm release web", "annotation meta.helm.sh/release-name"),
        (
            {},
            {**HELM, "meta.helm.sh/release-namespace": "infra"},
            "Helm release web in namespace infra",
            "annotation meta.helm.sh/release-name",
        ),
        (
            {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "web"},
            {},
            "Helm release web",
            "label app.kubernetes.io/managed-by",
        ),
        ({"helm.sh/chart": "web-1.2.3", "release": "front"}, {}, "Helm release front", "label helm.sh/chart"),
        ({"helm.sh/chart": "web-1.2.3"}, {}, "Helm chart web-1.2.3", "label helm.sh/chart"),
        (
            {"helm.sh/chart": "web-1.2.3", "app.kubernetes.io/instance": "web"},
            TRACKED,
            "Argo CD application storefront",
            "annotation argocd.argoproj.io/tracking-id",
        ),
        (
            {"argocd.argoproj.io/instance": "web"},
            {},
            "Argo CD application web",
            "label argocd.argoproj.io/instance",
        ),
        (
            {"app.kubernetes.io/instance": "web"},
            {"argocd.argoproj.io/sync-wave": "2"},
            "Argo CD application web",
            "label app.kubernetes.io/instance beside argocd.argoproj.io/sync-wave",
        ),
        (
            {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"},
            {},
            "Flux kustomization flux-system/apps",
            "label kustomize.toolkit.fluxcd.io/name",
        ),
        (
            {"helm.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/namespace": "apps"},
            HELM,
            "Flux release apps/web",
            "label helm.toolkit.fluxcd.io/name",
        ),
        (
            {"olm.owner": "etcdoperator.v0.9.4", "olm.owner.kind": "ClusterServiceVersion"},
            {},
            "ClusterServiceVersion etcdoperator.v0.9.4 (OLM)",
            "label olm.owner",
        ),
        (
            {"app.kubernetes.io/managed-by": "strimzi-cluster-operator"},
            {},
            "strimzi-cluster-operator",
            "label app.kubernetes.io/managed-by",
        ),
    ],
)
def test_marks(labels: Any, annotations: Any, name: str, proof: str) -> None:
    assert manager_of(marked(labels, annotations)) == Manager(name, proof)


@pytest.mark.parametrize(
    "item",
    [
        marked({"app.kubernetes.io/instance": "web"}),
        marked({"app.kubernetes.io/managed-by": "kustomize"}),
        marked(["helm.sh/chart"], "x", [None, {"kind": 3}]),
        marked(owners=[{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1"}]),
        marked(owners=[{"apiVersion": "v1", "kind": "Node", "name": "worker-a"}]),
        {"metadata": 3},
        {},
    ],
)
def test_what_tells_nothing(item: JsonObject) -> None:
    assert manager_of(item) is None


def test_an_operator_writes_what_its_own_object_owns() -> None:
    assert manager_of(marked({}, HELM, [CUSTOM])) == Manager(
        "Prometheus k8s", "owner reference to prometheus.monitoring.coreos.com/k8s"
    )
    version = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion", "name": "etcd.v1"}
    assert manager_of(marked(owners=[version])) == Manager(
        "ClusterServiceVersion etcd.v1 (OLM)",
        "owner reference to clusterserviceversion.operators.coreos.com/etcd.v1",
    )


# -- along the chain -----------------------------------------------------------------------------------------------


def owned_by(kind: str, name: str) -> list[JsonObject]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": True}]


def top_of(*, labels: Any = None, **kinds: list[JsonObject]) -> Workload:
    """The top of the chain of a pod of replica set web-6b."""
    labels = {"pod-template-hash": "6b", **(labels or {})}
    one = pod(metadata={"ownerReferences": owned_by("ReplicaSet", "web-6b"), "labels": labels})
    return Owners(cluster([one], **kinds)).chain_of(one)[-1]


def test_the_workload_says_who_manages_it() -> None:
    deployment, replicas = marked({}, HELM), marked(name="web-6b", owners=owned_by("Deployment", "web"))
    assert top_of(Deployment=[deployment], ReplicaSet=[replicas]) == Workload("Deployment", "web", "Helm release web")


def test_a_replica_set_has_the_marks_of_its_deployment() -> None:
    replicas = marked({}, HELM, owned_by("Deployment", "web"), name="web-6b")
    assert top_of(ReplicaSet=[replicas]) == Workload("Deployment", "web", "Helm release web")


def test_the_pod_s_labels_are_the_last_resort() -> None:
    labels = {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "shop"}
    assert top_of(labels=labels) == Workload("Deployment", "web", "Helm release shop")
    assert top_of(labels=labels, Deployment=[marked()]) == Workload("Deployment", "web"), "the workload knows better"


def test_an_operator_s_object_is_the_manager_and_not_the_workload() -> None:
    one = pod(metadata={"ownerReferences": owned_by("StatefulSet", "prometheus")})
    sets = [marked(owners=[CUSTOM], name="prometheus")]
    assert Owners(cluster([one], StatefulSet=sets)).chain_of(one)[-1] == Workload(
        "StatefulSet", "prometheus", "Prometheus k8s"
    )


def test_a_custom_owner_with_the_template_is_the_workload() -> None:
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web", "controller": True}
    replicas = marked(owners=[rollout], name="web-6b")
    assert top_of(ReplicaSet=[replicas]) == Workload("Rollout", "web")


def test_a_bare_pod_may_be_managed_too() -> None:
    one = pod(metadata={"annotations": HELM})
    assert Owners(cluster([one])).chain_of(one) == (Workload("Pod", "web-1", "Helm release web"),)

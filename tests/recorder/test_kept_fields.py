"""What is recorded of an object: what a diagnosis reads, and nothing that nobody has thought of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clusters import pod, waiting

from kubectl_imagepull.recorder.kept_annotations import kept_annotations
from kubectl_imagepull.recorder.kept_fields import kept

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
CONTAINER = {
    "name": "app",
    "image": "user:hunter2@registry.example.com/app:1",
    "imagePullPolicy": "Always",
    "args": ["hunter2"],
    "command": ["hunter2"],
    "env": [{"name": "A", "value": "hunter2"}],
    "envFrom": [{"secretRef": {"name": "hunter2"}}],
    "volumeMounts": [{"name": "model", "mountPath": "/hunter2"}],
    "livenessProbe": {"exec": {"command": ["hunter2"]}},
    "resources": {"limits": {"cpu": "1"}},
    "hunter2": "hunter2",
}
KEPT_CONTAINER = {
    "name": "app",
    "image": "REDACTED@registry.example.com/app:1",
    "imagePullPolicy": "Always",
    "volumeMounts": [{"name": "model"}],
}
VOLUMES = [
    {"name": "model", "image": {"reference": "registry.example.com/model:1"}},
    {"name": "data", "persistentVolumeClaim": {"claimName": "hunter2"}},
    {"name": "config", "configMap": {"name": "hunter2"}},
]
KEPT_VOLUMES = [VOLUMES[0], {"name": "data", "persistentVolumeClaim": {}}, {"name": "config"}]


def test_a_pod_keeps_what_tells_of_its_pulls() -> None:
    item = pod(
        statuses={"app": waiting("ErrImagePull", 'Head "https://u:hunter2@registry.example.com/v2/": EOF')},
        spec={"containers": [CONTAINER], "volumes": VOLUMES, "hunter2": {"a": "hunter2"}},
        metadata={"managedFields": [{"manager": "hunter2"}], "labels": {"app": "web"}},
    )
    item["status"]["containerStatuses"][0]["lastState"] = {"terminated": {"exitCode": 1, "message": "hunter2"}}
    made = kept(item)
    assert "hunter2" not in json.dumps(made)
    assert made["spec"] == {"nodeName": "node-a", "containers": [KEPT_CONTAINER], "volumes": KEPT_VOLUMES}
    assert made["metadata"]["labels"] == {"app": "web"}
    (status,) = made["status"]["containerStatuses"]
    assert status["state"]["waiting"]["message"] == 'Head "https://REDACTED@registry.example.com/v2/": EOF'
    assert status["lastState"] == {"terminated": {"exitCode": 1}}
    assert item["spec"]["containers"] == [CONTAINER]


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", {"template": {"spec": {"containers": [CONTAINER]}}}, ("spec", "template", "spec")),
        (
            "CronJob",
            {"jobTemplate": {"spec": {"template": {"spec": {"containers": [CONTAINER]}}}}},
            ("spec", "jobTemplate", "spec", "template", "spec"),
        ),
    ],
)
def test_a_workload_keeps_its_template(kind: str, spec: dict[str, Any], expected: tuple[str, ...]) -> None:
    made: Any = kept({"kind": kind, "metadata": {"name": "web"}, "spec": {**spec, "hunter2": "hunter2"}})
    assert "hunter2" not in json.dumps(made)
    for step in expected:
        made = made[step]
    assert made == {"containers": [KEPT_CONTAINER]}


@pytest.mark.parametrize("reason", ["Unhealthy", "ProbeError", "FailedPostStartHook"])
def test_what_a_container_printed_is_not_kept(reason: str) -> None:
    item = {"kind": "Event", "metadata": {"name": "e"}, "reason": reason, "message": "body: hunter2", "count": 3}
    assert kept(item) == {"kind": "Event", "metadata": {"name": "e"}, "reason": reason, "count": 3}


def test_what_a_container_was_started_with_is_not_kept() -> None:
    made = kept(pod(statuses={"app": waiting("RunContainerError", 'exec: "login hunter2": not found')}))
    assert made["status"]["containerStatuses"][0]["state"] == {"waiting": {"reason": "RunContainerError"}}


def test_a_revision_keeps_its_template() -> None:
    data = {"spec": {"template": {"spec": {"containers": [CONTAINER]}}}, "hunter2": "hunter2"}
    made = kept({"kind": "ControllerRevision", "metadata": {"name": "web-1"}, "revision": 3, "data": data})
    assert made["revision"] == 3
    assert made["data"] == {"spec": {"template": {"spec": {"containers": [KEPT_CONTAINER]}}}}


def test_what_is_of_another_type_than_the_api_gives_says_nothing() -> None:
    made = kept({"kind": "Pod", "metadata": {"name": "web"}, "spec": "hunter2", "status": ["hunter2"]})
    assert made == {"kind": "Pod", "metadata": {"name": "web"}, "spec": "", "status": []}


ANNOTATIONS: dict[str, tuple[str, str | None]] = {
    "note": ("hunter2", None),
    "meta.helm.sh/release-name": ("web", "web"),
    "argocd.argoproj.io/tracking-id": ("web:apps/Deployment:shop/web", "web:apps/Deployment:shop/web"),
    "argocd.argoproj.io/sync-wave": ("hunter2", ""),
    "sidecar.istio.io/status": ('{"version": "hunter2"}', ""),
    "k3s.io/node-args": ('["server", "--token", "hunter2"]', '["server"]'),
    "rke2.io/node-args": ('["--token", "hunter2"]', '["-"]'),
    "image.openshift.io/triggers": (
        '[{"from": {"kind": "ImageStreamTag", "name": "hunter2"}}]',
        '[{"from": {"kind": "ImageStreamTag"}}]',
    ),
    LAST_APPLIED: (json.dumps({"kind": "Deployment", "spec": {"template": {"spec": {"hunter2": 1}}}}), None),
}


@pytest.mark.parametrize("key", ANNOTATIONS)
def test_an_annotation_keeps_what_is_read_of_it(key: str) -> None:
    value, expected = ANNOTATIONS[key]
    assert kept_annotations({key: value}, "Deployment") == ({} if expected is None else {key: expected})


def test_of_a_manifest_the_misplaced_secrets_are_kept() -> None:
    container = {"name": "app", "env": [{"name": "A", "value": "hunter2"}], "imagePullSecrets": [{"name": "regcred"}]}
    manifest = {
        "kind": "Deployment",
        "metadata": {"annotations": {"imagePullSecrets": "hunter2"}},
        "spec": {"template": {"spec": {"containers": [{"name": "first", "args": ["hunter2"]}, container]}}},
    }
    made = kept_annotations({LAST_APPLIED: json.dumps(manifest)}, "Deployment")
    assert json.loads(made[LAST_APPLIED]) == {
        "kind": "Deployment",
        "spec": {
            "template": {"spec": {"containers": [{}, {"imagePullSecrets": [{"name": "regcred"}], "name": "app"}]}}
        },
    }
    assert kept_annotations({LAST_APPLIED: json.dumps(manifest)}, "Secret") == {}

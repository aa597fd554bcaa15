"""The fixes of owners that the recorded cluster doesn't show: bare pods, jobs, cron jobs, sets without a Deployment."""

from __future__ import annotations

from typing import Any

import pytest
from e2e.admin import Admin, Json
from e2e.control_plane import ControlPlane
from e2e.pasting import faults_of, pasteable, printed_by
from e2e.terminal import Terminal

from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Effect, commands_in

_NAMESPACE = "payments"
_REGISTRY = "private.corp.example"
_IMAGE = f"{_REGISTRY}/team/app:v1"
_PULL = f'failed to pull and unpack image "{_IMAGE}"'
#: Name of an owner -> why its pod's image can't be pulled.
_MESSAGES = {
    "login": f"{_PULL}: failed to resolve image: authorization failed: no basic auth credentials",
    "tag": f"{_PULL}: failed to resolve image: {_IMAGE}: not found",
    "platform": f"{_PULL}: no match for platform in manifest: not found",
    "digest": f"{_PULL}: failed commit on ref: unexpected commit digest sha256:{'1' * 64}, expected sha256:{'2' * 64}: "
    "failed precondition",
}
_CAUSES = {Cause.NO_CREDENTIALS, Cause.TAG_NOT_FOUND, Cause.PLATFORM_MISMATCH, Cause.CORRUPT_CONTENT}
_LABELS = {"app": "other"}
_SELECTOR = "app=other"
_SPEC: Json = {"containers": [{"name": "app", "image": _IMAGE}], "restartPolicy": "Always"}
_JOB: Json = {"template": {"metadata": {"labels": _LABELS}, "spec": {**_SPEC, "restartPolicy": "Never"}}}
_SET: Json = {"replicas": 1, "template": {"metadata": {"labels": _LABELS}, "spec": _SPEC}}
_OWNERS: dict[str, tuple[str, Json]] = {
    "ReplicaSet": ("apps/v1", {**_SET, "selector": {"matchLabels": _LABELS}}),
    "ReplicationController": ("v1", {**_SET, "selector": _LABELS}),
    "Job": ("batch/v1", _JOB),
    "StatefulSet": ("apps/v1", {**_SET, "selector": {"matchLabels": _LABELS}, "serviceName": "db"}),
    "CronJob": ("batch/v1", {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": _JOB}}),
}


def make(admin: Admin, kind: str, name: str, spec: Json, **more: Any) -> list[Json]:
    """Makes an object with the label of these tests, and gives what it owns its mark."""
    version = _OWNERS[kind][0] if kind in _OWNERS else "v1"
    metadata = {"name": name, "namespace": _NAMESPACE, "labels": _LABELS, **more.pop("metadata", {})}
    made = admin.create({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec, **more})
    return [{"apiVersion": version, "kind": kind, "name": name, "uid": made["metadata"]["uid"], "controller": True}]


def make_failing(admin: Admin, kind: str, name: str, message: str, *, mark: str = "x", **more: Any) -> None:
    """Makes an owner of this kind with a pod that fails, and what is between them; `more` goes into its spec."""
    marks: list[Json] = []
    if kind != "Pod":
        marks = make(admin, kind, name, {**_OWNERS[kind][1], **more})
    if kind == "CronJob":
        marks = make(admin, "Job", f"{name}-28", _JOB, metadata={"ownerReferences": marks})
    waiting = {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{_IMAGE}": ErrImagePull: {message}'}
    container = {"name": "app", "image": _IMAGE, "imageID": "", "ready": False, "restartCount": 0}
    status = {"phase": "Pending", "containerStatuses": [{**container, "state": {"waiting": waiting}}]}
    spec = {**_SPEC, "nodeName": "worker-a"}
    make(admin, "Pod", f"{name}-{mark}", spec, metadata={"ownerReferences": marks}, status=status)


@pytest.mark.parametrize("kind", ["Pod", *_OWNERS])
def test_every_fix_does_what_it_says(kind: str, plane: ControlPlane, admin: Admin, terminal: Terminal) -> None:
    for name, message in _MESSAGES.items():
        make_failing(admin, kind, name, message)
        if kind == "Pod":
            look = f"kubectl debug {name}-x -n {_NAMESPACE} --container=look --image=a/b:v1 --attach=false"
            assert terminal.paste(look).code == 0
    terminal.keep()
    fixes = printed_by(plane.kubeconfig(), _NAMESPACE, _SELECTOR)
    assert {one.diagnosis.workload.kind for one in fixes} == {kind}
    assert {one.diagnosis.cause for one in fixes} == _CAUSES
    faults = []
    for one in fixes:
        if one.for_cluster:
            faults += list(faults_of(one, terminal))
            terminal.reset()
    assert faults == []


@pytest.mark.parametrize(
    ("more", "changes"),
    [
        ({}, ["Pod payments/tag-1 is gone"]),
        ({"podManagementPolicy": "Parallel"}, []),
        ({"updateStrategy": {"type": "OnDelete"}}, ["Pod payments/tag-1 is gone"]),
        (
            {"updateStrategy": {"rollingUpdate": {"partition": 3}}},
            ["StatefulSet payments/tag: spec.updateStrategy.rollingUpdate.partition = 1", "Pod payments/tag-1 is gone"],
        ),
    ],
)
def test_a_change_of_a_stateful_set_comes_to_its_pod(
    more: Json, changes: list[str], plane: ControlPlane, admin: Admin, terminal: Terminal
) -> None:
    make_failing(admin, "StatefulSet", "tag", _MESSAGES["tag"], mark="1", **more)
    terminal.keep()
    (one,) = [
        one
        for one in printed_by(plane.kubeconfig(), _NAMESPACE, _SELECTOR)
        if Effect.CHANGES_WORKLOAD in one.fix.effects
    ]
    # one by one, to see in which order they come
    commands = [command for step in one.for_cluster for command in commands_in(step)]
    done = [line for command in commands for line in terminal.paste(pasteable(command)).changes]
    image = f"StatefulSet payments/tag: spec.template.spec.containers[app].image = {_REGISTRY}/team/app:v0.9-exists"
    assert done == [image, *changes]

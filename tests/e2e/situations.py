"""Workloads of every kind whose image can't be pulled, each in one of the situations that people are in.

A workload is called `web`, has one container `app`, and is alone in its namespace.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from e2e.admin import RESOURCES, Json, path_of
from e2e.live import LiveCluster, is_ready, waits_for_image
from e2e.registry import Login, Registry
from e2e.terminal import PASSWORD
from placeholders import VALUES

NAME, CONTAINER = "web", "app"
TAG = VALUES["EXISTING_TAG"]
LOGIN = Login(VALUES["REGISTRY_USER"], PASSWORD)
PUBLIC, PRIVATE = "registry.corp.example", "private.corp.example"
REGISTRY = Registry(
    public=frozenset({PUBLIC}),
    private=frozenset({PRIVATE}),
    tags=frozenset({"v1", TAG}),
    login=LOGIN,
)
_LABELS = {"app": NAME}
#: So seldom that it runs only when its last run is said to be long ago.
_SCHEDULE, _LONG_AGO = "0 0 1 1 *", "2020-01-01T00:00:00Z"
_MERGE = "application/merge-patch+json"


@dataclass(frozen=True)
class Owner:
    """A kind of workload, and how it gives its pods a change."""

    kind: str
    #: What its spec has beside selector and template.
    spec: Json = field(default_factory=dict)
    #: How many pods it has when all of them run.
    pods: int = 2
    #: How many of them fail where its first image can't be pulled.
    failing: int = 2
    #: How many fail after a change to such an image; 0 where it keeps no revisions.
    failing_after_change: int = 0
    #: Whether only pods that somebody deletes get a change.
    on_delete: bool = False


OWNERS = {
    "Deployment": Owner("Deployment", {"replicas": 2}, failing_after_change=1),
    "StatefulSet OrderedReady": Owner(
        "StatefulSet", {"replicas": 2, "serviceName": NAME}, failing=1, failing_after_change=1
    ),
    "StatefulSet Parallel": Owner(
        "StatefulSet",
        {"replicas": 2, "serviceName": NAME, "podManagementPolicy": "Parallel"},
        failing_after_change=1,
    ),
    "DaemonSet RollingUpdate": Owner("DaemonSet", failing_after_change=1),
    "DaemonSet OnDelete": Owner(
        "DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, failing_after_change=2, on_delete=True
    ),
    "ReplicaSet": Owner("ReplicaSet", {"replicas": 2}),
    "ReplicationController": Owner("ReplicationController", {"replicas": 2}),
    "Job": Owner("Job", pods=1, failing=1),
    "CronJob": Owner("CronJob", {"schedule": _SCHEDULE}, pods=1, failing=1),
    "Pod": Owner("Pod", pods=1, failing=1),
}


@dataclass(frozen=True)
class Situation:
    """Why the image of a workload can't be pulled."""

    tag: str = "v1"
    registry: str = PUBLIC
    #: What is written before the registry.
    scheme: str = ""
    #: The tag that ran before; "" where the workload never ran.
    earlier: str = ""
    #: What the container has beside its name and image.
    container: Json = field(default_factory=dict)
    #: Whether the template names a pull secret.
    names_secret: bool = False
    #: The password in the pull secret of that name; None where it isn't there.
    password: str | None = None
    #: The same for another namespace.
    password_elsewhere: str | None = None


SITUATIONS = {
    "missing tag, an earlier one ran": Situation("v9", earlier="v1"),
    "missing tag": Situation("v9"),
    "no credentials": Situation(registry=PRIVATE),
    "secret not named": Situation(registry=PRIVATE, password=PASSWORD),
    "wrong password": Situation(registry=PRIVATE, names_secret=True, password="outdated"),
    "named secret missing": Situation(registry=PRIVATE, names_secret=True),
    "named secret elsewhere": Situation(registry=PRIVATE, names_secret=True, password_elsewhere=PASSWORD),
    "pull policy Never": Situation(container={"imagePullPolicy": "Never"}),
    "scheme in the reference": Situation(scheme="https://"),
}


class FailingWorkload:
    """A workload in a situation, from the time at which its pods have failed; raises AssertionError if they don't."""

    def __init__(self, live: LiveCluster, namespace: str, owner: Owner, situation: Situation) -> None:
        self.live, self.namespace, self.owner, self.situation = live, namespace, owner, situation
        # all names of its own: what other namespaces have would be evidence
        self.repository, self._secret = f"{situation.registry}/{namespace}/{NAME}", f"{namespace}-registry"
        for place, password in (
            (namespace, situation.password),
            (f"{namespace}-elsewhere", situation.password_elsewhere),
        ):
            if place == namespace or password is not None:
                live.make_namespace(place)
            if password is not None:
                live.admin.create(pull_secret(place, self._secret, password))
        live.admin.create(self._object(self._image(situation.earlier or situation.tag)))
        self.hasten()
        if situation.earlier:
            assert self.comes_to_run(), self.state
            self._change_image(self._image(situation.tag))
        assert live.comes_to(namespace, self._fails), self.state

    @property
    def target(self) -> str:
        """The workload as kubectl names it."""
        return f"{self.owner.kind.lower()}/{NAME}"

    @property
    def template(self) -> Json:
        """What its pods are made from, as it is now, without a Job's uid, which is another after each replacement."""
        spec: Json = self._read()["spec"]
        if self.owner.kind == "Pod":
            return {key: value for key, value in spec.items() if key != "nodeName"}
        template: Json = (spec["jobTemplate"]["spec"] if self.owner.kind == "CronJob" else spec)["template"]
        labels = {name: value for name, value in template["metadata"]["labels"].items() if name in _LABELS}
        return {**template, "metadata": {**template["metadata"], "labels": labels}}

    @property
    def state(self) -> list[str]:
        """Its pods in short, for whoever asks why something didn't come true."""
        return [
            f"{pod['metadata']['name']} {pod['status'].get('phase')} "
            f"{[(one['image'], one['state']) for one in pod['status'].get('containerStatuses', ())]}"
            for pod in self.live.admin.items("Pod", self.namespace)
        ]

    def comes_to_run(self) -> bool:
        """Waits until all its pods run, after its controller has seen the last change; False where they don't."""
        return self.live.comes_to(self.namespace, self._runs)

    def _runs(self) -> bool:
        pods = self.live.pods(self.namespace)
        return len(pods) == self.owner.pods and all(map(is_ready, pods)) and self._is_observed()

    def hasten(self) -> None:
        """Lets the time come for a CronJob's next run."""
        if self.owner.kind == "CronJob":
            path = f"{path_of('CronJob', self.namespace, NAME)}/status"
            status = {"status": {"lastScheduleTime": _LONG_AGO}}
            self.live.admin.request("PATCH", path, status, content_type=_MERGE)

    def remove(self) -> None:
        """Takes the workload away, and with it its pods, so that nobody goes on pulling."""
        background = {"propagationPolicy": "Background"}
        self.live.admin.request("DELETE", path_of(self.owner.kind, self.namespace, NAME), background)

    def _image(self, tag: str) -> str:
        return f"{self.situation.scheme}{self.repository}:{tag}"

    def _fails(self) -> bool:
        failing = self.owner.failing_after_change if self.situation.earlier else self.owner.failing
        return sum(map(waits_for_image, self.live.pods(self.namespace))) == failing

    def _is_observed(self) -> bool:
        workload = self._read()
        observed = workload.get("status", {}).get("observedGeneration")
        return observed is None or self.owner.kind == "Pod" or observed == workload["metadata"]["generation"]

    def _change_image(self, image: str) -> None:
        template = {"spec": {"containers": [{"name": CONTAINER, "image": image}]}}
        path = path_of(self.owner.kind, self.namespace, NAME)
        self.live.admin.request("PATCH", path, {"spec": {"template": template}}, content_type=_MERGE)
        if self.owner.on_delete:
            for pod in self.live.pods(self.namespace):
                self.live.admin.delete("Pod", self.namespace, pod["metadata"]["name"])

    def _read(self) -> Json:
        return self.live.admin.get(self.owner.kind, self.namespace, NAME)

    def _object(self, image: str) -> Json:
        kind = self.owner.kind
        pod: Json = {"containers": [{"name": CONTAINER, "image": image, **self.situation.container}]}
        if self.situation.names_secret:
            pod["imagePullSecrets"] = [{"name": self._secret}]
        if kind in {"Job", "CronJob"}:
            pod["restartPolicy"] = "Never"
        template = {"metadata": {"labels": _LABELS}, "spec": pod}
        metadata = {"name": NAME, "namespace": self.namespace, "labels": _LABELS}
        return {
            "apiVersion": RESOURCES[kind][0],
            "kind": kind,
            "metadata": metadata,
            "spec": pod if kind == "Pod" else {**self.owner.spec, **_templated(kind, template)},
        }


def _templated(kind: str, template: Json) -> Json:
    if kind == "CronJob":
        return {"jobTemplate": {"spec": {"template": template}}}
    if kind == "Job":
        return {"template": template}
    return {"template": template, "selector": _LABELS if kind == "ReplicationController" else {"matchLabels": _LABELS}}


def pull_secret(namespace: str, name: str, password: str) -> Json:
    """A pull secret for PRIVATE, with the right user."""
    auth = b64encode(f"{LOGIN.user}:{password}".encode()).decode()
    config = {"auths": {PRIVATE: {"username": LOGIN.user, "password": password, "auth": auth}}}
    data: dict[str, Any] = {".dockerconfigjson": b64encode(json.dumps(config).encode()).decode()}
    metadata = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": metadata,
        "data": data,
    }

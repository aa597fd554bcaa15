"""The scheduler's and the kubelets' part, for pods that real controllers make: bind, pull, run, fail and stop.

A pod that is to stop goes at once, and the back-off between two pulls is a second: nobody waits five minutes for a test.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from hashlib import sha256
from itertools import count

from e2e.admin import Admin, AdminError, Json, path_of
from e2e.registry import Registry, logins_for
from e2e.waiting_states import Event, WaitingState, backing_off, invalid_name, never_pulled, unretrieved

from kubectl_imagepull.vocabulary.image_reference import parse, try_parse

NODES = ("node-1", "node-2")
_NOT_FOUND, _CONFLICT = 404, 409
_ENDED = frozenset({"Succeeded", "Failed"})
_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
#: Conditions that hold although a container waits.
_BEFORE_READY = frozenset({"PodReadyToStartContainers", "Initialized", "PodScheduled"})


class Kubelets:
    """The kubelets of NODES and the scheduler, in a thread of their own from `start` to `stop`."""

    def __init__(self, admin: Admin, registry: Registry) -> None:
        self._admin, self._registry = admin, registry
        self._images: defaultdict[str, set[str]] = defaultdict(set)
        self._numbers = count(1)
        self._stopped = threading.Event()
        self._threads = ThreadPoolExecutor(max_workers=1)

    def start(self) -> None:
        """Makes the nodes, and begins."""
        for name in NODES:
            self._make_node(name)
        self._work = self._threads.submit(self._run)

    def stop(self) -> None:
        """Ends it; raises what had ended it before."""
        self._stopped.set()
        self._threads.shutdown()
        self._work.result()

    def check(self) -> None:
        """Raises what has ended it, so that nobody waits for pods that nobody runs."""
        if self._work.done():
            self._work.result()

    def _run(self) -> None:
        while not self._stopped.is_set():
            pods = self._admin.request("GET", "/api/v1/pods")
            # each look is another try for those that wait
            for pod in pods["items"]:
                self._sync(pod)
            for change in self._admin.watch("/api/v1/pods", pods["metadata"]["resourceVersion"], seconds=1):
                if change["type"] in {"ADDED", "MODIFIED"}:
                    self._sync(change["object"])

    def _sync(self, pod: Json) -> None:
        """Brings a pod one step further."""
        ended = pod["status"].get("phase") in _ENDED
        try:
            if pod["metadata"].get("deletionTimestamp"):
                self._stop_pod(pod, ended=ended)
            elif "nodeName" not in pod["spec"]:
                self._bind(pod)
            elif not ended:
                self._update(pod)
        except AdminError as error:
            # it was changed or has gone since it was read: the next look shows it as it is by then
            if error.status not in {_NOT_FOUND, _CONFLICT}:
                raise

    def _stop_pod(self, pod: Json, *, ended: bool) -> None:
        # a Job counts the pod only if it has ended before it goes
        if not ended:
            self._admin.set_status("Pod", pod, {**pod["status"], "phase": "Failed"})
            return
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        self._admin.request("DELETE", _path(pod), body)

    def _bind(self, pod: Json) -> None:
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": _node_for(pod)},
        }
        self._admin.request("POST", f"{_path(pod)}/binding", binding)

    def _update(self, pod: Json) -> None:
        secrets, missing = self._pull_secrets(pod)
        before = {one["name"]: one for one in pod["status"].get("containerStatuses", ())}
        statuses, events = [], [("", unretrieved(missing))] if missing else []
        for container in pod["spec"]["containers"]:
            status, new = self._container(pod, container, secrets, before.get(container["name"], {}))
            statuses.append(status)
            events += [(f"spec.containers{{{container['name']}}}", event) for event in new]
        status = _pod_status(pod, statuses)
        if status == pod["status"]:
            return
        self._admin.set_status("Pod", pod, status)
        for place, event in events:
            self._record(pod, place, event)

    def _container(
        self, pod: Json, container: Json, secrets: Sequence[Json], before: Json
    ) -> tuple[Json, tuple[Event, ...]]:
        """The status of a container, and what is new about it."""
        image, name = container["image"], container["name"]
        if "running" in before.get("state", {}) and before["image"] == image:
            return before, ()
        node = pod["spec"]["nodeName"]
        waiting = self._waiting_state(container, secrets, on_node=image in self._images[node])
        state: Json
        if waiting is None:
            self._images[node].add(image)
            state = {"running": {"startedAt": _now()}}
            events = (
                Event("Normal", "Pulled", f'Successfully pulled image "{image}" in 1s (1s including waiting).'),
                Event("Normal", "Started", "Container started"),
            )
        else:
            state, events = {"waiting": {"reason": waiting.reason, "message": waiting.message}}, waiting.events
        runs = waiting is None
        image_id = _image_id(image) if runs else ""
        status = {"name": name, "image": image, "imageID": image_id, "restartCount": 0, "lastState": {}}
        status = {**status, "ready": runs, "started": runs, "state": state}
        return status, () if status["state"] == before.get("state") else events

    def _waiting_state(self, container: Json, secrets: Sequence[Json], *, on_node: bool) -> WaitingState | None:
        image = container["image"]
        if try_parse(image) is None:
            return invalid_name(image)
        if container["imagePullPolicy"] == "Never":
            return None if on_node else never_pulled(image)
        refusal = self._registry.refusal(image, logins_for(image, secrets))
        return None if refusal is None else backing_off(image, refusal)

    def _pull_secrets(self, pod: Json) -> tuple[list[Json], list[str]]:
        """The pull secrets that a pod names, and the names of those that aren't there."""
        names = [one["name"] for one in pod["spec"].get("imagePullSecrets", ())]
        if not names:
            return [], []
        held = {one["metadata"]["name"]: one for one in self._admin.items("Secret", pod["metadata"]["namespace"])}
        return [held[name] for name in names if name in held], [name for name in names if name not in held]

    def _record(self, pod: Json, place: str, event: Event) -> None:
        about = {key: pod["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion")}
        place_in_pod = {"fieldPath": place} if place else {}
        now = _now()
        self._admin.create(
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": f"{about['name']}.{next(self._numbers):x}", "namespace": about["namespace"]},
                "involvedObject": {"apiVersion": "v1", "kind": "Pod", **about, **place_in_pod},
                "type": event.type,
                "reason": event.reason,
                "message": event.message,
                "source": {"component": "kubelet", "host": pod["spec"]["nodeName"]},
                "reportingComponent": "kubelet",
                "reportingInstance": pod["spec"]["nodeName"],
                "count": 1,
                "firstTimestamp": now,
                "lastTimestamp": now,
            }
        )

    def _make_node(self, name: str) -> None:
        info = {"architecture": "amd64", "operatingSystem": "linux", "containerRuntimeVersion": "containerd://2.1.9"}
        rest = ("bootID", "kernelVersion", "kubeProxyVersion", "kubeletVersion", "machineID", "osImage", "systemUUID")
        status = {
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            "nodeInfo": {**dict.fromkeys(rest, ""), **info},
        }
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, "kubernetes.io/arch": "amd64"}}
        node = self._admin.create({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": status})
        # admission puts it there until the node is ready, and a node's controller, which isn't here, takes it away
        node["spec"].pop("taints", None)
        self._admin.request("PUT", path_of("Node", "", name), node)


def _path(pod: Json) -> str:
    return path_of("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _image_id(image: str) -> str:
    """What a runtime calls an image that it has: its repository, and a digest."""
    return f"{parse(image).repository}@sha256:{sha256(image.encode()).hexdigest()}"


def _node_for(pod: Json) -> str:
    """The node that a DaemonSet's pod asks for; any other pod goes to the first one."""
    required = (
        pod["spec"].get("affinity", {}).get("nodeAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    )
    if not required:
        return NODES[0]
    node: str = required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]
    return node


def _pod_status(pod: Json, containers: Sequence[Json]) -> Json:
    """The pod's status with these containers; what is as it was keeps its times."""
    before, runs = pod["status"], all(one["ready"] for one in containers)
    conditions = {one["type"]: one for one in before.get("conditions", ())}
    for kind in _CONDITIONS:
        holds = "True" if runs or kind in _BEFORE_READY else "False"
        if conditions.get(kind, {}).get("status") != holds:
            conditions[kind] = {"type": kind, "status": holds, "lastProbeTime": None, "lastTransitionTime": _now()}
    return {
        **before,
        "phase": "Running" if runs else "Pending",
        "observedGeneration": pod["metadata"].get("generation", 1),
        "startTime": before.get("startTime") or _now(),
        "conditions": list(conditions.values()),
        "containerStatuses": list(containers),
    }

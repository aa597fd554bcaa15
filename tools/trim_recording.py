"""Trims a recording to what a diagnosis needs: `python tools/trim_recording.py FROM_DIRECTORY TO_DIRECTORY`.

The recorded cluster in the package was made with it. Secrets stay whole: only made-up ones may go into the package.
Templates stay whole as far as a diagnosis reads them: a part that is missing there would be evidence of its own.
"""

import json
import sys
from pathlib import Path
from typing import Any

_METADATA = (
    *("name", "namespace", "uid", "labels", "ownerReferences", "creationTimestamp", "deletionTimestamp", "annotations"),
    "generation",
)
_WRITER = ("manager", "operation", "time")
_EVENT = (
    *("involvedObject", "reason", "message", "type", "count", "firstTimestamp", "lastTimestamp", "eventTime"),
    *("source", "reportingComponent", "reportingInstance"),
)
_POD_SPEC = (
    *("containers", "initContainers", "ephemeralContainers", "imagePullSecrets", "nodeName", "nodeSelector"),
    *("serviceAccountName", "schedulerName", "tolerations", "volumes"),
)
_WORKLOAD_SPEC = (
    *("replicas", "selector", "template", "podManagementPolicy", "updateStrategy", "strategy", "ordinals", "paused"),
    *("suspend", "jobTemplate", "schedule", "concurrencyPolicy"),
)
_WORKLOAD_STATUS = (
    *("observedGeneration", "replicas", "readyReplicas", "updatedReplicas", "availableReplicas", "currentRevision"),
    *("updateRevision", "currentNumberScheduled", "desiredNumberScheduled", "numberReady", "updatedNumberScheduled"),
    *("active", "failed", "succeeded", "conditions"),
)
_WORKLOAD = {"spec": _WORKLOAD_SPEC, "status": _WORKLOAD_STATUS}
_KEPT: dict[str, dict[str, tuple[str, ...]]] = {
    "Pod": {
        "spec": _POD_SPEC,
        "status": (
            *("phase", "startTime", "conditions", "containerStatuses", "initContainerStatuses"),
            "ephemeralContainerStatuses",
        ),
    },
    "Event": dict.fromkeys(_EVENT, ()),
    "Node": {
        "spec": ("taints", "providerID", "unschedulable"),
        "status": ("addresses", "conditions", "images", "nodeInfo"),
    },
    **dict.fromkeys(("ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"), _WORKLOAD),
    "ControllerRevision": dict.fromkeys(("data", "revision"), ()),
    "Secret": dict.fromkeys(("type", "data", "immutable"), ()),
    "ServiceAccount": dict.fromkeys(("imagePullSecrets",), ()),
}
_NOISE = ("kubectl.kubernetes.io/last-applied-configuration",)
_CONTAINER = ("name", "image", "imagePullPolicy", "restartPolicy")
_STATUS = ("name", "image", "imageID", "ready", "restartCount", "state", "lastState", "containerID")
_CONDITION = ("type", "status", "reason", "message", "lastTransitionTime")
#: What a node lists that a diagnosis may take a tag or a debugging image from.
_MOST_IMAGES = 20
_KUBELET_REASONS = {
    "Pulling",
    "Pulled",
    "Failed",
    "BackOff",
    "InspectFailed",
    "ErrImageNeverPull",
    "Created",
    "Started",
}
_POD_REASONS = {"FailedCreatePodSandBox", "FailedToRetrieveImagePullSecret", "FailedSync"}


def _part(value: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value}


def _container(container: dict[str, Any], volumes: set[str]) -> dict[str, Any]:
    kept = _part(container, _CONTAINER)
    mounts = [{"name": m["name"]} for m in container.get("volumeMounts", []) if m["name"] in volumes]
    return {**kept, "volumeMounts": mounts} if mounts else kept


def trim(item: dict[str, Any]) -> dict[str, Any] | None:
    """One object, trimmed; None for one that no diagnosis needs."""
    kind = item["kind"]
    if kind not in _KEPT:
        return None
    if kind == "Event" and item["reason"] not in _KUBELET_REASONS | _POD_REASONS:
        return None
    kept: dict[str, Any] = {
        "apiVersion": item["apiVersion"],
        "kind": kind,
        "metadata": _part(item["metadata"], _METADATA if kind != "Event" else ("name", "namespace", "uid")),
    }
    for name in _NOISE:
        kept["metadata"].get("annotations", {}).pop(name, None)
    if kind == "Secret":
        # who wrote a secret, and when last
        writers = [_part(writer, _WRITER) for writer in item["metadata"].get("managedFields", [])]
        kept["metadata"].update({"managedFields": writers} if writers else {})
    for field, names in _KEPT[kind].items():
        if field in item:
            kept[field] = _part(item[field], names) if names else item[field]
    _trim_parts(kind, kept)
    return kept


def _trim_parts(kind: str, kept: dict[str, Any]) -> None:
    """Trims what stands deeper in an object."""
    if kind == "Pod":
        _trim_pod_spec(kept["spec"])
        _trim_pod_status(kept["status"])
    elif kind == "Node":
        kept["status"]["images"] = kept["status"].get("images", [])[:_MOST_IMAGES]
    elif kind in {"ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job"}:
        _trim_template(kept.get("spec", {}).get("template", {}))
    elif kind == "CronJob":
        _trim_template(kept["spec"].get("jobTemplate", {}).get("spec", {}).get("template", {}))


def _trim_template(template: dict[str, Any]) -> None:
    if "spec" in template:
        template["spec"] = _part(template["spec"], _POD_SPEC)
        _trim_pod_spec(template["spec"])


def _trim_pod_spec(spec: dict[str, Any]) -> None:
    spec["volumes"] = [volume for volume in spec.pop("volumes", []) if "image" in volume]
    volumes = {volume["name"] for volume in spec["volumes"]}
    for field in ("containers", "initContainers", "ephemeralContainers"):
        if field in spec:
            spec[field] = [_container(container, volumes) for container in spec[field]]


def _trim_pod_status(status: dict[str, Any]) -> None:
    status["conditions"] = [_part(one, _CONDITION) for one in status.get("conditions", [])]
    for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        if field in status:
            status[field] = [_part(one, _STATUS) for one in status[field]]


def main() -> None:
    """Trims every list in the first directory into the second."""
    source, target = map(Path, sys.argv[1:3])
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.json")):
        items = [kept for item in json.loads(path.read_text(encoding="utf-8"))["items"] if (kept := trim(item))]
        if items:
            lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)
            text = f'{{"apiVersion":"v1","kind":"List","items":[\n{lines}\n]}}\n'
            (target / path.name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

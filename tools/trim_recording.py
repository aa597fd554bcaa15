"""Trims a recording to what a diagnosis needs: `python tools/trim_recording.py FROM_DIRECTORY TO_DIRECTORY`.

The recorded cluster in the package was made with it. Secrets stay whole: only made-up ones may go into the package.
"""

import json
import sys
from pathlib import Path
from typing import Any

_METADATA = ("name", "namespace", "uid", "labels", "ownerReferences", "creationTimestamp", "annotations")
_EVENT = ("involvedObject", "reason", "message", "type", "count", "firstTimestamp", "lastTimestamp", "eventTime")
_KEPT: dict[str, dict[str, tuple[str, ...]]] = {
    "Pod": {
        "spec": (
            "containers",
            "initContainers",
            "ephemeralContainers",
            "imagePullSecrets",
            "nodeName",
            "serviceAccountName",
            "volumes",
        ),
        "status": (
            "phase",
            "startTime",
            "containerStatuses",
            "initContainerStatuses",
            "ephemeralContainerStatuses",
        ),
    },
    "Event": dict.fromkeys(_EVENT, ()),
    "Node": {"spec": ("taints",), "status": ("conditions", "nodeInfo")},
    "ReplicaSet": {"spec": ("replicas", "template")},
    "Job": {},
    "Deployment": {},
    "StatefulSet": {},
    "DaemonSet": {},
    "Secret": dict.fromkeys(("type", "data"), ()),
    "ServiceAccount": dict.fromkeys(("imagePullSecrets",), ()),
}
_NOISE = ("kubectl.kubernetes.io/last-applied-configuration",)
_CONTAINER = ("name", "image", "imagePullPolicy", "restartPolicy")
_STATUS = ("name", "image", "imageID", "ready", "restartCount", "state", "lastState", "containerID")
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
    for field, names in _KEPT[kind].items():
        if field in item:
            kept[field] = _part(item[field], names) if names else item[field]
    if kind == "ReplicaSet":
        template = kept["spec"].pop("template", {})
        containers = [_container(container, set()) for container in template["spec"]["containers"]]
        kept["spec"]["template"] = {"spec": {"containers": containers}}
    if kind == "Pod":
        _trim_pod(kept["spec"], kept["status"])
    return kept


def _trim_pod(spec: dict[str, Any], status: dict[str, Any]) -> None:
    spec["volumes"] = [volume for volume in spec.pop("volumes", []) if "image" in volume]
    volumes = {volume["name"] for volume in spec["volumes"]}
    for field in ("containers", "initContainers", "ephemeralContainers"):
        if field in spec:
            spec[field] = [_container(container, volumes) for container in spec[field]]
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

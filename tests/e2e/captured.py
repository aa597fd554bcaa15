"""Puts the recorded cluster that ships with the package into an API server, as its controllers and kubelets would.

Pods get their status through the status subresource, ephemeral containers through theirs; events and owner references
get the uids that the server gave. What the recording leaves out (owners, or their selectors and templates) comes from the
pods.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from e2e.admin import Admin, AdminError, Json
from test_captures import LABELS

from kubectl_imagepull.recorded import RECORDING

_CONFLICT = 409
_OF_EVERY_CLUSTER = frozenset({"kube-system", "kube-public", "kube-node-lease", "default"})
#: In the order in which they refer to each other.
_FILES = (
    "nodes",
    "secrets",
    "serviceaccounts",
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "jobs",
    "pods",
)


def recorded(name: str) -> list[Json]:
    """The objects of one file of the recording."""
    found: list[Json] = json.loads((RECORDING / f"{name}.json").read_text(encoding="utf-8"))["items"]
    return found


def _namespaces() -> tuple[str, ...]:
    items = [item for name in _FILES for item in recorded(name)]
    found = {item["metadata"]["namespace"] for item in items if "namespace" in item["metadata"]}
    return tuple(sorted(found - _OF_EVERY_CLUSTER))


#: The namespaces of the recording that are not every cluster's own.
NAMESPACES = _namespaces()


def put_captured(admin: Admin, *, owners: bool = True) -> None:
    """Makes everything of the recorded cluster; where controllers run, owners have to be left out."""
    uids: dict[str, str] = {}
    for namespace in NAMESPACES:
        _make(admin, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    templates, left_out = _templates(), _left_out()
    for name in _FILES if owners else ("nodes", "secrets", "serviceaccounts", "pods"):
        for item in (*recorded(name), *left_out.get(name, ())):
            if item["metadata"].get("namespace", NAMESPACES[0]) not in NAMESPACES:
                continue
            if not owners:
                item["metadata"].pop("ownerReferences", None)
            for owner in item["metadata"].get("ownerReferences", ()):
                owner["uid"] = uids.get(owner["uid"], owner["uid"])
            made = _make(admin, _completed(item, templates))
            if made and item["metadata"].get("uid"):
                uids[item["metadata"]["uid"]] = made["metadata"]["uid"]
    for event in recorded("events"):
        about = event["involvedObject"]
        about["uid"] = uids.get(about.get("uid", ""), about.get("uid", ""))
        _make(admin, event)


def _make(admin: Admin, item: Json) -> Json | None:
    """Makes an object; None for one that every cluster has already."""
    ephemeral = item.get("spec", {}).pop("ephemeralContainers", None) if item["kind"] == "Pod" else None
    if ephemeral:
        status = item.pop("status")
        made = admin.create(item)
        path = f"/api/v1/namespaces/{made['metadata']['namespace']}/pods/{made['metadata']['name']}/ephemeralcontainers"
        made["spec"]["ephemeralContainers"] = [{**one, "terminationMessagePolicy": "File"} for one in ephemeral]
        return admin.set_status("Pod", admin.request("PUT", path, made), status)
    try:
        return admin.create(item)
    except AdminError as error:
        if error.status == _CONFLICT and item["kind"] in {"Namespace", "ServiceAccount"}:
            return None
        raise


def _left_out() -> dict[str, list[Json]]:
    """Files of the recording -> the Deployments and ReplicaSets that pods come from and that it doesn't hold."""
    held = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in recorded("replicasets")}
    found: dict[str, dict[str, Json]] = {"deployments": {}, "replicasets": {}}
    for pod in recorded("pods"):
        namespace, labels = pod["metadata"]["namespace"], pod["metadata"].get("labels", {})
        for owner in pod["metadata"].get("ownerReferences", ()):
            if owner["kind"] != "ReplicaSet" or (namespace, owner["name"]) in held:
                continue
            name = owner["name"].removesuffix(f"-{labels['pod-template-hash']}")
            top = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": f"deployment-{name}"}
            for file, uid, metadata in (
                ("deployments", top["uid"], {"name": name}),
                (
                    "replicasets",
                    owner["uid"],
                    {"name": owner["name"], "ownerReferences": [{**top, "controller": True}]},
                ),
            ):
                marks = {"deployment.kubernetes.io/revision": "1"}
                own = {"namespace": namespace, "uid": uid, "labels": labels, "annotations": marks, **metadata}
                kind = "Deployment" if file == "deployments" else "ReplicaSet"
                found[file][uid] = {"apiVersion": "apps/v1", "kind": kind, "metadata": own}
    return {file: list(items.values()) for file, items in found.items()}


def _templates() -> dict[tuple[str, str, str], Json]:
    """Kind, namespace and name of an owner that the recording leaves out -> a template that its pods could come from."""
    templates: dict[tuple[str, str, str], Json] = {}
    for pod in recorded("pods"):
        spec = {key: value for key, value in pod["spec"].items() if key not in {"nodeName", "ephemeralContainers"}}
        labels = pod["metadata"].get("labels", {})
        top_labels = {name: value for name, value in labels.items() if name != "pod-template-hash"}
        for owner in pod["metadata"].get("ownerReferences", ()):
            namespace, name = pod["metadata"]["namespace"], owner["name"]
            top = name.removesuffix(f"-{labels.get('pod-template-hash')}")
            templates[owner["kind"], namespace, name] = {"metadata": {"labels": labels}, "spec": spec}
            templates["Deployment", namespace, top] = {"metadata": {"labels": top_labels}, "spec": spec}
    return templates


def _completed(item: Json, templates: dict[tuple[str, str, str], Json]) -> Json:
    """The object with what the server insists on."""
    kind, metadata = item["kind"], item["metadata"]
    spec: dict[str, Any] = json.loads(json.dumps(item.get("spec", {})))
    if kind in {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"}:
        template = spec.setdefault("template", templates.get((kind, metadata["namespace"], metadata["name"])))
        if kind == "Job":
            # the server writes the selector, and labels with the uid that it gives
            spec.pop("selector", None)
            template["metadata"]["labels"] = {"app": metadata["name"]}
            template["spec"]["restartPolicy"] = "Never"
        else:
            spec.setdefault("selector", {"matchLabels": template["metadata"]["labels"]})
        if kind == "StatefulSet":
            spec["serviceName"] = metadata["name"]
    for container in spec.get("template", {"spec": spec})["spec"].get("containers", ()):
        for mount in container.get("volumeMounts", ()):
            mount.setdefault("mountPath", f"/{mount['name']}")
    status = item.get("status", {})
    if kind == "Deployment" and not status:
        status = {"observedGeneration": 1}
    if kind == "Job" and "succeeded" in status:
        # the recording leaves both times out, which the server wants of a Job that has ended
        ended = status["conditions"][-1]["lastTransitionTime"]
        status = {"startTime": metadata["creationTimestamp"], "completionTime": ended, **status}
    return {**item, **({"spec": spec} if spec else {}), **({"status": status} if status else {})}


def wrong(report: Json) -> list[str]:
    """What a report of all namespaces says otherwise than the labels."""
    found = defaultdict(list)
    for failure in report["failures"]:
        found[failure["namespace"], failure["pod"]].append(failure)
    faults = []
    for label in LABELS:
        key = (label["namespace"], label["pod"])
        mine = [one for one in found[key] if label["container"] in {None, one["container"]} or one["container"] is None]
        causes = {one["cause"] for one in mine}
        if bool(causes) != bool(label["causes"]) or not causes <= set(label["causes"]):
            faults.append(f"{label['scenario']} {key}: {label['causes']} was called {sorted(causes)}")
        shown = {item["check"] for one in mine for item in one["evidence"] if item["result"] in {"bad", "info"}}
        faults += [f"{label['scenario']} {key}: no evidence {check}" for check in set(label["evidence"]) - shown]
    return faults

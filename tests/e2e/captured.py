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
                own = {"namespace": namespace, "uid": uid, "labels": labels, **metadata}
                kind = "Deployment" if file == "deployments" else "ReplicaSet"
                found[file][uid] = {"apiVersion": "apps/v1", "kind": kind, "metadata": own}
    return {file: list(items.values()) for file, items in found.items()}


def _templates() -> dict[tuple[str, str, str], Json]:
    """Kind, namespace and name of an owner -> a pod template that its pods could be made from."""
    found: dict[tuple[str, str, str], Json] = {}
    for pod in recorded("pods"):
        spec = {key: value for key, value in pod["spec"].items() if key not in {"nodeName", "ephemeralContainers"}}
        template = {"metadata": {"labels": pod["metadata"].get("labels", {})}, "spec": spec}
        for owner in pod["metadata"].get("ownerReferences", ()):
            found[owner["kind"], pod["metadata"]["namespace"], owner["name"]] = template
    for item in (*recorded("replicasets"), *_left_out()["replicasets"]):
        key = (item["metadata"]["namespace"], item["metadata"]["name"])
        template = found.get(("ReplicaSet", *key)) or {
            "metadata": {"labels": item["metadata"]["labels"]},
            "spec": item["spec"]["template"]["spec"],
        }
        found[("ReplicaSet", *key)] = template
        labels = {name: value for name, value in template["metadata"]["labels"].items() if name != "pod-template-hash"}
        for owner in item["metadata"].get("ownerReferences", ()):
            top = {**template, "metadata": {"labels": labels}}
            found.setdefault((owner["kind"], key[0], owner["name"]), top)
    return found


def _completed(item: Json, templates: dict[tuple[str, str, str], Json]) -> Json:
    """The object with what the server insists on."""
    kind, metadata = item["kind"], item["metadata"]
    spec: dict[str, Any] = json.loads(json.dumps(item.get("spec", {})))
    if kind in {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"}:
        template = templates.get((kind, metadata["namespace"], metadata["name"]))
        if template is None:
            template = {
                "metadata": {"labels": metadata["labels"]},
                "spec": {"containers": [{"name": "x", "image": "x"}]},
            }
        template = json.loads(json.dumps(template))
        if kind == "Job":
            template["spec"]["restartPolicy"] = "Never"
            template["metadata"]["labels"] = {"app": metadata["name"]}
        else:
            spec["selector"] = {"matchLabels": template["metadata"]["labels"]}
        if kind == "StatefulSet":
            spec["serviceName"] = metadata["name"]
        spec["template"] = template
    for container in spec.get("template", {"spec": spec})["spec"].get("containers", ()):
        for mount in container.get("volumeMounts", ()):
            mount.setdefault("mountPath", f"/{mount['name']}")
    # its controller has seen it
    seen: Json = {"status": {"observedGeneration": 1}} if kind == "Deployment" else {}
    return {**item, "spec": spec, **seen} if spec else item


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

"""The controllers' part in a rollout, where none runs: the revisions that `kubectl rollout undo` goes back to.

As kubernetes pkg/controller/deployment/util, pkg/controller/statefulset and pkg/controller/daemon write them.
"""

from __future__ import annotations

from collections.abc import Mapping

from e2e.admin import Json
from e2e.terminal import Terminal

from kubectl_imagepull.diagnosis.report import Diagnosis

_REVISION = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"


def roll_out(terminal: Terminal, diagnosis: Diagnosis, before: Mapping[str, Json]) -> None:
    """Writes down the revisions of a failure's workload: what its template was `before`, and what it is now."""
    kind, namespace, name = diagnosis.workload.kind, diagnosis.failure.namespace, diagnosis.workload.name
    if kind not in {"Deployment", "StatefulSet", "DaemonSet"}:
        return
    now = terminal.find(kind, namespace, name)
    old = next(item for item in before.values() if item["metadata"]["uid"] == now["metadata"]["uid"])
    if old["spec"]["template"] == now["spec"]["template"]:
        return
    if kind == "Deployment":
        _number_replica_sets(terminal, now)
    else:
        for number, item in enumerate((old, now), 1):
            terminal.admin.create(_controller_revision(item, number))
    terminal.look()


def _number_replica_sets(terminal: Terminal, deployment: Json) -> None:
    """Gives the ReplicaSet of today's template the highest number; makes it where there is none."""
    admin, namespace = terminal.admin, deployment["metadata"]["namespace"]
    sets = [item for item in admin.items("ReplicaSet", namespace) if _owner(item) == deployment["metadata"]["uid"]]
    numbers = [int(item["metadata"]["annotations"][_REVISION]) for item in sets]
    annotations = {_REVISION: str(max(numbers) + 1)}
    for item in sets:
        if _without_hash(item["spec"]["template"]) == _without_hash(deployment["spec"]["template"]):
            item["metadata"]["annotations"] = {**item["metadata"]["annotations"], **annotations}
            admin.request("PUT", f"/apis/apps/v1/namespaces/{namespace}/replicasets/{item['metadata']['name']}", item)
            return
    template = deployment["spec"]["template"]
    labels = {**template["metadata"]["labels"], _HASH: "played"}
    admin.create(
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {**_owned_by(deployment, "played"), "labels": labels, "annotations": annotations},
            "spec": {
                "replicas": 0,
                "selector": {"matchLabels": labels},
                "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
            },
        }
    )


def _without_hash(template: Json) -> Json:
    labels = {name: value for name, value in template["metadata"]["labels"].items() if name != _HASH}
    return {**template, "metadata": {**template["metadata"], "labels": labels}}


def _controller_revision(item: Json, number: int) -> Json:
    template = {**item["spec"]["template"], "$patch": "replace"}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {**_owned_by(item, f"played-{number}"), "labels": item["spec"]["selector"]["matchLabels"]},
        "revision": number,
        "data": {"spec": {"template": template}},
    }


def _owned_by(item: Json, mark: str) -> Json:
    owner = {key: item["metadata"][key] for key in ("name", "uid")}
    reference = {"apiVersion": "apps/v1", "kind": item["kind"], **owner, "controller": True}
    metadata = item["metadata"]
    return {
        "name": f"{metadata['name']}-{mark}",
        "namespace": metadata["namespace"],
        "ownerReferences": [reference],
    }


def _owner(item: Json) -> str:
    return next((owner["uid"] for owner in item["metadata"].get("ownerReferences", ())), "")

"""Pulls that fail on the way to a registry or on a node, as fixes see them; read from objects by the program itself."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest
from clusters import at, cluster, pod, waiting
from node_tasks import NamedTasks

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.snapshot import JsonObject
from kubectl_imagepull.vocabulary.fix import Fix, shell_lines

IMAGE = "registry.corp.example/shop/web:v9"
POD = "web-5d9c-abcde"
HEAD = 'failed to resolve image: failed to do request: Head "https://{host}/v2/a/manifests/1": {error}'
_SET = {"kind": "ReplicaSet", "apiVersion": "apps/v1", "name": "web-5d9c", "uid": "set", "controller": True}
_DEPLOYMENT = {"kind": "Deployment", "apiVersion": "apps/v1", "name": "web", "uid": "deployment", "controller": True}


def fails(  # noqa: PLR0913 - a builder
    error: str,
    image: str = IMAGE,
    *,
    asked: str = "",
    name: str = POD,
    node: str = "node-a",
    owner: JsonObject | None = _SET,
    head: str = HEAD,
    **spec: Any,
) -> JsonObject:
    """A pod of Deployment web whose container app can't be pulled; `asked` is the host in the text where it's another."""
    host = asked or image.partition("/")[0]
    text = head.format(host=host, error=error.replace("{host}", host))
    containers = [{"name": "app", "image": image, **spec.pop("container", {})}]
    metadata = {"ownerReferences": [owner]} if owner else {}
    return pod(
        name,
        {"app": waiting("ErrImagePull", f'Failed to pull image "{image}": {text}')},
        image=image,
        uid=name,
        spec={"nodeName": node, "containers": containers, **spec},
        metadata=metadata,
    )


def runs(image: str = IMAGE, *, node: str = "node-b", name: str = "other") -> JsonObject:
    """A pod that got an image after the failing one had begun to fail."""
    status = {"imageID": f"{image}@sha256:{'ab' * 32}", "state": {"running": {"startedAt": at(31)}}}
    times = {"startTime": at(30)}
    return pod(name, {"app": status}, image=image, uid=name, phase="Running", spec={"nodeName": node}, status=times)


def node(name: str = "node-a", *, addresses: Sequence[str] = (), ready: bool = True, **info: str) -> JsonObject:
    """A node; `info` are labels by key, and kubelet, runtime, system and provider."""
    known = {"kubelet": "kubeletVersion", "runtime": "containerRuntimeVersion", "system": "osImage"}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {key: value for key, value in info.items() if "/" in key}},
        "spec": {"providerID": info.get("provider", "")},
        "status": {
            "conditions": [{"type": "Ready", "status": "True" if ready else "Unknown"}],
            "addresses": [{"type": "InternalIP", "address": address} for address in addresses],
            "nodeInfo": {known[key]: value for key, value in info.items() if key in known},
        },
    }


def context(*pods: JsonObject, nodes: Sequence[JsonObject] = (), events: Sequence[JsonObject] = ()) -> FixContext:
    """What the fixes of the first pod are made from."""
    sets = [{"kind": "ReplicaSet", "metadata": _held("web-5d9c", "set", _DEPLOYMENT), "spec": {}}]
    deployments = [{"kind": "Deployment", "metadata": _held("web", "deployment"), "spec": {}}]
    kinds: dict[str, list[JsonObject]] = {"ReplicaSet": sets, "Deployment": deployments}
    snapshot = cluster(list(pods), list(events), **kinds, **({"Node": list(nodes)} if nodes else {}))
    return FixContext(diagnose_all(snapshot, lambda *_: True)[0])


def _held(name: str, uid: str, owner: JsonObject | None = None) -> JsonObject:
    return {"name": name, "namespace": "shop", "uid": uid, "ownerReferences": [owner] if owner else []}


def use_named_tasks(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Lets a cause choose among tasks that only name themselves."""
    monkeypatch.setattr(module, "tasks_for", NamedTasks)


def texts(fixes: Sequence[Fix]) -> list[str]:
    """The texts of fixes."""
    return [fix.text for fix in fixes]


def lines(fix: Fix) -> list[str]:
    """A fix's commands as lines for a shell."""
    return [line for step in shell_lines(fix.commands) for line in step.split("\n")]

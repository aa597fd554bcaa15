"""Whole situations for tests of evidence and fixes: pods that fail and run, their owners, and the nodes they are on."""

from __future__ import annotations

from typing import Any

from clusters import at, cluster, pod, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.checks import Check, Evidence
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Fix, shell_lines

WEB = "registry.example.com/shop/web:v9"
DIGEST = "sha256:" + "ab" * 32
#: What containerd says of an image that isn't there.
NOT_FOUND = "rpc error: code = NotFound desc = failed to resolve image: {image}: not found"
#: What CRI-O and Docker say of a tag that isn't there, in a repository that is.
NO_TAG = "reading manifest in repository: manifest unknown: manifest unknown"
NO_HOST = 'failed to do request: Head "https://{host}/v2/": dial tcp: lookup {host}: no such host'


def fails(  # noqa: PLR0913 - a builder
    image: str = WEB,
    text: str = NOT_FOUND,
    *,
    name: str = "web-6b-x",
    namespace: str = "shop",
    node: str = "node-a",
    reason: str = "ErrImagePull",
    owner: JsonObject | None = None,
    spec: JsonObject | None = None,
    container: JsonObject | None = None,
    **metadata: Any,
) -> JsonObject:
    """A pod whose container app can't get its image, and what the runtime says."""
    message = text.format(image=image, host=image.partition("/")[0]) if "{" in text else text
    if reason == "ErrImagePull":
        message = f'Failed to pull image "{image}": {message}'
    one = {"name": "app", "image": image, **(container or {})}
    owners = {"ownerReferences": [owner]} if owner else {}
    return pod(
        name,
        {"app": waiting(reason, message, imageID="")},
        image=image,
        namespace=namespace,
        uid=f"{namespace}-{name}",
        spec={"nodeName": node, "containers": [one], **(spec or {})},
        metadata={**owners, **metadata},
    )


def runs(image: str, *, name: str = "api-1", namespace: str = "shop", node: str = "node-b", **more: Any) -> JsonObject:
    """A pod that runs an image."""
    status = {"imageID": f"{image.partition('@')[0]}@{DIGEST}", "state": {"running": {"startedAt": at(1)}}}
    uid = f"{namespace}-{name}"
    return pod(name, {"app": status}, image=image, namespace=namespace, uid=uid, spec={"nodeName": node}, **more)


def node(name: str, *images: str, platform: str = "linux/amd64", labels: JsonObject | None = None) -> JsonObject:
    """A node of a platform, with an image list."""
    system, _, architecture = platform.partition("/")
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels or {}},
        "status": {
            "nodeInfo": {"operatingSystem": system, "architecture": architecture},
            "images": [{"names": [image]} for image in images],
        },
    }


def owned_by(kind: str, name: str, version: str = "apps/v1") -> JsonObject:
    """A controller's owner reference."""
    return {"apiVersion": version, "kind": kind, "name": name, "uid": f"{kind}-{name}", "controller": True}


def held(kind: str, name: str, *, owner: JsonObject | None = None, **fields: Any) -> JsonObject:
    """An owner's object, in namespace shop."""
    metadata = {"name": name, "namespace": "shop", "uid": f"{kind}-{name}", **fields.pop("metadata", {})}
    if owner:
        metadata["ownerReferences"] = [owner]
    return {"kind": kind, "metadata": metadata, **fields}


def template(*images: str, **spec: Any) -> JsonObject:
    """The spec of an owner whose containers have these images; the first is called app."""
    names = ("app", "sidecar")
    containers = [{"name": name, "image": image} for name, image in zip(names, images, strict=False)]
    return {"template": {"spec": {"containers": containers, **spec}}}


def revision(number: int, name: str, image: str, *, ready: int = 0) -> JsonObject:
    """A ReplicaSet of deployment web."""
    metadata = {"annotations": {"deployment.kubernetes.io/revision": str(number)}}
    owner, status = owned_by("Deployment", "web"), {"readyReplicas": ready}
    return held("ReplicaSet", name, owner=owner, metadata=metadata, spec=template(image), status=status)


def deployment(
    *pods: JsonObject, image: str = WEB, marks: JsonObject | None = None, **kinds: list[JsonObject]
) -> Snapshot:
    """Pods of deployment web, whose ReplicaSet web-6b and template have this image; `marks` are the Deployment's."""
    for one in pods:
        if one["metadata"]["name"].startswith("web-6b"):
            one["metadata"]["ownerReferences"] = [owned_by("ReplicaSet", "web-6b")]
    sets = [revision(9, "web-6b", image)]
    web = held("Deployment", "web", spec=template(image), metadata=marks or {})
    sets += kinds.pop("ReplicaSet", [])
    return cluster(list(pods), ReplicaSet=sets, Deployment=[web], **kinds)


def diagnosed(snapshot: Snapshot) -> Diagnosis:
    """The diagnosis of the first failure, without fixes."""
    return diagnose_all(snapshot, lambda *_: True)[0]


def said(snapshot: Snapshot, check: Check) -> tuple[Evidence, ...]:
    """What a check says of the first failure."""
    return tuple(item for item in diagnosed(snapshot).evidence if item.check is check)


def context(snapshot: Snapshot, *nodes: str) -> FixContext:
    """What the fixes of the first failure are made from."""
    return FixContext(diagnosed(snapshot), nodes)


def lines(fix: Fix) -> list[str]:
    """A fix's commands as lines for a shell."""
    return [line for step in shell_lines(fix.commands) for line in step.split("\n")]


def fixes(snapshot: Snapshot, *nodes: str) -> tuple[Fix, ...]:
    """The fixes of the first failure, ranked."""
    return fixes_for(context(snapshot, *nodes))


def shown(snapshot: Snapshot) -> list[tuple[str, list[str]]]:
    """The fixes of the first failure: their texts and commands."""
    return [(fix.text, lines(fix)) for fix in fixes(snapshot)]

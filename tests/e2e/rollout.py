"""A Deployment `web` with one pod, as its controllers and a kubelet would have made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ci_examples import HASH
from e2e.admin import Admin, Json

NAMESPACE = "shop"
IMAGE = "registry.example.com/team/web:1.2.3"
NOT_FOUND = f'Back-off pulling image "{IMAGE}": ErrImagePull: failed to resolve image: {IMAGE}: not found'
_LABELS = {"app": "web", "pod-template-hash": HASH}


@contextmanager
def web(admin: Admin, *, fails: bool) -> Iterator[None]:
    """The Deployment, whose image can't be pulled or whose pod runs, for as long as a `with` lasts."""
    container = {"name": "web", "image": IMAGE, "imageID": "", "restartCount": 0}
    if fails:
        waiting = {"waiting": {"reason": "ImagePullBackOff", "message": NOT_FOUND}}
        status = {"phase": "Pending", "containerStatuses": [{**container, "ready": False, "state": waiting}]}
    else:
        running = {"running": {"startedAt": "2026-11-24T12:00:00Z"}}
        status = {"phase": "Running", "containerStatuses": [{**container, "ready": True, "state": running}]}
    made = [_deployment(admin)]
    made.append(_replica_set(admin, made[-1]))
    pod = {"spec": {"nodeName": "worker-a", **_POD}, "status": status}
    made.append(admin.create(_thing("Pod", f"web-{HASH}-x2v4z", made[-1], **pod)))
    try:
        yield
    finally:
        for one in reversed(made):
            admin.delete(one["kind"], NAMESPACE, one["metadata"]["name"])


_POD = {"containers": [{"name": "web", "image": IMAGE, "terminationMessagePolicy": "File"}]}
_REVISION = {"deployment.kubernetes.io/revision": "1"}


def _spec() -> Json:
    template = {"metadata": {"labels": _LABELS}, "spec": _POD}
    return {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}


def _deployment(admin: Admin) -> Json:
    return admin.create(_thing("Deployment", "web", spec=_spec(), status={"observedGeneration": 1, "replicas": 1}))


def _replica_set(admin: Admin, owner: Json) -> Json:
    return admin.create(_thing("ReplicaSet", f"web-{HASH}", owner, spec=_spec(), status={"replicas": 1}))


def _thing(kind: str, name: str, owner: Json | None = None, **fields: Json) -> Json:
    metadata: Json = {"name": name, "namespace": NAMESPACE, "labels": _LABELS, "annotations": _REVISION}
    if owner:
        metadata["ownerReferences"] = [
            {
                "apiVersion": owner["apiVersion"],
                "kind": owner["kind"],
                "name": owner["metadata"]["name"],
                "uid": owner["metadata"]["uid"],
                "controller": True,
            }
        ]
    return {"apiVersion": "v1" if kind == "Pod" else "apps/v1", "kind": kind, "metadata": metadata, **fields}

"""Small clusters made by hand, for tests."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
IMAGE = "registry.example.com/team/app:1.2.3"
NOT_FOUND = (
    f'rpc error: code = NotFound desc = failed to pull and unpack image "{IMAGE}": failed to resolve image: {IMAGE}: '
    "not found"
)
BACK_OFF = f'Back-off pulling image "{IMAGE}"'


def at(minute: int, second: int = 0) -> str:
    """A time on the hour before now."""
    return f"2026-11-23T11:{minute:02}:{second:02}Z"


def waiting(reason: str, message: str | None = None, **status: Any) -> JsonObject:
    """A container's status that waits."""
    state = {"reason": reason, **({"message": message} if message is not None else {})}
    return {"state": {"waiting": state}, **status}


def running(started: str = at(0)) -> JsonObject:
    """A container's status that runs."""
    return {"state": {"running": {"startedAt": started}}}


def ran(started: str, finished: str) -> JsonObject:
    """The part of a status that says that the container ran before."""
    return {"lastState": {"terminated": {"startedAt": started, "finishedAt": finished}}}


def pod(  # noqa: PLR0913 - a builder
    name: str = "web-1",
    statuses: dict[str, JsonObject] | None = None,
    *,
    image: str = IMAGE,
    phase: str = "Pending",
    namespace: str = "shop",
    uid: str = "u1",
    spec: JsonObject | None = None,
    status: JsonObject | None = None,
    metadata: JsonObject | None = None,
) -> JsonObject:
    """A pod whose containers are named by their statuses."""
    statuses = {"app": waiting("ContainerCreating")} if statuses is None else statuses
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "uid": uid, **(metadata or {})},
        "spec": {
            "nodeName": "node-a",
            "containers": [{"name": container, "image": image} for container in statuses],
            **(spec or {}),
        },
        "status": {
            "phase": phase,
            "startTime": at(0),
            "containerStatuses": [{"name": container, **value} for container, value in statuses.items()],
            **(status or {}),
        },
    }


def event(  # noqa: PLR0913 - a builder
    reason: str,
    message: str,
    last: str,
    *,
    container: str | None = "app",
    name: str = "web-1",
    uid: str = "u1",
    first: str | None = None,
) -> JsonObject:
    """A kubelet's event about a pod or one of its containers."""
    about = {"kind": "Pod", "namespace": "shop", "name": name, "uid": uid}
    if container:
        about["fieldPath"] = f"spec.containers{{{container}}}"
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{reason}", "namespace": "shop", "creationTimestamp": first or last},
        "involvedObject": about,
        "reason": reason,
        "message": message,
        "firstTimestamp": first or last,
        "lastTimestamp": last,
    }


def failed(last: str, message: str = NOT_FOUND, image: str = IMAGE, **about: Any) -> JsonObject:
    """The event that carries the cause."""
    return event("Failed", f'Failed to pull image "{image}": {message}', last, **about)


def cluster(pods: list[JsonObject], events: list[JsonObject] | None = None, **kinds: list[JsonObject]) -> Snapshot:
    """A snapshot of these objects."""
    return Snapshot(Source("recording", "test"), {"Pod": pods, "Event": events or [], **kinds}, NOW)

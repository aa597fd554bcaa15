"""Readings of a Deployment and its pods made by hand, and a waiting that goes through them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clusters import BACK_OFF, IMAGE, NOW, at, event, failed, pod, running, waiting

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source, SourceError
from kubectl_imagepull.runs.followed import FollowedTarget
from kubectl_imagepull.runs.target import Target
from kubectl_imagepull.runs.wait import WaitOutcome, wait_for
from kubectl_imagepull.runs.wait_state import wait_state

POD = Target("pod", "web-1")
DEPLOYMENT = Target("deployment", "web")
FOLLOWED = (FollowedTarget("shop", POD),)
BY_DEPLOYMENT = (FollowedTarget("shop", DEPLOYMENT),)
STILL = f"still failing: TagNotFound: {IMAGE}"
NO_HOST = "rpc error: code = Unknown desc = dial tcp: lookup registry.example.com: no such host"
REFUSED = "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
CRASH = waiting("CrashLoopBackOff", "back-off 10s restarting failed container=app pod=web-1_shop(u1)")


def cluster(pods: list[JsonObject], events: Sequence[JsonObject] = (), **kinds: list[JsonObject]) -> Snapshot:
    return Snapshot(Source("cluster", "test", "shop"), {"Pod": pods, "Event": events, **kinds}, NOW)


def failing(name: str = "web-1", **about: Any) -> JsonObject:
    return pod(name, {"app": waiting("ImagePullBackOff", BACK_OFF)}, **about)


def pulled(
    how: str = "in 3.2s (3.2s including waiting). Image size: 5 bytes.", last: str = at(50), **about: Any
) -> JsonObject:
    return event("Pulled", f'Successfully pulled image "{IMAGE}" {how}'.strip(), last, **about)


def owner(kind: str, name: str) -> list[JsonObject]:
    return [{"kind": kind, "name": name, "controller": True}]


def of_set(name: str, generation: str, statuses: dict[str, JsonObject], minute: int, **metadata: Any) -> JsonObject:
    """A pod of a ReplicaSet of the Deployment `web`."""
    return pod(
        name,
        statuses,
        uid=f"u-{name}",
        metadata={
            "creationTimestamp": at(minute),
            "labels": {"pod-template-hash": generation},
            "ownerReferences": owner("ReplicaSet", f"web-{generation}"),
            **metadata,
        },
    )


def replica_set(generation: str, revision: int, replicas: int = 1, minute: int = 0, of: str = "web") -> JsonObject:
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"web-{generation}",
            "namespace": "shop",
            "creationTimestamp": at(minute),
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": owner("Deployment", of),
        },
        "spec": {"replicas": replicas},
    }


BAD = {"app": waiting("ImagePullBackOff", BACK_OFF)}
GOOD = {"app": running()}
NEW = {"app": waiting("ContainerCreating")}
FAILING = cluster([failing()], [failed(at(40))])
RUNNING = cluster([pod(statuses=GOOD, phase="Running")], [failed(at(40)), pulled()])
CRASHING = cluster([pod(statuses={"app": CRASH}, phase="Running")], [failed(at(40)), pulled()])


def text(snapshot: Snapshot, followed: Sequence[FollowedTarget] = FOLLOWED) -> str:
    return "\n".join(wait_state(snapshot, followed).lines)


class Waiting:
    """A clock that sleeping moves on, and readings in turn; the last one stays."""

    def __init__(self, *readings: Snapshot | SourceError) -> None:
        self.readings = list(readings)
        self.now = 100.0
        self.sleeps: list[float] = []
        self.lines: list[str] = []
        self.reads = 0

    def read(self) -> Snapshot:
        self.reads += 1
        reading = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        if isinstance(reading, SourceError):
            raise reading
        return reading

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def run(
        self, seconds: float = 300, followed: Sequence[FollowedTarget] = FOLLOWED, *, excused: bool = True
    ) -> WaitOutcome:
        end = self.now + seconds
        return wait_for(
            self.read, followed, end, self.sleep, self.lines.append, clock=lambda: self.now, excused=excused
        )


OTHER = "registry.example.com/team/app:1.2.4"
SLOW = "dial tcp 192.0.2.1:443: i/o timeout"
LIMITED = "toomanyrequests: You have reached your pull rate limit"
WRONG = "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized: incorrect username or password"


def of_pod(message: str, image: str = IMAGE, **kinds: list[JsonObject]) -> Snapshot:
    """The pod that can't pull an image, and says why."""
    said = message.replace(IMAGE, image)
    return cluster([pod(statuses={"app": waiting("ErrImagePull", said)}, image=image)], **kinds)

"""A snapshot's objects by name: looked through once, however many pods fail."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.evidence.docker_config import PullSecret, read_pull_secret
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, key_of, parse_time, text_of
from kubectl_imagepull.kube.pod_events import pod_events_of
from kubectl_imagepull.kube.snapshot import Snapshot


class ObjectIndex:
    """What a snapshot holds, by kind, namespace and name; pull secrets as they may be told."""

    kinds: ClassVar = frozenset({"Event", "Secret", "ServiceAccount"})

    def __init__(self, snapshot: Snapshot) -> None:
        self._objects = snapshot.objects
        self._events = pod_events_of(snapshot)
        self._kinds: dict[str, dict[tuple[str, str], JsonObject]] = {}
        self._read: dict[tuple[str, str], PullSecret] = {}

    def find(self, kind: str, namespace: str, name: str) -> JsonObject | None:
        """One object of a kind in `kinds`; None where the snapshot doesn't hold it."""
        if kind not in self._kinds:
            items = self._objects.get(kind, ())
            # of two of one name the first stands, as for whoever looks from the beginning
            self._kinds[kind] = {key_of(item): item for item in reversed(items)}
        return self._kinds[kind].get((namespace, name))

    def pull_secret(self, namespace: str, name: str) -> PullSecret | None:
        """One secret; None where the snapshot doesn't hold it."""
        if (namespace, name) not in self._read:
            secret = self.find("Secret", namespace, name)
            if secret is None:
                return None
            self._read[namespace, name] = read_pull_secret(secret)
        return self._read[namespace, name]

    def namespaces_with(self, secret: str) -> tuple[str, ...]:
        """The namespaces that have a secret of that name."""
        return tuple(self._namespaces.get(secret, ()))

    def secrets_in(self, namespace: str) -> tuple[str, ...]:
        """The secrets of a namespace that the snapshot holds, by name."""
        return tuple(self._secrets.get(namespace, ()))

    def not_retrieved(self, failure: PullFailure) -> dict[str, datetime | None]:
        """The secrets that the kubelet said it could not retrieve for a pod, and when last."""
        last: dict[str, datetime | None] = {}
        for event in self._events.about(failure.pod_object):
            if event.get("reason") != "FailedToRetrieveImagePullSecret":
                continue
            # the text names them in brackets: some image pull secrets (a, b); the kubelet says so once for all that a
            # pod lacks (kubernetes pkg/kubelet/kubelet_pods.go)
            names = text_of(event.get("message")).partition("(")[2].partition(")")[0]
            time = parse_time(event.get("lastTimestamp")) or parse_time(event.get("eventTime"))
            for name in names.split(","):
                earlier = last.get(name.strip())
                last[name.strip()] = max(filter(None, (earlier, time)), default=None)
        return last

    @cached_property
    def _namespaces(self) -> dict[str, list[str]]:
        namespaces: dict[str, list[str]] = {}
        for item in self._objects.get("Secret", ()):
            namespace, name = key_of(item)
            namespaces.setdefault(name, []).append(namespace)
        return namespaces

    @cached_property
    def _secrets(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for namespace, name in sorted(map(key_of, self._objects.get("Secret", ()))):
            names.setdefault(namespace, []).append(name)
        return names


def index_of(snapshot: Snapshot) -> ObjectIndex:
    """The snapshot's index."""
    return snapshot.indexed(ObjectIndex)

"""Documents -> objects: lists are taken apart, kinds filled in, copies of one object reduced to the best one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from kubectl_imagepull.kube.events import EventHead, EventList, HeldEvent, normalise_event
from kubectl_imagepull.kube.objects import (
    JsonObject,
    TimedObject,
    list_items,
    number_of_version,
    object_of,
    objects_of,
    text_of,
)
from kubectl_imagepull.kube.recording.head import snapshot_kind
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE, HELM_REVISION, Skipped

#: The kinds that are kept of a recording, and what files of objects without a kind are called.
_FILE_NAMES = {
    "Pod": "pods",
    "Event": "events",
    "Node": "nodes",
    "Namespace": "namespaces",
    "Secret": "secrets",
    "ServiceAccount": "serviceaccounts",
    "ReplicaSet": "replicasets",
    "Deployment": "deployments",
    "StatefulSet": "statefulsets",
    "DaemonSet": "daemonsets",
    "Job": "jobs",
    "CronJob": "cronjobs",
    "ReplicationController": "replicationcontrollers",
    "ControllerRevision": "controllerrevisions",
    "MutatingWebhookConfiguration": "mutatingwebhookconfigurations",
    "DeploymentConfig": "deploymentconfigs",
    "ImageStream": "imagestreams",
    "ClusterServiceVersion": "clusterserviceversions",
    "Application": "applications",
    "HelmRelease": "helmreleases",
    "Kustomization": "kustomizations",
}
KEPT_KINDS = frozenset(_FILE_NAMES)
#: What objects of other kinds are called in a snapshot, as a recording of ours says.
_READ_AS = frozenset({HELM_REVISION, CUSTOM_RESOURCE})
_KIND_OF_FILE = {name: kind for kind, name in _FILE_NAMES.items()}
#: The API groups of these kinds; others use the same names for things of their own.
_GROUPS = frozenset(
    {
        *("", "admissionregistration.k8s.io", "apps", "argoproj.io", "batch", "events.k8s.io", "extensions"),
        *("helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "apps.openshift.io", "image.openshift.io"),
        "operators.coreos.com",
    }
)
_NOT_LETTERS = re.compile(r"[^a-z]")
#: Lists in lists: `kubectl get` gives one level, scripts that collect its answers two.
_MOST_NESTED = 5
#: The API server stores no object of more than 1.5 MB (etcd's --max-request-bytes), which fewer containers fill.
_MOST_CONTAINERS = 5_000
#: Objects that could not be read, named one by one for each file.
_MOST_NAMED = 20
#: Stands for the items of an empty list: its kind was looked at.
_EMPTY = object()


class Collector:
    """Takes documents one after the other and keeps of each object the best copy.

    `found` counts all objects by kind, the ones that are not kept among them; `skipped` is what was no object, and
    `has_empty_list` tells that somebody asked for objects and there were none.
    """

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.skipped: list[Skipped] = []
        self.has_empty_list = False
        #: How many pods were kept of which the containers, or their statuses, could not be read.
        self.unread_pods = 0
        #: How many bytes were read so far.
        self.bytes_read = 0
        #: The times in objects of large lists, each as it was written.
        self.times: dict[str, datetime | None] = {}
        #: What objects of large lists have alike.
        self.shared: dict[Any, Any] = {}
        self._kinds: dict[str, dict[tuple[str, str, str], JsonObject | EventHead]] = {}

    def objects(self) -> dict[str, Sequence[JsonObject]]:
        """The objects by kind, in the order in which they were first found."""
        return {kind: _sequence(copies.values()) for kind, copies in self._kinds.items()}

    def whole_objects(self) -> dict[str, Sequence[JsonObject]]:
        """The same, each with all its fields."""
        return {kind: [_whole(item) for item in copies.values()] for kind, copies in self._kinds.items()}

    def add(self, document: object, name: str) -> None:
        """Takes a document of the file `name`: an object, a list, or an array of objects."""
        faults: list[Skipped] = []
        for item, kind, place in _flatten(document, _kind_of_file(name), ""):
            if fault := self._take(item, kind):
                faults.append(Skipped(f"{name}{place}", fault))
        self._skip(faults, name)

    def add_items(self, items: Iterable[Any], kind: str, name: str) -> None:
        """Takes the items of a large list of the file `name`, events by their heads; `kind` is that of all, or ""."""
        faults: list[Skipped] = []
        guess = kind or _kind_of_file(name)
        for index, item in enumerate(items):
            if isinstance(item, EventHead):
                self._keep(item, "Event", item.key)
                self.found["Event"] += 1
            elif isinstance(item, dict) and not _is_list(item):
                if fault := self._take(item, guess):
                    faults.append(Skipped(f"{name} items[{index}]", fault))
            else:
                for one, own, place in _flatten(item, guess, f" items[{index}]", 1):
                    if fault := self._take(one, own):
                        faults.append(Skipped(f"{name}{place}", fault))
        self._skip(faults, name)

    def _skip(self, faults: list[Skipped], name: str) -> None:
        self.skipped += faults[:_MOST_NAMED]
        if len(faults) > _MOST_NAMED:
            self.skipped.append(Skipped(name, f"{len(faults) - _MOST_NAMED} more objects in it could not be read"))

    def _take(self, item: object, guess: str) -> str | None:
        """Keeps an object; gives what is wrong with one that can't be used."""
        if item is _EMPTY:
            self.has_empty_list = True
            if guess in KEPT_KINDS:
                self._kinds.setdefault(guess, {})
            return None
        if not isinstance(item, dict):
            return f"is {_article(item)}, not an object"
        kind = item.get("kind") or _kind_of_shape(item) or (guess if "metadata" in item else "")
        if not isinstance(kind, str):
            return f"has {_article(kind)} for its kind"
        place = snapshot_kind(item) if snapshot_kind(item) in _READ_AS else ""
        if place or (kind in KEPT_KINDS and _group(item) in _GROUPS):
            if fault := _fault_of(item, kind):
                return fault
            self.unread_pods += kind == "Pod" and not _has_readable_containers(item)
            self._keep_object(item, kind, place or kind)
        if kind:
            self.found[kind] += 1
        return None

    def _keep_object(self, item: JsonObject, kind: str, place: str) -> None:
        item["kind"] = kind
        if kind == "Event":
            normalise_event(item)
        metadata = item["metadata"]
        key = (text_of(metadata.get("namespace")), metadata["name"], text_of(metadata.get("uid")))
        self._keep(item, place, key)

    def _keep(self, item: JsonObject | EventHead, place: str, key: tuple[str, str, str]) -> None:
        copies = self._kinds.setdefault(place, {})
        known = copies.setdefault(key, item)
        if known is not item and _rank(item) > _rank(known):
            copies[key] = item


def _flatten(document: object, guess: str, place: str, depth: int = 0) -> Iterator[tuple[object, str, str]]:
    """Gives each object in a document with the kind that it may have and its place; _EMPTY for an empty list."""
    if isinstance(document, list):
        items: list[Any] = document
        if not any(isinstance(item, dict) for item in items):
            return
    elif isinstance(document, dict) and _is_list(document):
        items = list_items(document)
        guess = text_of(document.get("kind")).removesuffix("List") or guess
        place += " items"
        if not items:
            yield _EMPTY, guess, place
    else:
        if depth or isinstance(document, dict):
            yield document, guess, place
        return
    for index, item in enumerate(items):
        if isinstance(item, dict) and not _is_list(item):
            yield item, guess, f"{place}[{index}]"
        elif depth < _MOST_NESTED:
            yield from _flatten(item, guess, f"{place}[{index}]", depth + 1)


def _is_list(document: JsonObject) -> bool:
    kind = text_of(document.get("kind"))
    if kind:
        return kind.endswith("List") and "items" in document
    return isinstance(document.get("items"), list)


def _group(item: JsonObject) -> str:
    return text_of(item.get("apiVersion")).rpartition("/")[0]


def _kind_of_shape(item: JsonObject) -> str:
    if "involvedObject" in item or "regarding" in item:
        return "Event"
    spec = object_of(item.get("spec"))
    return "Pod" if "containers" in spec and "metadata" in item else ""


def _kind_of_file(name: str) -> str:
    """The kind that a file's name or its directory's name speaks of: `NAMESPACE/pods.json`, `pods/NAMESPACE.json`."""
    path = PurePosixPath(name.replace("\\", "/"))
    for word in (path.stem, path.parent.name):
        kind = _KIND_OF_FILE.get(_NOT_LETTERS.sub("", word.lower()))
        if kind:
            return kind
    return ""


def _fault_of(item: JsonObject, kind: str) -> str | None:
    metadata = item.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        return f"is a {kind} without a name"
    if not isinstance(metadata.get("namespace", ""), str):
        return f"is a {kind} with {_article(metadata['namespace'])} for its namespace"
    for field in ("spec", "status") if kind == "Pod" else ():
        if not isinstance(item.get(field), (dict, type(None))):
            return f"is a Pod with {_article(item[field])} for its {field}"
    if kind == "Pod" and max(map(len, _lists_of(item)), default=0) > _MOST_CONTAINERS:
        return f"is a Pod with more than {_MOST_CONTAINERS:,} containers"
    return None


def _lists_of(pod: JsonObject) -> Iterator[list[Any]]:
    for part in (pod.get("spec"), pod.get("status")):
        yield from (value for value in object_of(part).values() if isinstance(value, list))


def _has_readable_containers(pod: JsonObject) -> bool:
    """Whether a pod's containers and their statuses are lists; tools may leave out any of them."""
    spec, status = pod.get("spec", {}), object_of(pod.get("status"))
    statuses = (status.get(f"{name}Statuses", []) for name in ("container", "initContainer", "ephemeralContainer"))
    is_readable = isinstance(spec, dict) and isinstance(spec.get("containers", []), list)
    return is_readable and all(isinstance(one, (list, type(None))) for one in statuses)


def _rank(item: JsonObject | EventHead) -> tuple[bool, int, bool]:
    if isinstance(item, EventHead):
        return (*item.rank, False)
    version = number_of_version(text_of(item["metadata"].get("resourceVersion")))
    return bool(item.get("status")), version, _has_waiting(item)


def _has_waiting(item: JsonObject) -> bool:
    """Whether a container waits: of two copies of one pod that are equally new, that one is not to be hidden."""
    containers = objects_of(object_of(item.get("status")).get("containerStatuses"))
    return any("waiting" in object_of(one.get("state")) for one in containers)


def _sequence(copies: Iterable[JsonObject | EventHead]) -> Sequence[JsonObject]:
    held = list(copies)
    if not any(isinstance(item, EventHead) for item in held):
        return [item for item in held if isinstance(item, dict)]
    return EventList([item if isinstance(item, EventHead) else HeldEvent(item) for item in held])


def _whole(item: JsonObject | EventHead) -> JsonObject:
    if isinstance(item, EventHead):
        return item.event
    return item.whole() if isinstance(item, TimedObject) else item


def _article(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = ((str, "a string"), ((int, float), "a number"), (list, "a list"), (dict, "an object"))
    return next((name for types, name in names if isinstance(value, types)), "no value")

"""Pull secrets that a manifest names where Kubernetes doesn't look: under a container, or one level too high.

The API server drops a field that it doesn't know without an error (unless it is asked to be strict), so that only the
annotation in which `kubectl apply` keeps the manifest still shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.pull_secret_findings import MisplacedSecret
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.names import is_object_name

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
#: How the field is called, and how people miss its name, in small letters.
_FIELDS = frozenset({"imagepullsecrets", "imagepullsecret"})
_CONTAINERS = {
    "containers": "container",
    "initContainers": "init container",
    "ephemeralContainers": "ephemeral container",
}
#: From the top of a manifest to its pod spec, by kind; others hold a template.
_POD_SPECS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_TEMPLATE = ("spec", "template", "spec")
_MOST_OWNERS = 4
_MOST_DEPTH = 12
_MOST_BYTES = 1 << 20


def misplaced_secrets(pod: JsonObject, snapshot: Snapshot) -> tuple[MisplacedSecret, ...]:
    """The secrets that the manifests of a pod and its controllers name in a wrong place, each once."""
    by_name: dict[str, MisplacedSecret] = {}
    for item in _pod_and_controllers(pod, snapshot):
        manifest = _last_applied(item)
        right = _POD_SPECS.get(text_of(manifest.get("kind")), _TEMPLATE)
        for path, value in _fields(manifest, ()):
            if path[:-1] == right and path[-1] == "imagePullSecrets":
                continue
            for name in _names(value):
                exists = _exists(snapshot, key_of(pod)[0], name)
                by_name.setdefault(name, MisplacedSecret(name, _place(manifest, path), exists))
    return tuple(by_name.values())


def _exists(snapshot: Snapshot, namespace: str, name: str) -> bool | None:
    if index_of(snapshot).find("Secret", namespace, name):
        return True
    # a cluster is asked only for the secrets that failing pods name
    is_unread = snapshot.is_selective or snapshot.why_unread("Secret", namespace, name) is not None
    return None if is_unread else False


def _pod_and_controllers(pod: JsonObject, snapshot: Snapshot) -> Iterator[JsonObject]:
    item: JsonObject | None = pod
    for _ in range(_MOST_OWNERS):
        if item is None:
            return
        yield item
        metadata = object_of(item.get("metadata"))
        owners = objects_of(metadata.get("ownerReferences"))
        owner = next((one for one in owners if one.get("controller") is True), {})
        held = index_of(snapshot).find(text_of(owner.get("kind")), key_of(item)[0], text_of(owner.get("name")))
        # another object of that name may be a stranger's
        item = held if held and object_of(held.get("metadata")).get("uid") == owner.get("uid") else None


def _last_applied(item: JsonObject) -> JsonObject:
    text = text_of(object_of(object_of(item.get("metadata")).get("annotations")).get(_LAST_APPLIED))
    if not text or len(text) > _MOST_BYTES:
        return {}
    try:
        return object_of(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _fields(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every field of a manifest that is meant to name pull secrets, with the path to it."""
    if len(path) > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.lower() in _FIELDS:
                yield (*path, key), inner
            elif key != "annotations":
                yield from _fields(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _fields(inner, (*path, str(number)))


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = text_of(one.get("name")) if isinstance(one, dict) else text_of(one)
        if name and is_object_name(name):
            yield name


def _place(manifest: JsonObject, path: tuple[str, ...]) -> str:
    """A path for a sentence: the container where it is one's, else the path itself."""
    for number, step in enumerate(path[:-2]):
        if step in _CONTAINERS and path[number + 1].isdecimal():
            name = _at(manifest, path[: number + 2]).get("name")
            if is_object_name(text_of(name)):
                return f"{_CONTAINERS[step]} {name}"
    return ".".join(path)


def _at(value: Any, path: tuple[str, ...]) -> JsonObject:
    for step in path:
        value = value[int(step)] if isinstance(value, list) else object_of(value).get(step)
    return object_of(value)

"""Kubernetes objects as decoded JSON, and what is asked of them everywhere.

They come from other people's clusters and recordings, so no field is trusted to have the type that the API gives it.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

#: One Kubernetes object (or a part of one) as decoded JSON.
JsonObject = dict[str, Any]


class TimedObject(JsonObject):
    """An object of a large recording, maybe without what nothing reads of it, and the newest time in it."""

    __slots__ = ("written",)

    #: The newest time that the API server or the kubelet wrote into it; None for none.
    written: datetime | None

    def whole(self) -> JsonObject:
        """The object with all its fields."""
        raise NotImplementedError


#: Fields of containers that nothing here reads.
_UNREAD = frozenset(
    {
        *("args", "command", "env", "envFrom", "lifecycle", "livenessProbe", "ports", "readinessProbe", "resources"),
        *("securityContext", "startupProbe"),
    }
)
#: The times that count, so that years can be added to each and taken from it: from where clocks begin to where Go's
#: end (package time, Time.UnixNano). Go's zero time, of the year 1, stands for none.
EARLIEST = datetime(1970, 1, 1, tzinfo=timezone.utc)
LATEST = datetime(2262, 1, 1, tzinfo=timezone.utc)
#: Digits of a resource version that is a number; etcd's revisions have 64 bits.
_MOST_DIGITS = 20
_VERSION = re.compile(r"[0-9]{1,18}\Z")


def parse_time(value: object) -> datetime | None:
    """Reads an RFC 3339 time as Kubernetes writes it, as UTC, from EARLIEST to LATEST; None for anything else."""
    return _time_of(value) if isinstance(value, str) and value else None


@lru_cache(maxsize=65536)
def _time_of(value: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(value.replace("Z", "+00:00"))
        utc = (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    # OverflowError: a time at the end of the calendar that is not on it in UTC.
    except (ValueError, OverflowError):
        return None
    return utc if EARLIEST <= utc <= LATEST else None


def text_of(value: object) -> str:
    """The value if it is a string, else the empty string: recordings are other people's data."""
    return value if isinstance(value, str) else ""


def object_of(value: object) -> JsonObject:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: object) -> list[JsonObject]:
    """The objects in the value if it is a list, else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number_of_version(version: str | None) -> int:
    """A resourceVersion as a number, the greater the later, also one that no server wrote; -1 for what is none."""
    return int(version) if version and version.isdecimal() and len(version) <= _MOST_DIGITS else -1


def without_unread(pod: JsonObject) -> None:
    """Takes out of a pod what nothing here reads: who manages which field, and what containers are run with.

    That is most of a pod, and values of environment variables are among it.
    """
    object_of(pod.get("metadata")).pop("managedFields", None)
    spec = object_of(pod.get("spec"))
    for name in ("initContainers", "containers", "ephemeralContainers"):
        if isinstance(spec.get(name), list):
            spec[name] = [
                {key: value for key, value in container.items() if key not in _UNREAD}
                for container in objects_of(spec[name])
            ]


def version_of(item: JsonObject) -> int | None:
    """An object's resourceVersion, which is greater the later it was written; None where it has none.

    Versions of all kinds are compared only within one cluster: kubernetes keps/sig-api-machinery/5504.
    """
    text = text_of(object_of(item.get("metadata")).get("resourceVersion"))
    return int(text) if _VERSION.match(text) else None


def key_of(item: JsonObject) -> tuple[str, str]:
    """An object's namespace ("" for none) and name."""
    metadata = object_of(item.get("metadata"))
    return text_of(metadata.get("namespace")), text_of(metadata.get("name"))


def pull_secrets_of(spec: JsonObject) -> tuple[str, ...]:
    """The pull secrets that a pod's spec names, in its order, each once; the kubelet passes over an empty name."""
    if "imagePullSecrets" not in spec:
        return ()
    names = (text_of(item.get("name")) for item in objects_of(spec["imagePullSecrets"]))
    return tuple(dict.fromkeys(name for name in names if name))


def list_items(document: JsonObject) -> list[Any]:
    """The items of a list; each object gets the kind and API version that a typed list says only once."""
    items = document.get("items")
    if not isinstance(items, list):
        return []
    kind = text_of(document.get("kind")).removesuffix("List")
    if kind:
        version = document.get("apiVersion")
        for item in items:
            if isinstance(item, dict) and not item.get("kind"):
                item["kind"] = kind
                item.setdefault("apiVersion", version or "v1")
    return items

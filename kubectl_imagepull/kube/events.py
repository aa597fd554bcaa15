"""Events in one form: what the newer API calls differently goes by its core/v1 name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import overload

from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of

#: events.k8s.io/v1 name -> core/v1 name (k8s.io/kubernetes pkg/apis/events/v1/conversion.go).
_CORE_NAMES = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}


def normalise_event(event: JsonObject) -> None:
    """Renames an event's events.k8s.io/v1 fields to core/v1's, in place.

    Where the event is a series and tells its count or last time only there, `count` and `lastTimestamp` are filled.
    """
    for name, core_name in _CORE_NAMES.items():
        if name in event:
            value = event.pop(name)
            if event.get(core_name) is None:
                event[core_name] = value
    series = event.get("series")
    if isinstance(series, dict):
        if not event.get("count"):
            event["count"] = series.get("count")
        if not event.get("lastTimestamp"):
            event["lastTimestamp"] = series.get("lastObservedTime")


def pod_of(event: JsonObject) -> tuple[str, str] | None:
    """Namespace and name of the pod that the event is about; None for an event about anything else.

    An event speaks for its own namespace only, as the API server has it (k8s.io/kubernetes pkg/apis/core/validation
    events.go): one that names a pod of another namespace is about none.
    """
    involved = object_of(event.get("involvedObject"))
    namespace, name = text_of(involved.get("namespace")), involved.get("name")
    if involved.get("kind") != "Pod" or not isinstance(name, str):
        return None
    own = text_of(object_of(event.get("metadata")).get("namespace"))
    return (namespace, name) if own in {"", namespace} else None


def involved_uid(event: JsonObject) -> str:
    """The uid of the object that the event is about; "" where it names none."""
    return text_of(object_of(event.get("involvedObject")).get("uid"))


def writers_of(event: JsonObject) -> frozenset[str]:
    """The components that the event names as its writer: one as a rule, none in some recordings."""
    source = text_of(object_of(event.get("source")).get("component"))
    return frozenset({source, text_of(event.get("reportingComponent"))} - {""})


class EventHead:
    """What an event is found by."""

    __slots__ = ("claimed", "key", "pod", "rank", "reason", "uid", "writers", "written")

    #: Its own namespace, name and uid.
    key: tuple[str, str, str]
    #: Which of several copies of it is the best: the greatest.
    rank: tuple[bool, int]
    #: Namespace and name of the pod that it is about; None for anything else.
    pod: tuple[str, str] | None
    #: The uid of the object that it is about; "" for none.
    uid: str
    #: The components that it names as its writer.
    writers: frozenset[str]
    #: Its reason.
    reason: str
    #: When the API server wrote it.
    written: datetime | None
    #: The newest time that the kubelet claims in it; None where it isn't the kubelet's.
    claimed: datetime | None

    @property
    def event(self) -> JsonObject:
        """The event itself."""
        raise NotImplementedError


class HeldEvent(EventHead):
    """An event that is decoded."""

    __slots__ = ("_event",)

    def __init__(self, event: JsonObject) -> None:
        self._event = event
        metadata = object_of(event.get("metadata"))
        self.key = (
            text_of(metadata.get("namespace")), text_of(metadata.get("name")), text_of(metadata.get("uid"))
        )  # fmt: skip
        self.pod, self.uid, self.writers = pod_of(event), involved_uid(event), writers_of(event)
        self.reason = text_of(event.get("reason"))

    @property
    def event(self) -> JsonObject:
        """The event itself."""
        return self._event


class EventList(Sequence[JsonObject]):
    """Events that are found by their heads, and decoded where they are asked for."""

    def __init__(self, heads: Sequence[EventHead]) -> None:
        self.heads = heads

    def __len__(self) -> int:
        return len(self.heads)

    @overload
    def __getitem__(self, index: int) -> JsonObject: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[JsonObject]: ...

    def __getitem__(self, index: int | slice) -> JsonObject | Sequence[JsonObject]:
        return EventList(self.heads[index]) if isinstance(index, slice) else self.heads[index].event

    def __iter__(self) -> Iterator[JsonObject]:
        return (head.event for head in self.heads)


def heads_of(events: Sequence[JsonObject]) -> Sequence[EventHead]:
    """What events are found by."""
    return events.heads if isinstance(events, EventList) else [HeldEvent(event) for event in events]

"""Events in one form: what the newer API calls differently goes by its core/v1 name."""

from __future__ import annotations

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

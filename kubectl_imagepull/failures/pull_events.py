"""Events about pods, read for what they say about pulls (kubernetes pkg/kubelet/images, pkg/kubelet/events)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, parse_time, text_of
from kubectl_imagepull.kube.pod_events import pod_events_of
from kubectl_imagepull.kube.silent_status import FAILED_IMAGE, container_of
from kubectl_imagepull.kube.snapshot import Snapshot

#: The texts that name an image, by the event's reason; any other's is that of a pull that failed.
_NAMING_IMAGE = {
    "Pulled": re.compile(r'(?:Successfully pulled|Container) image "((?:[^"\\]|\\.)*)"'),
    "Pulling": re.compile(r'Pulling image "((?:[^"\\]|\\.)*)"'),
}
#: A kubelet writes 25 events about an object at once and then one in five minutes, and they are kept for an hour
#: (k8s.io/client-go tools/record/events_cache.go): where there are more, all but the newest are left alone.
_MOST_EVENTS = 200


@dataclass(frozen=True)
class PullEvent:
    """One event about a pod."""

    #: Its reason: `Failed`, `Pulled`, `FailedCreatePodSandBox` ...
    reason: str
    #: Its text.
    message: str
    #: The container that it is about, if it says so.
    container: str | None
    #: The image that its text names.
    image: str | None
    #: When it happened first.
    first_time: datetime | None
    #: When it happened last.
    last_time: datetime | None

    @property
    def order(self) -> float:
        """Sorts events by their last time, one without it first."""
        return self.last_time.timestamp() if self.last_time else 0.0


class PodEvents:
    """The events of a snapshot by the pod that they are about; read where a pod's are asked for, and once."""

    kinds: ClassVar = frozenset({"Event"})

    def __init__(self, snapshot: Snapshot) -> None:
        self._index = pod_events_of(snapshot)
        self._read: dict[tuple[tuple[str, str], str], list[PullEvent]] = {}

    def about(self, pod: JsonObject) -> list[PullEvent]:
        """The newest events about a pod, in the snapshot's order."""
        key = key_of(pod), text_of(object_of(pod.get("metadata")).get("uid"))
        if key not in self._read:
            events = [_pull_event(event) for event in self._index.about(pod)]
            if len(events) > _MOST_EVENTS:
                newest = sorted(range(len(events)), key=lambda place: events[place].order, reverse=True)[:_MOST_EVENTS]
                events = [events[place] for place in sorted(newest)]
            self._read[key] = events
        return self._read[key]


def _pull_event(event: JsonObject) -> PullEvent:
    message, reason = text_of(event.get("message")), text_of(event.get("reason"))
    named = FAILED_IMAGE.match(message) if reason != "Pulled" else None
    if named is None and reason in _NAMING_IMAGE:
        named = _NAMING_IMAGE[reason].match(message)
    created = parse_time(object_of(event.get("metadata")).get("creationTimestamp"))
    happened, last = parse_time(event.get("eventTime")), parse_time(event.get("lastTimestamp"))
    # events of the newer API, and series, have their times elsewhere
    observed = parse_time(object_of(event["series"]).get("lastObservedTime")) if "series" in event else None
    last_times = [time for time in (last, observed, happened, created) if time]
    return PullEvent(
        reason,
        message,
        container_of(event),
        undo_go_escapes(named[1]) if named else None,
        parse_time(event.get("firstTimestamp")) or happened or created,
        max(last_times, default=None),
    )


def undo_go_escapes(text: str) -> str:
    """Undoes the escapes of Go's %q that JSON has as well; others stay as they are."""
    if "\\" not in text:
        return text
    try:
        value = json.loads(f'"{text}"')
    except ValueError:
        return text
    return value if isinstance(value, str) else text

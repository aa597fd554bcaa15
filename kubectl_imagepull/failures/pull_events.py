"""Events about pods, read for what they say about pulls (kubernetes pkg/kubelet/images, pkg/kubelet/events)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, parse_time, text_of
from kubectl_imagepull.kube.silent_status import FAILED_IMAGE, container_of
from kubectl_imagepull.kube.snapshot import Snapshot

#: The texts that name an image, by the event's reason; any other's is that of a pull that failed.
_NAMING_IMAGE = {
    "Pulled": re.compile(r'(?:Successfully pulled|Container) image "((?:[^"\\]|\\.)*)"'),
    "Pulling": re.compile(r'Pulling image "((?:[^"\\]|\\.)*)"'),
}


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


class PodEvents:
    """The events of a snapshot by the pod that they are about; read where a pod's are asked for, and once."""

    kinds: ClassVar = frozenset({"Event"})

    def __init__(self, snapshot: Snapshot) -> None:
        self._read: dict[tuple[tuple[str, str], frozenset[str]], list[PullEvent]] = {}
        self._by_pod: dict[tuple[str, str], list[JsonObject]] = {}
        for event in snapshot.events:
            if about := pod_of(event):
                self._by_pod.setdefault(about, []).append(event)

    def about(self, pod: JsonObject) -> list[PullEvent]:
        """The events about a pod, in the snapshot's order."""
        metadata = object_of(pod.get("metadata"))
        # a pod that had the same name before has other events; a static pod's carry its configuration's hash as uid
        static = object_of(metadata.get("annotations")).get("kubernetes.io/config.hash")
        uids = frozenset({"", text_of(metadata.get("uid")), text_of(static)})
        key = key_of(pod)
        if (key, uids) not in self._read:
            events = self._by_pod.get(key, ())
            self._read[key, uids] = [_pull_event(event) for event in events if len(uids) == 1 or _uid(event) in uids]
        return self._read[key, uids]


def _uid(event: JsonObject) -> str:
    return text_of(object_of(event.get("involvedObject")).get("uid"))


def _pull_event(event: JsonObject) -> PullEvent:
    message, reason = text_of(event.get("message")), text_of(event.get("reason"))
    named = FAILED_IMAGE.match(message) if reason != "Pulled" else None
    if named is None and reason in _NAMING_IMAGE:
        named = _NAMING_IMAGE[reason].match(message)
    created = object_of(event.get("metadata")).get("creationTimestamp")
    # events of the newer API, and series, have their times elsewhere
    last_times = (
        event.get("lastTimestamp"),
        object_of(event.get("series")).get("lastObservedTime"),
        event.get("eventTime"),
        created,
    )
    first_time = parse_time(event.get("firstTimestamp")) or parse_time(event.get("eventTime")) or parse_time(created)
    return PullEvent(
        reason,
        message,
        container_of(event),
        undo_go_escapes(named[1]) if named else None,
        first_time,
        max(filter(None, map(parse_time, last_times)), default=None),
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

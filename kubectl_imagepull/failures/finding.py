"""Snapshot -> failures: which container can't get which image, and the texts that speak about it.

The states and events are those of kubernetes pkg/kubelet (images/image_manager.go, kuberuntime/kuberuntime_manager.go,
kubelet_pods.go). ErrImagePull and ImagePullBackOff are one state; a status that is silent (ContainerCreating, a crash
loop between two pulls) is read together with the events, and a pull that worked later is no failure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kubectl_imagepull.failures.failure import PullFailure, Text
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, text_of
from kubectl_imagepull.kube.silent_status import FAILED_IMAGE, SILENT_REASONS, container_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.redact import without_logins
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.image_reference import same_image

#: Waiting reasons that only a failed pull gives (pkg/kubelet/images/types.go, cri-api pkg/errors).
PULL_REASONS = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
_PULLED = re.compile(r'(?:Successfully pulled|Container) image "((?:[^"\\]|\\.)*)"')
_IDENTIFIER = re.compile(r"[A-Z][A-Za-z]*\Z")
#: What a FailedCreatePodSandBox text says when it is about the sandbox image, and what when it is about the network.
_SANDBOX_IMAGE = re.compile(
    r"sandbox image|[Ff]ailed (?:to )?pull(?:ing)? |pulling image|initializing source docker://|pull access denied"
)
_SANDBOX_NETWORK = re.compile(r"\bcni\b|CNI|plugin type=|network for sandbox|network for pod|networkPlugin")


@dataclass(frozen=True)
class _Event:
    reason: str
    message: str
    container: str | None
    image: str | None
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class _Container:
    name: str
    image: str
    what: What
    status: JsonObject
    volume_images: tuple[str, ...]

    @property
    def waiting(self) -> JsonObject:
        return object_of(object_of(self.status.get("state")).get("waiting"))

    @property
    def is_waiting(self) -> bool:
        state = object_of(self.status.get("state"))
        return "waiting" in state or not state

    @property
    def last_run(self) -> JsonObject:
        return object_of(object_of(self.status.get("lastState")).get("terminated"))


def find_failures(snapshot: Snapshot) -> tuple[PullFailure, ...]:
    """Finds every container whose image can't be pulled, in the order of the pods."""
    events = _remembered(_Identity(snapshot.events))
    found: list[PullFailure] = []
    for pod in snapshot.pods:
        metadata = object_of(pod.get("metadata"))
        key = (text_of(metadata.get("namespace")), text_of(metadata.get("name")))
        # a pod that had the same name before has other events; a static pod's carry its configuration's hash as uid
        uids = {
            "",
            text_of(metadata.get("uid")),
            text_of(object_of(metadata.get("annotations")).get("kubernetes.io/config.hash")),
        }
        own = [event for uid, event in events.get(key, ()) if uid in uids or uids == {""}]
        found.extend(_Pod(pod, key, own).failures())
    return tuple(found)


class _Pod:
    """One pod with its events."""

    def __init__(self, pod: JsonObject, key: tuple[str, str], events: list[_Event]) -> None:
        self.pod = pod
        self.namespace, self.name = key
        self.events = events
        self.spec = object_of(pod.get("spec"))
        self.status = object_of(pod.get("status"))
        self.containers = tuple(self._containers())

    def failures(self) -> Iterator[PullFailure]:
        if self.status.get("phase") == "Succeeded":
            return
        found = [failure for container in self.containers for failure in self._of(container)]
        yield from found
        if not found:
            yield from self._sandbox()

    def _containers(self) -> Iterator[_Container]:
        volumes = {
            text_of(volume.get("name")): text_of(object_of(volume.get("image")).get("reference"))
            for volume in objects_of(self.spec.get("volumes"))
            if object_of(volume.get("image"))
        }
        for field, statuses, what in (
            ("initContainers", "initContainerStatuses", What.INIT_CONTAINER),
            ("containers", "containerStatuses", What.CONTAINER),
            ("ephemeralContainers", "ephemeralContainerStatuses", What.EPHEMERAL_CONTAINER),
        ):
            status_of = {text_of(status.get("name")): status for status in objects_of(self.status.get(statuses))}
            for container in objects_of(self.spec.get(field)):
                name = text_of(container.get("name"))
                mounted = (
                    volumes.get(text_of(mount.get("name")), "") for mount in objects_of(container.get("volumeMounts"))
                )
                yield _Container(
                    name,
                    text_of(container.get("image")),
                    what,
                    status_of.get(name, {}),
                    tuple(dict.fromkeys(reference for reference in mounted if reference)),
                )

    def _of(self, container: _Container) -> Iterator[PullFailure]:
        if not container.is_waiting or not container.status:
            return
        reason = text_of(container.waiting.get("reason"))
        message = text_of(container.waiting.get("message"))
        shown = None
        if _is_pull_state(reason, message):
            shown = self._image_shown(container, message)
            yield self._failure(container, shown, reason, message)
        elif reason not in SILENT_REASONS:
            return
        for image in (*container.volume_images, container.image):
            if image != shown and self._fails_by_events(container, image):
                yield self._failure(container, image, "ErrImagePull" if shown else reason, "")

    def _image_shown(self, container: _Container, message: str) -> str:
        """The image that the status speaks about: the container's own, or that of an image volume."""
        if not container.volume_images:
            return container.image
        named = classify(message).image if message else None
        if not named:
            failed = [event for event in self._failed_events(container) if event.image]
            named = max(failed, key=_last_of).image if failed else None
        if named and not same_image(named, container.image):
            return next((image for image in container.volume_images if same_image(named, image)), container.image)
        return container.image

    def _failure(self, container: _Container, image: str, reason: str, message: str) -> PullFailure:
        is_volume = image != container.image
        events = [event for event in self._failed_events(container) if _speaks_of(event, image)]
        return PullFailure(
            namespace=self.namespace,
            pod=self.name,
            container=container.name,
            what=What.IMAGE_VOLUME if is_volume else container.what,
            image=without_logins(image),
            node=text_of(self.spec.get("nodeName")) or None,
            reason=reason,
            texts=tuple(_texts(reason, message, events)),
            since=self._since(container, events),
            pod_object=self.pod,
        )

    def _failed_events(self, container: _Container) -> list[_Event]:
        """The events that say that a pull of this container failed; volumes' events name no container."""
        images = (container.image, *container.volume_images)
        others = [other for other in self.containers if other is not container]
        found = []
        for event in self.events:
            if event.image is None:
                if event.container == container.name and event.reason == "Failed":
                    found.append(event)
            elif event.container == container.name or any(same_image(event.image, image) for image in images):
                rival = event.container not in {None, container.name} and any(
                    other.name == event.container and same_image(event.image, other.image) for other in others
                )
                if not rival:
                    found.append(event)
        return [event for event in found if event.reason in {"Failed", "InspectFailed", "ErrImageNeverPull"}]

    def _fails_by_events(self, container: _Container, image: str) -> bool:
        """Whether the newest pull of this image failed, and neither worked nor began anew since."""
        failed = [
            event.last
            for event in self._failed_events(container)
            if event.last and event.image and same_image(event.image, image)
        ]
        if not failed:
            return False
        newest = max(failed)
        started = parse_time(container.last_run.get("startedAt"))
        if started and started >= newest:
            return False
        for event in self.events:
            if event.last and (event.container == container.name or (event.image and same_image(event.image, image))):
                if event.reason in {"Pulled", "Created", "Started"} and event.last >= newest:
                    return False
                if event.reason == "Pulling" and event.last > newest:
                    return False
        return True

    def _since(self, container: _Container, events: list[_Event]) -> datetime | None:
        ran = parse_time(container.last_run.get("finishedAt"))
        first = [event.first for event in events if event.first]
        if ran is None and container.what is not What.EPHEMERAL_CONTAINER:
            return parse_time(self.status.get("startTime")) or min(first, default=None)
        return min(first, default=ran)

    def _sandbox(self) -> Iterator[PullFailure]:
        """The pause image: its error stands only in events, and the containers stay in ContainerCreating."""
        if any(object_of(object_of(c.status.get("state")).get("running")) for c in self.containers):
            return
        failed = [event for event in self.events if event.reason == "FailedCreatePodSandBox" and event.last]
        if not failed:
            return
        newest = max(failed, key=_last_of)
        later = [
            event for event in self.events if event.reason in {"Pulling", "Pulled", "Created", "Started", "Failed"}
        ]
        if any(event.last and newest.last and event.last > newest.last for event in later):
            return
        verdict = classify(newest.message)
        about_image = _SANDBOX_IMAGE.search(newest.message) and verdict.image
        if _SANDBOX_NETWORK.search(newest.message) or not (about_image or verdict.cause is Cause.RUNTIME_UNAVAILABLE):
            return
        yield PullFailure(
            namespace=self.namespace,
            pod=self.name,
            container=None,
            what=What.SANDBOX,
            image=verdict.image or "",
            node=text_of(self.spec.get("nodeName")) or None,
            reason="FailedCreatePodSandBox",
            texts=(Text(newest.message, "event FailedCreatePodSandBox", newest.last),),
            since=min((event.first for event in failed if event.first), default=None),
            pod_object=self.pod,
        )


def _is_pull_state(reason: str, message: str) -> bool:
    if reason in PULL_REASONS:
        return True
    if reason == "CreateContainerError":
        return "checking signature of" in message
    if not reason or _IDENTIFIER.match(reason):
        return False
    # from 1.33 on, a malformed pull secret puts the parser's error into the reason itself
    return classify(reason).cause is Cause.PULL_SECRET_MALFORMED or "record image pull intent" in reason


def _texts(reason: str, message: str, events: Iterable[_Event]) -> Iterator[Text]:
    if message:
        yield Text(message, "waiting.message")
    if reason not in PULL_REASONS and not _IDENTIFIER.match(reason) and reason and reason != message:
        yield Text(reason, "waiting.reason")
    for event in sorted(events, key=_last_of, reverse=True):
        yield Text(event.message, f"event {event.reason}", event.last)


def _speaks_of(event: _Event, image: str) -> bool:
    return event.image is None or same_image(event.image, image)


def _last_of(event: _Event) -> float:
    return event.last.timestamp() if event.last else 0.0


def _events_by_pod(events: Iterable[JsonObject]) -> dict[tuple[str, str], list[tuple[str, _Event]]]:
    found: dict[tuple[str, str], list[tuple[str, _Event]]] = {}
    for event in events:
        about = object_of(event.get("involvedObject"))
        if about.get("kind") != "Pod":
            continue
        key = (text_of(about.get("namespace")), text_of(about.get("name")))
        found.setdefault(key, []).append((text_of(about.get("uid")), _event(event)))
    return found


class _Identity:
    """Events as a cache's key: the sequence that they are, for their content has no hash."""

    def __init__(self, events: Sequence[JsonObject]) -> None:
        self.events = events

    def __hash__(self) -> int:
        return id(self.events)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.events is self.events


@lru_cache(maxsize=1)
def _remembered(key: _Identity) -> dict[tuple[str, str], list[tuple[str, _Event]]]:
    """A live cluster is looked through twice, the second time with what bears on its failures and the same events."""
    return _events_by_pod(key.events)


def _event(event: JsonObject) -> _Event:
    message = text_of(event.get("message"))
    reason = text_of(event.get("reason"))
    pattern = _PULLED if reason == "Pulled" else FAILED_IMAGE
    image = pattern.match(message)
    if not image and reason == "Pulling":
        image = re.match(r'Pulling image "((?:[^"\\]|\\.)*)"', message)
    created = object_of(event.get("metadata")).get("creationTimestamp")
    times = [
        time
        for value in (
            event.get("lastTimestamp"),
            object_of(event.get("series")).get("lastObservedTime"),
            event.get("eventTime"),
            created,
        )
        if (time := parse_time(value))
    ]
    first = parse_time(event.get("firstTimestamp")) or parse_time(event.get("eventTime")) or parse_time(created)
    return _Event(
        reason,
        message,
        container_of(event),
        _go_unquoted(image[1]) if image else None,
        first,
        max(times, default=None),
    )


def _go_unquoted(text: str) -> str:
    """Undoes the escapes of Go's %q that JSON has as well; others stay as they are."""
    if "\\" not in text:
        return text
    try:
        value = json.loads(f'"{text}"')
    except ValueError:
        return text
    return value if isinstance(value, str) else text

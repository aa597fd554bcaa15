"""Snapshot -> failures: which container can't get which image, and the texts that speak about it.

The states and events are those of kubernetes pkg/kubelet (images/image_manager.go, kuberuntime/kuberuntime_manager.go,
kubelet_pods.go). ErrImagePull and ImagePullBackOff are one state; a status that is silent (ContainerCreating, a crash
loop between two pulls) is read together with the events, and a pull that worked later is no failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.failures.failure import FailureText, PullFailure
from kubectl_imagepull.failures.pull_events import PodEvents, PullEvent, undo_go_escapes
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, parse_time, text_of
from kubectl_imagepull.kube.silent_status import SILENT_REASONS
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What
from kubectl_imagepull.vocabulary.image_reference import same_image
from kubectl_imagepull.vocabulary.redaction import redacted, redacted_image

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
#: The API server sets a deletion to the end of the pod's grace period; no pod is given longer than this.
_LONGEST_GRACE = timedelta(days=1)
#: How the kubelet begins a waiting message, with the image as the pod's spec had it (pkg/kubelet/images).
_KUBELETS_IMAGE = re.compile(r'(?:Back-off pulling image|Failed to pull image) "((?:[^"\\]|\\.)*)"')
#: Reasons of events that say that a pull failed.
_FAILED_REASONS = frozenset({"Failed", "InspectFailed", "ErrImageNeverPull"})
#: Where a pod's spec lists containers, where its status does, and what they are.
_CONTAINERS = (
    ("initContainers", "initContainerStatuses", What.INIT_CONTAINER),
    ("containers", "containerStatuses", What.CONTAINER),
    ("ephemeralContainers", "ephemeralContainerStatuses", What.EPHEMERAL_CONTAINER),
)
_IDENTIFIER = re.compile(r"[A-Z][A-Za-z]*\Z")
#: What a FailedCreatePodSandBox text says when it is about the sandbox image, and what when it is about the network.
_SANDBOX_IMAGE = re.compile(
    r"sandbox image|[Ff]ailed (?:to )?pull(?:ing)? |pulling image|initializing source docker://|pull access denied"
)
_SANDBOX_NETWORK = re.compile(r"\bcni\b|CNI|plugin type=|network for sandbox|network for pod|networkPlugin")


@dataclass(frozen=True)
class _Container:
    """A container of the spec with its status."""

    #: Its name.
    name: str
    #: Its own image.
    image: str
    #: Whether it is an init container, an ephemeral one or none of these.
    what: What
    #: Its status, empty where it has none yet.
    status: JsonObject
    #: The images that are mounted into it as volumes.
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
    """Finds every container whose image can't be pulled, in the order of the pods; looks once at a snapshot's pods."""
    return snapshot.indexed(_FailedPulls).failures


class _FailedPulls:
    """The failures of a snapshot: what is read for them, and the diagnosis, ask for them anew."""

    kinds: ClassVar = frozenset({"Pod", "Event"})

    def __init__(self, snapshot: Snapshot) -> None:
        events = snapshot.indexed(PodEvents)
        pods = (pod for pod in snapshot.pods if not _is_up(pod))
        self.failures = tuple(failure for pod in pods for failure in _PodPulls(pod, events, snapshot.now).failures())


def _is_up(pod: JsonObject) -> bool:
    """Whether a pod's status alone shows that no pull fails: all containers have begun, and one of the spec runs."""
    status, spec = object_of(pod.get("status")), object_of(pod.get("spec"))
    if _is_done(status):
        return True
    runs = False
    for field, statuses, _ in _CONTAINERS:
        for container in objects_of(status.get(statuses)):
            state = container.get("state")
            if not isinstance(state, dict) or not state or "waiting" in state:
                return False
            if not runs and object_of(state.get("running")):
                name = container.get("name")
                runs = any(one.get("name") == name for one in objects_of(spec.get(field)))
    return runs


def _is_done(status: JsonObject) -> bool:
    """Whether a pod has succeeded, as its containers say too: the kubelet lets none wait for an image in that phase."""
    if status.get("phase") != "Succeeded":
        return False
    statuses = [*objects_of(status.get("initContainerStatuses")), *objects_of(status.get("containerStatuses"))]
    return not any(_waits_for_image(one) and not object_of(one.get("lastState")).get("terminated") for one in statuses)


def _waits_for_image(status: JsonObject) -> bool:
    """Whether a container's status alone says that its pull fails."""
    waiting = object_of(object_of(status.get("state")).get("waiting"))
    return text_of(waiting.get("reason")).strip() in PULL_REASONS


class _PodPulls:
    """The pulls of one pod."""

    def __init__(self, pod: JsonObject, events: PodEvents, now: datetime) -> None:
        self.pod = pod
        self.namespace, self.name = key_of(pod)
        self.metadata = object_of(pod.get("metadata"))
        self.spec = object_of(pod.get("spec"))
        self.status = object_of(pod.get("status"))
        self.containers = tuple(self._containers())
        self._pod_events = events
        self._now = now

    @cached_property
    def events(self) -> list[PullEvent]:
        """The events about the pod; of one whose status says that all is well they aren't asked for."""
        return self._pod_events.about(self.pod)

    @cached_property
    def _sandbox_failed(self) -> datetime | None:
        """When the pod's sandbox failed last."""
        failed = (event.last_time for event in self.events if event.reason == "FailedCreatePodSandBox")
        return max((time for time in failed if time), default=None)

    def failures(self) -> Iterator[PullFailure]:
        if self._is_terminating():
            return  # on its way out: nobody has to repair it
        failures = [failure for container in self.containers for failure in self._failures_of(container)]
        yield from failures or self._sandbox_failures()

    def _is_terminating(self) -> bool:
        """Whether the pod is being deleted; a time that is none, or far ahead, is not the API server's."""
        deleted = parse_time(self.metadata.get("deletionTimestamp"))
        return deleted is not None and deleted - self._now <= _LONGEST_GRACE

    def _containers(self) -> Iterator[_Container]:
        volumes = {
            text_of(volume.get("name")): text_of(object_of(volume.get("image")).get("reference"))
            for volume in objects_of(self.spec.get("volumes"))
            if object_of(volume.get("image"))
        }
        for field, statuses, what in _CONTAINERS:
            status_of: dict[str, JsonObject] = {}
            for status in objects_of(self.status.get(statuses)):
                # a damaged list may name a container twice: no other status hides the one whose pull fails
                known = status_of.get(text_of(status.get("name")))
                if known is None or not _waits_for_image(known):
                    status_of[text_of(status.get("name"))] = status
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

    def _failures_of(self, container: _Container) -> Iterator[PullFailure]:
        if not container.is_waiting or not container.status:
            return
        reason = text_of(container.waiting.get("reason")).strip()
        message = text_of(container.waiting.get("message"))
        shown = None
        if _is_about_image_before(message, container):
            # the image was corrected in place, and the kubelet hasn't said anything of the new one yet
            reason = message = ""
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
            named = max(failed, key=lambda event: event.order).image if failed else None
        if named and not same_image(named, container.image):
            return next((image for image in container.volume_images if same_image(named, image)), container.image)
        return container.image

    def _failure(self, container: _Container, image: str, reason: str, message: str) -> PullFailure:
        is_volume = image != container.image
        events = [
            event
            for event in self._failed_events(container)
            if _speaks_of(event, image) and not self._is_past(event, container)
        ]
        return PullFailure(
            namespace=self.namespace,
            pod=self.name,
            container=container.name,
            what=What.IMAGE_VOLUME if is_volume else container.what,
            image=redacted_image(image),
            node=text_of(self.spec.get("nodeName")) or None,
            reason=reason,
            texts=tuple(_without_secrets(text, image) for text in _texts(reason, message, events)),
            since=self._since(container, events),
            pod_object=self.pod,
        )

    def _failed_events(self, container: _Container) -> list[PullEvent]:
        """The events that say that a pull of this container failed; volumes' events name no container."""
        images = (container.image, *container.volume_images)
        failed: list[PullEvent] = []
        for event in self.events:
            if event.reason not in _FAILED_REASONS:
                continue
            if event.image is None:
                is_about_it = event.container == container.name and event.reason == "Failed"
            else:
                is_named = event.container == container.name or any(same_image(event.image, one) for one in images)
                is_about_it = is_named and not self._is_about_another(event, event.image, container)
            if is_about_it:
                failed.append(event)
        return failed

    def _is_about_another(self, event: PullEvent, image: str, container: _Container) -> bool:
        """Whether an event that names an image of a container is about another one, which has the same image."""
        return event.container not in {None, container.name} and any(
            other is not container and other.name == event.container and same_image(image, other.image)
            for other in self.containers
        )

    def _is_past(self, event: PullEvent, container: _Container) -> bool:
        """Whether an event decides nothing any more: the container has run since, or its sandbox failed since."""
        if event.last_time is None:
            return False
        started = parse_time(container.last_run.get("startedAt"))
        if started and started >= event.last_time:
            return True
        return self._sandbox_failed is not None and self._sandbox_failed > event.last_time

    def _fails_by_events(self, container: _Container, image: str) -> bool:
        """Whether the newest pull of this image failed, and neither worked nor began anew since."""
        failed = [
            event.last_time
            for event in self._failed_events(container)
            if event.last_time
            and event.image
            and same_image(event.image, image)
            and not self._is_past(event, container)
        ]
        if not failed:
            return False
        newest = max(failed)
        for event in self.events:
            if event.last_time and (
                event.container == container.name or (event.image and same_image(event.image, image))
            ):
                if event.reason in {"Pulled", "Created", "Started"} and event.last_time >= newest:
                    return False
                if event.reason == "Pulling" and event.last_time > newest:
                    return False
        return True

    def _since(self, container: _Container, events: list[PullEvent]) -> datetime | None:
        """When the pull began to fail: after the last run, else when the pod ceased to be ready, or was started."""
        first_event = min((event.first_time for event in events if event.first_time), default=None)
        ran = parse_time(container.last_run.get("finishedAt"))
        if container.what is What.EPHEMERAL_CONTAINER:
            # it may have been added long after the pod's start
            return first_event
        if ran is not None:
            return first_event or ran
        began = [parse_time(self.status.get("startTime")), self._unready_since()]
        return max((time for time in began if time), default=first_event)

    def _unready_since(self) -> datetime | None:
        """When the pod ceased to be ready; None where it is ready, or doesn't say."""
        for condition in objects_of(self.status.get("conditions")):
            if condition.get("type") == "Ready" and condition.get("status") == "False":
                return parse_time(condition.get("lastTransitionTime"))
        return None

    def _sandbox_failures(self) -> Iterator[PullFailure]:
        """The pause image: its error stands only in events, and the containers stay in ContainerCreating."""
        if any(object_of(object_of(c.status.get("state")).get("running")) for c in self.containers):
            return
        failed = [event for event in self.events if event.reason == "FailedCreatePodSandBox" and event.last_time]
        if not failed:
            return
        newest = max(failed, key=lambda event: event.order)
        later = [
            event for event in self.events if event.reason in {"Pulling", "Pulled", "Created", "Started", "Failed"}
        ]
        if any(event.last_time and newest.last_time and event.last_time > newest.last_time for event in later):
            return
        verdict = classify(newest.message)
        about_image = _SANDBOX_IMAGE.search(newest.message) and verdict.image
        # a sandbox that takes too long may have many reasons, and says nothing of a pull
        runtime_is_down = verdict.cause is Cause.RUNTIME_UNAVAILABLE and verdict.confidence is Confidence.LIKELY
        if _SANDBOX_NETWORK.search(newest.message) or not (about_image or runtime_is_down):
            return
        yield PullFailure(
            namespace=self.namespace,
            pod=self.name,
            container=None,
            what=What.SANDBOX,
            image=verdict.image or "",
            node=text_of(self.spec.get("nodeName")) or None,
            reason="FailedCreatePodSandBox",
            texts=(
                _without_secrets(FailureText(newest.message, "event FailedCreatePodSandBox", newest.last_time), ""),
            ),
            since=min((event.first_time for event in failed if event.first_time), default=None),
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


def _is_about_image_before(message: str, container: _Container) -> bool:
    """Whether the kubelet's own words name an image that the container had before; a runtime's may differ in form."""
    named = _KUBELETS_IMAGE.match(message)
    if named is None:
        return False
    image = undo_go_escapes(named[1])
    return not any(same_image(image, own) for own in (container.image, *container.volume_images))


def _texts(reason: str, message: str, events: Iterable[PullEvent]) -> Iterator[FailureText]:
    if message:
        yield FailureText(message, "waiting.message")
    if reason not in PULL_REASONS and not _IDENTIFIER.match(reason) and reason and reason != message:
        yield FailureText(reason, "waiting.reason")
    for event in sorted(events, key=lambda event: event.order, reverse=True):
        yield FailureText(event.message, f"event {event.reason}", event.last_time)


def _without_secrets(text: FailureText, image: str) -> FailureText:
    """The text without the secrets in it; a login in the pod's own image is known as one wherever it stands."""
    clean = redacted_image(image)
    whole = text.text.replace(image, clean) if clean != image else text.text
    return replace(text, text=redacted(whole))


def _speaks_of(event: PullEvent, image: str) -> bool:
    return event.image is None or same_image(event.image, image)

"""What a pod's status leaves open about failed pulls, so that its events have to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of

#: Reasons under which a failed pull may hide: nothing recorded yet, or a crash loop between two pulls.
SILENT_REASONS = frozenset({"", "ContainerCreating", "PodInitializing", "CrashLoopBackOff"})
#: The texts of the kubelet's events that name the image which could not be had (kubernetes pkg/kubelet/images).
FAILED_IMAGE = re.compile(
    r"(?:\(combined from similar events\): )?(?:Failed to pull image|Failed to apply default image tag"
    r'|Failed to inspect image|Container image) "((?:[^"\\]|\\.)*)"'
)
_FIELD_PATH = re.compile(r"spec\.(?:initC|c|ephemeralC)ontainers\{([^}]*)\}")
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


def is_about_image(event: JsonObject) -> bool:
    """Whether an event names an image that could not be had."""
    return FAILED_IMAGE.match(text_of(event.get("message"))) is not None


def waits_for_sandbox(pod: JsonObject) -> bool:
    """Whether the pod is on a node and no container of it has begun: its sandbox may be what fails."""
    if not text_of(object_of(pod.get("spec")).get("nodeName")):
        return False
    states = list(_states(pod))
    return not any("running" in state for state in states) and any(_is_silent(state) for state in states)


def hides_failure(pod: JsonObject, events: Iterable[JsonObject]) -> bool:
    """Whether a container's status is silent while an event says that its image, or the sandbox, failed."""
    silent = {name for name, state in _named_states(pod) if _is_silent(state)}
    return bool(silent) and any(
        event.get("reason") == "FailedCreatePodSandBox"
        or (is_about_image(event) and container_of(event) in {None, *silent})
        for event in events
    )


def container_of(event: JsonObject) -> str | None:
    """The container that an event is about; None where it says none: an image volume's says only the image."""
    path = _FIELD_PATH.match(text_of(object_of(event.get("involvedObject")).get("fieldPath")))
    return path[1] if path else None


def _states(pod: JsonObject) -> Iterator[JsonObject]:
    return (state for _, state in _named_states(pod))


def _named_states(pod: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    status = object_of(pod.get("status"))
    for name in _STATUSES:
        for container in objects_of(status.get(name)):
            yield text_of(container.get("name")), object_of(container.get("state"))


def _is_silent(state: JsonObject) -> bool:
    waiting = object_of(state.get("waiting"))
    return (not state or "waiting" in state) and text_of(waiting.get("reason")) in SILENT_REASONS

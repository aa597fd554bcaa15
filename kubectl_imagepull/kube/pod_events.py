"""The events that may speak for a pod: an event is a claim, which anybody may write who may write events.

The kubelet signs its events with its name and with the uid of the pod that they are about (k8s.io/kubernetes
pkg/kubelet kubelet.go, k8s.io/client-go tools/reference), so what another component says about a pull counts for
nothing, nor does what names no uid beside events that do. Only where all events of a namespace lack a writer or a uid,
as in recordings that were cut down, do events count without.
"""

from __future__ import annotations

from typing import ClassVar

from kubectl_imagepull.kube.events import involved_uid, pod_of, writers_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot

#: What only the kubelet can know of: pulls, what they lead to, and the sandbox (k8s.io/kubernetes pkg/kubelet/events).
KUBELET_REASONS = frozenset(
    {
        *("Pulling", "Pulled", "Created", "Started", "Failed", "BackOff", "InspectFailed", "ErrImageNeverPull"),
        *("FailedCreatePodSandBox", "FailedToRetrieveImagePullSecret", "SandboxChanged", "FailedMount"),
    }
)
_KUBELET = "kubelet"
#: Where the kubelet notes the hash of a static pod's manifest, which its events carry in place of a uid.
_STATIC_UID = "kubernetes.io/config.hash"


class PodEventIndex:
    """The events of a snapshot that may speak for pods, by pod."""

    kinds: ClassVar = frozenset({"Event"})

    def __init__(self, snapshot: Snapshot) -> None:
        about = [(event, pod) for event in snapshot.events if (pod := pod_of(event))]
        self._signed = {pod[0] for event, pod in about if _KUBELET in writers_of(event)}
        self._identified = {pod[0] for event, pod in about if involved_uid(event)}
        self._by_pod: dict[tuple[str, str], list[JsonObject]] = {}
        for event, pod in about:
            if self._is_authentic(event, pod[0]):
                self._by_pod.setdefault(pod, []).append(event)

    def about(self, pod: JsonObject) -> list[JsonObject]:
        """The events about a pod, in the snapshot's order; not those of another one that had the same name."""
        metadata = object_of(pod.get("metadata"))
        key, uid = key_of(pod), text_of(metadata.get("uid"))
        events = self._by_pod.get(key, [])
        if not uid:
            return events
        uids = {uid, text_of(object_of(metadata.get("annotations")).get(_STATIC_UID)) or uid}
        if key[0] not in self._identified:
            uids.add("")
        return [event for event in events if involved_uid(event) in uids]

    def with_reason(self, reason: str) -> list[JsonObject]:
        """The events of one of the kubelet's reasons, about whatever pod."""
        return [event for events in self._by_pod.values() for event in events if event.get("reason") == reason]

    def _is_authentic(self, event: JsonObject, namespace: str) -> bool:
        """Whether it is by whom its reason says; who else writes about pods knows other things than these."""
        if text_of(event.get("reason")) not in KUBELET_REASONS:
            return True
        writers = writers_of(event)
        return writers == {_KUBELET} or not (writers or namespace in self._signed)


def pod_events_of(snapshot: Snapshot) -> PodEventIndex:
    """The snapshot's index of events."""
    return snapshot.indexed(PodEventIndex)

"""The events that may speak for a pod: an event is a claim, which anybody may write who may write events.

The kubelet signs its events with its name and with the uid of the pod that they are about (k8s.io/kubernetes
pkg/kubelet kubelet.go, k8s.io/client-go tools/reference), so what another component says about a pull counts for
nothing, nor does what names no uid beside events that do. Only where all events of a namespace lack a writer or a uid,
as in recordings that were cut down, do events count without.
"""

from __future__ import annotations

from typing import ClassVar

from kubectl_imagepull.kube.events import EventHead, heads_of
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
        about = [head for head in heads_of(snapshot.events) if head.pod]
        self._signed = {head.pod[0] for head in about if head.pod and _KUBELET in head.writers}
        self._identified = {head.pod[0] for head in about if head.pod and head.uid}
        self._by_pod: dict[tuple[str, str], list[EventHead]] = {}
        for head in about:
            if head.pod and self._is_authentic(head, head.pod[0]):
                self._by_pod.setdefault(head.pod, []).append(head)

    def about(self, pod: JsonObject) -> list[JsonObject]:
        """The events about a pod, in the snapshot's order; not those of another one that had the same name."""
        metadata = object_of(pod.get("metadata"))
        key, uid = key_of(pod), text_of(metadata.get("uid"))
        events = self._by_pod.get(key, [])
        if not uid:
            return [head.event for head in events]
        uids = {uid, text_of(object_of(metadata.get("annotations")).get(_STATIC_UID)) or uid}
        if key[0] not in self._identified:
            uids.add("")
        return [head.event for head in events if head.uid in uids]

    def with_reason(self, reason: str) -> list[JsonObject]:
        """The events of one of the kubelet's reasons, about whatever pod."""
        return [head.event for heads in self._by_pod.values() for head in heads if head.reason == reason]

    def _is_authentic(self, head: EventHead, namespace: str) -> bool:
        """Whether it is by whom its reason says; who else writes about pods knows other things than these."""
        if head.reason not in KUBELET_REASONS:
            return True
        return head.writers == {_KUBELET} or not (head.writers or namespace in self._signed)


def pod_events_of(snapshot: Snapshot) -> PodEventIndex:
    """The snapshot's index of events."""
    return snapshot.indexed(PodEventIndex)

"""The object that a user would edit, as fixes name it, and how its pods get a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.fixes.context.pod import PodFacts
from kubectl_imagepull.kube.objects import objects_of, text_of
from kubectl_imagepull.vocabulary.command import Piece, Word, joined
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import UnwritableName, kind_name, object_name, shown, shown_name
from kubectl_imagepull.vocabulary.workload import Rollout, Workload

#: Kinds whose pods `kubectl rollout` follows.
ROLLED_OUT = frozenset({"deployment", "statefulset", "daemonset"})
#: Kinds whose pods keep what they were made with until they are deleted.
KEEPS_PODS = frozenset({"replicaset", "replicationcontroller"})
#: Kinds that keep earlier revisions, to which `rollout undo` goes back.
REVISED = ROLLED_OUT | {"deploymentconfig"}
#: Kinds that hold a pod template.
TEMPLATED = REVISED | KEEPS_PODS
_OWN_GROUPS = frozenset({"v1", "apps/v1", "batch/v1"})
_ORDINAL = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True)
class WorkloadFacts:
    """The workload at the end of a pod's chain of controllers; a bare or static pod is its own."""

    #: The workload itself.
    workload: Workload
    #: The failing pod that belongs to it.
    pod: PodFacts

    @cached_property
    def kind(self) -> str:
        """The kind in small letters: that of what commands act on."""
        return "pod" if self._is_the_pod else self.workload.kind.lower()

    @property
    def name(self) -> Piece:
        """The name of what commands act on."""
        if self._has_forged_owner:
            return UnwritableName("owner")
        return self.pod.name if self._is_the_pod else object_name(self.workload.name, "workload")

    @cached_property
    def target(self) -> Word:
        """TYPE/NAME, as kubectl takes it."""
        kind: Word = "pod" if self._is_the_pod else kind_name(self.workload.kind)
        return joined(kind, "/", self.name)

    @property
    def shown(self) -> str:
        """TYPE/NAME, for a sentence."""
        if self.pod.is_static:
            return f"pod/{shown_name(self.pod.failure.pod)}"
        return shown_name(str(self.workload))

    @property
    def is_static(self) -> bool:
        """Whether the kubelet made the pod from a file on its node, so that nothing in the cluster changes it."""
        return self.pod.is_static

    @property
    def manager(self) -> Manager | None:
        """Who writes the workload, if anybody is known to."""
        return self.workload.managed_by

    @property
    def managed_by(self) -> str:
        """Who writes the workload, for a sentence; "" where nobody is known to."""
        return shown(str(self.workload.managed_by or ""))

    @cached_property
    def job(self) -> Piece | None:
        """The Job that made the pod, if one did."""
        for owner in objects_of(self.pod.metadata.get("ownerReferences")):
            if text_of(owner.get("kind")) == "Job":
                return object_name(text_of(owner.get("name")), "job")
        return None

    @property
    def is_replaced(self) -> bool:
        """Whether the pod, once deleted, is made again and nothing else comes of it: a Job would count a failure."""
        if self.is_static:
            return False
        owners = objects_of(self.pod.metadata.get("ownerReferences"))
        makers = [text_of(owner.get("kind")).lower() for owner in owners]
        return any(maker in TEMPLATED for maker in makers or [self.kind])

    @cached_property
    def rollout(self) -> Rollout | None:
        """How the pods get a change, if the workload makes them itself and that is known."""
        return self.workload.rollout if self.kind in {"statefulset", "daemonset"} else None

    @property
    def is_on_delete(self) -> bool:
        """Whether only pods that are deleted get a change."""
        return self.rollout is not None and self.rollout.on_delete

    def place_below_partition(self, pod: str) -> int | None:
        """A pod's place in a StatefulSet that gives it no change, because of its partition; None for others."""
        if self.kind != "statefulset" or self.rollout is None or self.rollout.on_delete:
            return None
        ordinal = pod.rpartition("-")[2]
        if not _ORDINAL.match(ordinal):
            return None
        place = int(ordinal) - self.rollout.first_ordinal
        return place if place < self.rollout.partition else None

    @property
    def is_restarted_whole(self) -> bool:
        """Whether `kubectl rollout restart` replaces pods that fail; what rolls out in order waits for them instead."""
        if self.kind == "statefulset":
            return self.rollout is not None and not self.rollout.ordered and not self.rollout.on_delete
        return self.kind in {"deployment", "daemonset"} and not self.is_on_delete

    @property
    def can_be_written(self) -> bool:
        """Whether the workload's name and kind can stand in a command."""
        parts = self.target if isinstance(self.target, tuple) else (self.target,)
        return not any(isinstance(part, UnwritableName) for part in parts)

    @cached_property
    def _has_forged_owner(self) -> bool:
        """Whether the pod names a controller that can't exist: who writes that means to have it printed."""
        owners = objects_of(self.pod.metadata.get("ownerReferences"))
        words = [
            word
            for owner in owners
            if owner.get("controller") is True
            for word in (kind_name(text_of(owner.get("kind"))), object_name(text_of(owner.get("name")), "owner"))
        ]
        return any(isinstance(word, UnwritableName) for word in words)

    @property
    def _is_the_pod(self) -> bool:
        return self.pod.is_static or self.is_claimed

    @cached_property
    def is_claimed(self) -> bool:
        """Whether only the pod's own owner reference names the workload: its kind isn't read, so no command acts on it.

        It is an operator's custom resource.
        """
        return any(
            owner.get("kind") == self.workload.kind
            and owner.get("name") == self.workload.name
            and text_of(owner.get("apiVersion")) not in {"", *_OWN_GROUPS}
            for owner in objects_of(self.pod.metadata.get("ownerReferences"))
        )

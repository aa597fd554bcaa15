"""The pods of one workload that fail for one reason, as commands delete them together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.evidence.checks import Check, Evidence
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.command import Piece
from kubectl_imagepull.vocabulary.names import is_object_name, object_name

#: So many pods one command names at most: more can't be read before it is pasted.
_MOST_PODS = 20


@dataclass(frozen=True)
class FailingPod:
    """One failing pod, and what was found about it."""

    #: Its failure.
    failure: PullFailure
    #: What was found.
    evidence: tuple[Evidence, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.failure.pod

    @property
    def jobs(self) -> tuple[str, ...]:
        """The Jobs that its owner references name."""
        owners = objects_of(object_of(self.failure.pod_object.get("metadata")).get("ownerReferences"))
        return tuple(text_of(owner.get("name")) for owner in owners if text_of(owner.get("kind")) == "Job")

    @property
    def is_on_dead_node(self) -> bool:
        """Whether its node is NotReady."""
        return any(
            item.check is Check.NODE_CONDITION and item.about == self.failure.node and "NotReady" in item.values
            for item in self.evidence
        )


@dataclass(frozen=True)
class PodGroup:
    """Pods that are repaired together, looked through once for all of them: a DaemonSet may have thousands."""

    #: The pods, by their names.
    pods: tuple[FailingPod, ...] = ()

    @cached_property
    def usable(self) -> tuple[FailingPod, ...]:
        """Those whose names a command may hold: a recording may have names that none can."""
        return tuple(one for one in self.pods if is_object_name(one.name))

    @cached_property
    def by_node(self) -> dict[str | None, PodGroup]:
        """Those on each node."""
        nodes: dict[str | None, list[FailingPod]] = {}
        for one in self.pods:
            nodes.setdefault(one.failure.node, []).append(one)
        return {node: PodGroup(tuple(pods)) for node, pods in nodes.items()}


NO_PODS = PodGroup()


@dataclass(frozen=True)
class FailingPods:
    """One failing pod, and those that are repaired with it."""

    #: The one.
    own: FailingPod
    #: All of them, by their names, the own one among them; () for the own one alone.
    siblings: PodGroup = NO_PODS

    @cached_property
    def _every(self) -> tuple[FailingPod, ...]:
        """All of them, of others than its own those with usable names."""
        if is_object_name(self.own.name):
            return self.siblings.usable or (self.own,)
        others = [one for one in self.siblings.pods if one.name == self.own.name or is_object_name(one.name)]
        return tuple(others) or (self.own,)

    @cached_property
    def _named(self) -> tuple[FailingPod, ...]:
        """Those that a command names; its own pod is one of them."""
        if len(self._every) <= _MOST_PODS:
            return self._every
        others = (one for one in self._every if one.name != self.own.name)
        return (self.own, *(one for one, _ in zip(others, range(_MOST_PODS - 1), strict=False)))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._every)

    @property
    def are_too_many(self) -> bool:
        """Whether there are more than one command may name."""
        return len(self._every) > _MOST_PODS

    @cached_property
    def names(self) -> tuple[Piece, ...]:
        """The names that a command holds: of all of them, or of the first ones where they are too many."""
        return tuple(object_name(one.name, "pod") for one in self._named)

    @cached_property
    def jobs(self) -> tuple[Piece, ...]:
        """The Jobs that made those that a command names, each once."""
        names = dict.fromkeys(name for one in self._named for name in one.jobs)
        return tuple(object_name(name, "job") for name in names)

    @cached_property
    def dead_nodes(self) -> tuple[str, ...]:
        """The nodes of those that a command names that are NotReady: nobody there confirms that a pod is gone."""
        nodes = (one.failure.node for one in self._named if one.is_on_dead_node)
        return tuple(sorted({node for node in nodes if node}))

    def on_own_node(self) -> FailingPods:
        """Those that are on the node of the own one."""
        return FailingPods(self.own, self.siblings.by_node.get(self.own.failure.node, NO_PODS))

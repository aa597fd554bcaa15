"""The object that a user would edit to change a pod: its owner's owner, up to the top."""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.evidence.manager import Manager, manager_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.workload import Rollout, Workload

_MOST_OWNERS = 8
#: Kinds that are made from another one's template: what owns them is the object to edit.
_MADE = ("ReplicaSet", "Job", "ReplicationController")
#: Kinds that hold a template themselves: what owns them is an operator that writes them.
_TOP = ("Deployment", "StatefulSet", "DaemonSet", "CronJob")
#: Those of them that make their pods themselves, and say when.
_MAKERS = frozenset({"StatefulSet", "DaemonSet"})


def rollout_of(item: JsonObject, kind: str) -> Rollout | None:
    """What an object says of its rollout, the API's defaults where it says nothing; None where its spec isn't held."""
    spec = object_of(item.get("spec"))
    if not spec:
        return None
    strategy = object_of(spec.get("updateStrategy"))
    return Rollout(
        on_delete=strategy.get("type") == "OnDelete",
        ordered=kind == "StatefulSet" and spec.get("podManagementPolicy") != "Parallel",
        partition=_number(object_of(strategy.get("rollingUpdate")).get("partition")),
        first_ordinal=_number(object_of(spec.get("ordinals")).get("start")),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


class Owners:
    """Finds workloads: follows controllers through the snapshot as far as it holds them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._objects = {
            (kind, *key_of(item)): item for kind in (*_MADE, *_TOP) for item in snapshot.objects.get(kind, ())
        }

    def chain_of(self, pod: JsonObject) -> tuple[Workload, ...]:
        """The pod and its controllers, the topmost that is known last; it says who manages it, if that is known.

        A ReplicaSet that the snapshot doesn't hold is read from the pod's template hash. The chain ends at the object
        that holds the pod template, so an operator's own object above it is its manager.
        """
        chain = self._controllers(pod)
        manager = self.manager_of(pod, tuple(chain))
        top = replace(chain[-1], managed_by=manager.name if manager else None, rollout=self._rollout(pod, chain[-1]))
        return (*chain[:-1], top)

    def _rollout(self, pod: JsonObject, top: Workload) -> Rollout | None:
        held = self._objects.get((top.kind, key_of(pod)[0], top.name)) if top.kind in _MAKERS else None
        return rollout_of(held, top.kind) if held else None

    def manager_of(self, pod: JsonObject, chain: tuple[Workload, ...]) -> Manager | None:
        """Who writes the workload at the end of the pod's chain: its own marks, else those that it left below."""
        namespace = key_of(pod)[0]
        for workload in reversed(chain):
            held = self._objects.get((workload.kind, namespace, workload.name))
            if held is not None and (workload is chain[-1] or workload.kind in _MADE):
                # a controller copies its marks to what it makes; the owner below the top is the top itself
                found = manager_of(held if workload is chain[-1] else _without_owners(held))
                if found or workload is chain[-1]:
                    return found
        return manager_of(pod if len(chain) == 1 else _without_owners(pod))

    def holds(self, namespace: str, workload: Workload) -> bool:
        """Whether the snapshot holds the workload's object."""
        return (workload.kind, namespace, workload.name) in self._objects

    def _controllers(self, pod: JsonObject) -> list[Workload]:
        namespace, name = key_of(pod)
        chain = [Workload("Pod", name)]
        current: JsonObject | None = pod
        while current is not None and len(chain) <= _MOST_OWNERS and (owner := _controller(current)):
            kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
            chain.append(Workload(kind, name))
            current = self._objects.get((kind, namespace, name)) if kind in _MADE else None
            if current is None and kind == "ReplicaSet":
                labels = object_of(object_of(pod.get("metadata")).get("labels"))
                template_hash = text_of(labels.get("pod-template-hash"))
                if template_hash and name.endswith(f"-{template_hash}"):
                    chain.append(Workload("Deployment", name.removesuffix(f"-{template_hash}")))
        return chain


def _controller(item: JsonObject) -> JsonObject | None:
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    return next((owner for owner in owners if owner.get("controller") is True), None)


def _without_owners(item: JsonObject) -> JsonObject:
    return {**item, "metadata": {**object_of(item.get("metadata")), "ownerReferences": []}}

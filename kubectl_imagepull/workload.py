"""The object that a user would edit to change a pod: its owner's owner, up to the top."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.cluster.snapshot import JsonObject, Snapshot, object_of, objects_of, text_of

_MOST_OWNERS = 8


@dataclass(frozen=True)
class Workload:
    """A workload's kind and name, as kubectl names them; a bare pod is its own workload.

    `managed_by` says who writes the workload (a Helm release, an Argo CD application ...), if that is known.
    """

    kind: str
    name: str
    managed_by: str | None = None

    def __str__(self) -> str:
        """Kind and name as kubectl takes them: `deployment/web`."""
        return f"{self.kind.lower()}/{self.name}"


class Owners:
    """Finds workloads: follows controllers through the snapshot as far as it holds them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._objects = {
            (kind, *_key(item)): item
            for kind in ("ReplicaSet", "Job", "ReplicationController")
            for item in snapshot.objects.get(kind, ())
        }

    def chain_of(self, pod: JsonObject) -> tuple[Workload, ...]:
        """The pod and its controllers, the topmost that is known last.

        A ReplicaSet that the snapshot doesn't hold is read from the pod's template hash.
        """
        namespace, name = _key(pod)
        chain = [Workload("Pod", name)]
        current: JsonObject | None = pod
        while current is not None and len(chain) <= _MOST_OWNERS and (owner := _controller(current)):
            kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
            chain.append(Workload(kind, name))
            current = self._objects.get((kind, namespace, name))
            if current is None and kind == "ReplicaSet":
                labels = object_of(object_of(pod.get("metadata")).get("labels"))
                template_hash = text_of(labels.get("pod-template-hash"))
                if template_hash and name.endswith(f"-{template_hash}"):
                    chain.append(Workload("Deployment", name.removesuffix(f"-{template_hash}")))
        return tuple(chain)


def _key(item: JsonObject) -> tuple[str, str]:
    metadata = object_of(item.get("metadata"))
    return text_of(metadata.get("namespace")), text_of(metadata.get("name"))


def _controller(item: JsonObject) -> JsonObject | None:
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    return next((owner for owner in owners if owner.get("controller") is True), None)

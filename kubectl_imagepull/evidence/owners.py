"""The object that a user would edit to change a pod: its owner's owner, up to the top.

An owner reference is a claim: whoever makes a pod writes it. It is followed where its kind makes such objects, it is
the controller's, and nothing that was read contradicts it: the uid, or the name that a controller gives to what it
makes (k8s.io/apiserver pkg/storage/names, kubernetes pkg/controller).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull.evidence.manager import Mark, is_kubernetes_own, mark_of
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.names import is_object_name
from kubectl_imagepull.vocabulary.redaction import redacted_image
from kubectl_imagepull.vocabulary.workload import Rollout, Workload

_MOST_OWNERS = 8
#: Kinds that are made from another one's template: what owns them is the object to edit.
_MADE = ("ReplicaSet", "Job", "ReplicationController")
#: Kinds that hold a template themselves: what owns them is an operator that writes them.
_TOP = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "DeploymentConfig")
#: Those of them that make their pods themselves, and say when.
_MAKERS = frozenset({"StatefulSet", "DaemonSet"})
#: What is made -> the kinds that make it, the built-in ones and OpenShift's, with their API groups.
_MAKERS_OF: Mapping[str, Mapping[str, str]] = {
    "Pod": {
        "ReplicaSet": "apps",
        "StatefulSet": "apps",
        "DaemonSet": "apps",
        "Job": "batch",
        "ReplicationController": "",
    },
    "ReplicaSet": {"Deployment": "apps"},
    "Job": {"CronJob": "batch"},
    "ReplicationController": {"DeploymentConfig": "apps.openshift.io"},
}
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}\Z")
#: A generated name keeps so many characters of its beginning: 58 (maxGeneratedNameLength), less for an indexed Job's.
_KEPT_OF_NAME = 50


@dataclass(frozen=True)
class RefusedOwner:
    """An owner that an object names and that isn't its owner."""

    #: As the object names it; it may be no name at all.
    workload: Workload
    #: What speaks against it.
    why: str


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
        #: Who writes the workloads of pods, by the pods' ids: the snapshot holds its pods, so no other has the same.
        self._marks: dict[int, Mark | None] = {}
        self._refused: dict[int, RefusedOwner | None] = {}
        self._snapshot = snapshot

    def chain_of(self, pod: JsonObject) -> tuple[Workload, ...]:
        """The pod and its controllers, the topmost that is known last; it says who manages it, if that is known.

        A ReplicaSet that the snapshot doesn't hold is read from the pod's template hash. The chain ends at the object
        that holds the pod template, so an operator's own object above it is its manager.
        """
        chain, self._refused[id(pod)] = self._controllers(pod)
        mark = self._marks[id(pod)] = self._mark_of(pod, chain)
        top = replace(chain[-1], managed_by=mark.manager if mark else None, rollout=self._rollout(pod, chain[-1]))
        return (*chain[:-1], top)

    def refused_for(self, pod: JsonObject) -> RefusedOwner | None:
        """The owner at which the pod's chain ends because something speaks against it; None where nothing does."""
        return self._refused[id(pod)] if id(pod) in self._refused else self._controllers(pod)[1]

    def _rollout(self, pod: JsonObject, top: Workload) -> Rollout | None:
        held = self._objects.get((top.kind, key_of(pod)[0], top.name)) if top.kind in _MAKERS else None
        return rollout_of(held, top.kind) if held else None

    def mark_of(self, pod: JsonObject, chain: tuple[Workload, ...]) -> Mark | None:
        """Who writes the workload at the end of the pod's chain: its own marks, else those that it left below."""
        return self._marks[id(pod)] if id(pod) in self._marks else self._mark_of(pod, chain)

    def _mark_of(self, pod: JsonObject, chain: Sequence[Workload]) -> Mark | None:
        namespace = key_of(pod)[0]
        names = {workload.name for workload in chain}
        for workload in reversed(chain):
            held = self._objects.get((workload.kind, namespace, workload.name))
            if held is not None and (workload is chain[-1] or workload.kind in _MADE):
                # a controller copies its marks to what it makes; the owner below the top is the top itself
                mark = mark_of(held if workload is chain[-1] else _without_owners(held), names)
                if mark or workload is chain[-1]:
                    return mark
        return mark_of(pod if len(chain) == 1 else _without_owners(pod), names)

    def held(self, namespace: str, workload: Workload) -> JsonObject | None:
        """The workload's object, if the snapshot holds it."""
        return self._objects.get((workload.kind, namespace, workload.name))

    def template_of(self, namespace: str, workload: Workload) -> JsonObject | None:
        """The pod spec that a workload makes its pods from; None where the snapshot doesn't hold the workload."""
        held = self.held(namespace, workload)
        if held is None:
            return None
        spec = object_of(held.get("spec"))
        if workload.kind == "CronJob":
            spec = object_of(object_of(spec.get("jobTemplate")).get("spec"))
        return object_of(object_of(spec.get("template")).get("spec"))

    def controller_of(self, item: JsonObject) -> Workload | None:
        """What an object names as its controller, unless another object has that name now."""
        owner = _controller(item)
        if owner is None:
            return None
        workload = Workload(text_of(owner.get("kind")), text_of(owner.get("name")))
        held = self.held(key_of(item)[0], workload)
        return workload if held is None or _is_same(owner, held) else None

    def _controllers(self, pod: JsonObject) -> tuple[list[Workload], RefusedOwner | None]:
        namespace, name = key_of(pod)
        chain = [Workload("Pod", name)]
        current = pod
        while len(chain) <= _MOST_OWNERS and (owner := _controller(current)):
            workload = Workload(text_of(owner.get("kind")), text_of(owner.get("name")))
            held = self.held(namespace, workload)
            why = _against(owner, chain[-1], held)
            if why is not None:
                return chain, RefusedOwner(workload, why) if why else None
            chain.append(workload)
            if held is None or workload.kind not in _MADE:
                return [*chain, *_deployment_by_hash(pod, workload, held)], None
            current = held
        return chain, None


def _deployment_by_hash(pod: JsonObject, workload: Workload, held: JsonObject | None) -> list[Workload]:
    """The Deployment of a ReplicaSet that isn't held: it named it after itself and the hash of the pod template."""
    labels = object_of(object_of(pod.get("metadata")).get("labels"))
    suffix = f"-{text_of(labels.get('pod-template-hash'))}"
    if held is not None or workload.kind != "ReplicaSet" or len(suffix) == 1 or not workload.name.endswith(suffix):
        return []
    return [Workload("Deployment", workload.name.removesuffix(suffix))]


def _against(owner: JsonObject, made: Workload, held: JsonObject | None) -> str | None:
    """What speaks against an owner reference; "" for one that is only not followed; None for nothing."""
    kind, name, group = text_of(owner.get("kind")), text_of(owner.get("name")), _group(owner)
    if kind == "Node" and made.kind == "Pod":
        return ""  # the kubelet's own, for a static pod
    if not (is_object_name(name) and _KIND.match(kind)):
        return "its name or kind isn't valid in Kubernetes"
    makers = _MAKERS_OF.get(made.kind, {})
    is_openshift = makers.get(kind) == group == "apps.openshift.io"
    if not is_openshift and (not is_kubernetes_own(group) or (kind not in makers and not owner.get("apiVersion"))):
        # an operator's; others use the built-in kinds' names too, as batch.volcano.sh does, and would be taken for them
        return "" if kind in {*_MADE, *_TOP} else None
    if kind not in makers or (owner.get("apiVersion") and group not in {makers[kind], "extensions"}):
        return f"no {kind} creates a {made.kind}"
    if held is not None:
        return None if _is_same(owner, held) else "the one that exists has another uid"
    begins = f"{name}-"[:_KEPT_OF_NAME]
    # a reference without a uid is from no API server, but written by hand
    named_after = made.name.startswith(begins) or not owner.get("uid")
    return None if named_after else f"what it creates is named {name}-..."


def _is_same(owner: JsonObject, held: JsonObject) -> bool:
    """Whether an owner reference may mean the object that is held, and not one that had its name before or after."""
    uids = {text_of(owner.get("uid")), text_of(object_of(held.get("metadata")).get("uid"))} - {""}
    return len(uids) < 2  # noqa: PLR2004 - two that differ


def _group(owner: JsonObject) -> str:
    """The API group of an owner; "" for the core's."""
    return text_of(owner.get("apiVersion")).rpartition("/")[0]


def _controller(item: JsonObject) -> JsonObject | None:
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    return next((owner for owner in owners if owner.get("controller") is True), None)


def _without_owners(item: JsonObject) -> JsonObject:
    return {**item, "metadata": {**object_of(item.get("metadata")), "ownerReferences": []}}


#: Where the pod spec of a template lists containers; one for debugging stands in pods only.
_CONTAINER_LISTS = {What.CONTAINER: "containers", What.INIT_CONTAINER: "initContainers"}


def image_in(pod_spec: JsonObject, failure: PullFailure) -> str | None:
    """The image that the failing container has in a template's pod spec, without a login; None where it isn't there."""
    for container in objects_of(pod_spec.get(_CONTAINER_LISTS.get(failure.what, ""))):
        if container.get("name") == failure.container:
            return redacted_image(text_of(container.get("image")))
    return None

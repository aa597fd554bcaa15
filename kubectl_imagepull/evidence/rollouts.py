"""Whether a pod belongs to a revision that a newer one is replacing, and how far that is.

Facts: kubernetes pkg/controller/deployment/util (the annotation that numbers a Deployment's revisions) and
pkg/controller/statefulset, pkg/controller/daemon (the label that a pod carries of its ControllerRevision).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.owners import image_in
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.rollout_progress import RolloutProgress
from kubectl_imagepull.vocabulary.workload import Workload

_REVISION = "deployment.kubernetes.io/revision"
_HASH = "controller-revision-hash"
_DIGITS = re.compile(r"[0-9]{1,18}\Z")
_ORDINAL = re.compile(r"-([0-9]{1,9})\Z")
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


class Rollouts:
    """The revisions of a snapshot's workloads; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._held = {(kind, *key_of(item)): item for kind in _WORKLOADS for item in snapshot.objects.get(kind, ())}
        self._replica_sets = _by_controller(snapshot.objects.get("ReplicaSet", ()))
        self._controller_revisions = _by_controller(snapshot.objects.get("ControllerRevision", ()))

    def newer_than(self, failure: PullFailure, chain: tuple[Workload, ...]) -> RolloutProgress | None:
        """The revision that replaces a pod's; None where the pod's is the newest, or that isn't known."""
        workload = chain[-1]
        if [one.kind for one in chain[1:]] == ["ReplicaSet", "Deployment"]:
            return self._newer_replica_set(failure, chain[1].name, workload)
        if workload.kind == "StatefulSet":
            return self._newer_of_stateful_set(failure, workload)
        if workload.kind == "DaemonSet":
            return self._newer_of_daemon_set(failure, workload)
        return None

    def _newer_replica_set(self, failure: PullFailure, own: str, workload: Workload) -> RolloutProgress | None:
        sets = self._replica_sets.get((failure.namespace, workload.kind, workload.name), [])
        numbers = {key_of(item)[1]: _revision_number(item) for item in sets}
        newest = max(sets, key=_revision_number, default=None)
        held = object_of(self._held.get(("Deployment", failure.namespace, workload.name)))
        spec = object_of(held.get("spec"))
        if newest is None or own not in numbers or _revision_number(newest) <= numbers[own] or spec.get("paused"):
            return None
        status, template = object_of(newest.get("status")), object_of(object_of(newest.get("spec")).get("template"))
        return RolloutProgress(
            revision=str(_revision_number(newest)),
            wanted=_count(spec.get("replicas")),
            updated=_count(status.get("replicas")) or 0,
            ready=_count(status.get("readyReplicas")) or 0,
            image=image_in(object_of(template.get("spec")), failure) or "",
        )

    def _newer_of_stateful_set(self, failure: PullFailure, workload: Workload) -> RolloutProgress | None:
        held = object_of(self._held.get(("StatefulSet", failure.namespace, workload.name)))
        status, spec = object_of(held.get("status")), object_of(held.get("spec"))
        newest, own = text_of(status.get("updateRevision")), _mark(failure)
        image = image_in(object_of(object_of(spec.get("template")).get("spec")), failure) or ""
        is_older = newest != own if newest and own else _is_unmarked(held) and _has_other_tag(failure.image, image)
        if not is_older or not _is_observed(held) or _is_below_partition(failure, workload):
            return None
        updated = _count(status.get("updatedReplicas")) or 0
        return RolloutProgress(
            revision=newest,
            wanted=_count(spec.get("replicas")),
            updated=updated,
            ready=min(updated, _count(status.get("readyReplicas")) or 0),
            image=image,
            waits_for_pod=workload.rollout is None or workload.rollout.ordered or workload.rollout.on_delete,
        )

    def _newer_of_daemon_set(self, failure: PullFailure, workload: Workload) -> RolloutProgress | None:
        held = object_of(self._held.get(("DaemonSet", failure.namespace, workload.name)))
        revisions = self._controller_revisions.get((failure.namespace, "DaemonSet", workload.name), [])
        newest = max(revisions, key=lambda item: _count(item.get("revision")) or 0, default=None)
        own = _mark(failure)
        if newest is None or not own or _label(newest, _HASH) in {"", own} or not _is_observed(held):
            return None
        status = object_of(held.get("status"))
        template = object_of(object_of(object_of(newest.get("data")).get("spec")).get("template"))
        return RolloutProgress(
            revision=str(_count(newest.get("revision")) or ""),
            wanted=_count(status.get("desiredNumberScheduled")),
            updated=_count(status.get("updatedNumberScheduled")) or 0,
            ready=min(_count(status.get("updatedNumberScheduled")) or 0, _count(status.get("numberReady")) or 0),
            image=image_in(object_of(template.get("spec")), failure) or "",
            waits_for_pod=workload.rollout is not None and workload.rollout.on_delete,
        )


def look_at_rollout(progress: RolloutProgress | None, workload: Workload) -> tuple[Evidence, ...]:
    """The newer revision as evidence."""
    if progress is None:
        return ()
    text = f"this pod belongs to an older revision: {workload} is rolling out {progress}"
    return (Evidence(Check.NEWER_REVISION, Result.INFO, text, progress.revision),)


def _by_controller(items: Iterable[JsonObject]) -> dict[tuple[str, str, str], list[JsonObject]]:
    """Objects by their controller's namespace, kind and name."""
    by_controller: dict[tuple[str, str, str], list[JsonObject]] = {}
    for item in items:
        for owner in objects_of(object_of(item.get("metadata")).get("ownerReferences")):
            if owner.get("controller") is True:
                key = (key_of(item)[0], text_of(owner.get("kind")), text_of(owner.get("name")))
                by_controller.setdefault(key, []).append(item)
    return by_controller


def _revision_number(item: JsonObject) -> int:
    text = text_of(object_of(object_of(item.get("metadata")).get("annotations")).get(_REVISION))
    return int(text) if _DIGITS.match(text) else 0


def _mark(failure: PullFailure) -> str:
    """The mark of the ControllerRevision that a pod was made from."""
    return _label(failure.pod_object, _HASH)


def _label(item: JsonObject, key: str) -> str:
    return text_of(object_of(object_of(item.get("metadata")).get("labels")).get(key))


def _is_observed(held: JsonObject) -> bool:
    """Whether a workload's status is about its spec as it is."""
    generation = object_of(held.get("metadata")).get("generation")
    observed = object_of(held.get("status")).get("observedGeneration")
    # where both are missing somebody shortened the objects, for a server always writes them
    return observed == generation


def _is_unmarked(held: JsonObject) -> bool:
    """Whether a workload lacks what a server writes of its revisions: somebody shortened the object."""
    return "generation" not in object_of(held.get("metadata")) and "updateRevision" not in object_of(held.get("status"))


def _has_other_tag(image: str, newer: str) -> bool:
    """Whether a template names another tag than its pod has; another registry alone would be a webhook's doing."""
    left, right = try_parse(image), try_parse(newer)
    return left is not None and right is not None and left.tag != right.tag


def _is_below_partition(failure: PullFailure, workload: Workload) -> bool:
    """Whether a StatefulSet's partition keeps the pod on its revision."""
    ordinal = _ORDINAL.search(failure.pod)
    if workload.rollout is None or ordinal is None:
        return False
    return int(ordinal[1]) - workload.rollout.first_ordinal < workload.rollout.partition


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

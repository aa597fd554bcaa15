"""What became of each target: its pulls fail, its pods are well, it has no pods, or it isn't there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import IntEnum

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.kinds import WORKLOADS
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot, Source
from kubectl_imagepull.runs.target import KINDS, Target, TargetError, hint_for, unsupported
from kubectl_imagepull.vocabulary.wording import counted
from kubectl_imagepull.vocabulary.workload import Workload

_WITH_REPLICAS = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
#: Where a workload's status counts its pods.
_COUNTS = {**dict.fromkeys(_WITH_REPLICAS, "replicas"), "DaemonSet": "currentNumberScheduled", "Job": "active"}

#: How much two names have to have in common for one to be taken for a mistake for the other.
_LIKENESS = 0.75


class TargetState(IntEnum):
    """How a target stands; of several clusters' the least counts."""

    FAILS = 0
    HEALTHY = 1
    WITHOUT_PODS = 2
    MISSING = 3


@dataclass(frozen=True)
class TargetStatus:
    """A target and how it stands."""

    #: The target as it was read: a name that no pod has may be a workload's.
    target: Target
    #: How it stands.
    state: TargetState
    #: Where it has no pods: why, a text for each object of that name; where it isn't there: what may have been meant.
    texts: tuple[str, ...] = ()

    def text(self, source: Source) -> str:
        """One line on a target that has no pods or isn't there; `source` is where it was looked for."""
        if self.state is TargetState.WITHOUT_PODS:
            return "; ".join(self.texts)
        return f"{self.target} not found in {_place(source)}{''.join(self.texts)}"


@dataclass(frozen=True)
class _OwnedPod:
    """A pod with the workloads that it belongs to."""

    #: The pod's namespace.
    namespace: str
    #: The pod's name.
    name: str
    #: The pod itself and its controllers, bottom up.
    chain: tuple[Workload, ...]

    def belongs_to(self, target: Target) -> bool:
        return target.names(self.name, self.chain, self.namespace)


def read_as(snapshot: Snapshot, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets, with a name that no pod has taken for a workload's where only one type has it."""
    if not any(target.untyped for target in targets):
        return tuple(targets)
    pods = _owned_pods(snapshot)
    return tuple(_read_as_workload(target, snapshot, pods) for target in targets)


def _read_as_workload(target: Target, snapshot: Snapshot, pods: Sequence[_OwnedPod]) -> Target:
    if not target.untyped or any(pod.belongs_to(target) for pod in pods):
        return target
    kinds = _kinds_called(target, snapshot, pods)
    return replace(target, kind=kinds[0].lower()) if len(kinds) == 1 else target


def absent(snapshot: Snapshot, targets: Sequence[Target]) -> tuple[TargetStatus, ...]:
    """How the targets stand that no pod in the snapshot is or belongs to."""
    return tuple(one for one in target_statuses(snapshot, (), targets) if one.state > TargetState.HEALTHY)


def target_statuses(
    snapshot: Snapshot, diagnoses: Sequence[Diagnosis], targets: Sequence[Target]
) -> tuple[TargetStatus, ...]:
    """How each target stands, given what fails in the snapshot."""
    if not targets:
        return ()
    pods = _owned_pods(snapshot)
    return tuple(_status(target, snapshot, pods, diagnoses) for target in targets)


def best_of_clusters(clusters: Sequence[tuple[str, Sequence[TargetStatus]]]) -> tuple[TargetStatus, ...]:
    """How each target stands in several clusters, given by context: where it stands best."""
    contexts = [context for context, _ in clusters]
    best: list[TargetStatus] = []
    for statuses in zip(*(of_one for _, of_one in clusters), strict=True):
        status = min(statuses, key=lambda one: one.state)
        if status.state is TargetState.WITHOUT_PODS:
            status = replace(status, texts=tuple(_texts_by_context(contexts, statuses)))
        best.append(status)
    return tuple(best)


def _texts_by_context(contexts: Sequence[str], statuses: Sequence[TargetStatus]) -> Iterator[str]:
    for context, status in zip(contexts, statuses, strict=True):
        if status.state is TargetState.WITHOUT_PODS:
            yield from (f"context {context}: {text}" for text in status.texts)


def check_types(statuses: Sequence[TargetStatus]) -> None:
    """Raises TargetError where nothing is known of a target because its type is none that is looked up."""
    for one in statuses:
        if one.state is TargetState.MISSING and (text := unsupported(one.target)):
            raise TargetError(text)


def _place(source: Source) -> str:
    """Where was looked, to end a sentence with."""
    place = f"namespace {source.namespace}" + (f" of {source.name}" if source.clusters else "")
    if source.namespace is None:
        places = [f"namespace {one.namespace} of {one.name}" for one in source.clusters if one.namespace is not None]
        if not places:
            return f"any namespace of {source.name}"
        place = ", ".join(places)
    return f"{place} (-n names another, -A all)"


def _owned_pods(snapshot: Snapshot) -> list[_OwnedPod]:
    owners = Owners(snapshot)
    return [_OwnedPod(*key_of(pod), owners.chain_of(pod)) for pod in snapshot.pods]


def _kinds_called(target: Target, snapshot: Snapshot, pods: Iterable[_OwnedPod]) -> list[str]:
    """The kinds of workloads that have the target's name."""
    kinds: set[str] = set()
    for pod in pods:
        if target.namespace in {None, pod.namespace}:
            kinds |= {owner.kind for owner in pod.chain[1:] if owner.name == target.name}
    # workloads without pods were asked for by name
    kinds |= {kind for kind in WORKLOADS if any(_held(snapshot, replace(target, kind=kind.lower())))}
    return sorted(kinds)


def _held(snapshot: Snapshot, target: Target) -> Iterator[JsonObject]:
    """The objects in the snapshot that a target names."""
    for item in snapshot.objects.get(KINDS.get(target.kind, ""), ()):
        namespace, name = key_of(item)
        if name == target.name and target.namespace in {None, namespace}:
            yield item


def _status(
    target: Target, snapshot: Snapshot, pods: Iterable[_OwnedPod], diagnoses: Sequence[Diagnosis]
) -> TargetStatus:
    if any(target.names(one.failure.pod, one.owners, one.failure.namespace) for one in diagnoses):
        return TargetStatus(target, TargetState.FAILS)
    if any(pod.belongs_to(target) for pod in pods):
        return TargetStatus(target, TargetState.HEALTHY)
    if texts := tuple(_without_pods(item, target, snapshot) for item in _held(snapshot, target)):
        return TargetStatus(target, TargetState.WITHOUT_PODS, texts)
    return TargetStatus(target, TargetState.MISSING, (_hint(target, snapshot, pods),))


def _hint(target: Target, snapshot: Snapshot, pods: Iterable[_OwnedPod]) -> str:
    """What may help where a target isn't there, to end a sentence with; "" for nothing."""
    if target.kind == "pod":
        kinds = _kinds_called(target, snapshot, pods)
        if meant := " or ".join(str(replace(target, kind=kind.lower())) for kind in kinds):
            return f"; did you mean {meant}?"
        if hint := hint_for(target):
            return hint
    if nearest := _nearest(target, pods):
        return f"; did you mean {nearest}?"
    key = (KINDS.get(target.kind, ""), target.namespace or snapshot.source.namespace or "*", target.name)
    why = snapshot.unread.get(key)
    return f"; could not check whether it exists without pods: {why}" if why else ""


def _nearest(target: Target, pods: Iterable[_OwnedPod]) -> Target | None:
    """The pod or workload that is called most like the target; None where none is."""
    owned = [pod for pod in pods if target.namespace in {None, pod.namespace}]
    known = {
        (owner.kind.lower(), owner.name): None
        for pod in owned
        # a pod without an owner is its own workload
        for owner in (Workload("Pod", pod.name), *pod.chain[1:])
        if target.untyped or target.kind != "pod" or owner.kind == "Pod"
    }
    same_name = [kind for kind, name in known if name == target.name and kind in KINDS]
    if same_name:
        return replace(target, kind=same_name[-1])
    names = {name: kind for kind, name in reversed(known) if kind == target.kind or target.untyped}
    near = get_close_matches(target.name, names, n=1, cutoff=_LIKENESS)
    return replace(target, kind=names[near[0]], name=near[0]) if near else None


def _without_pods(item: JsonObject, target: Target, snapshot: Snapshot) -> str:
    namespace = key_of(item)[0]
    shown = replace(target, namespace=namespace) if snapshot.source.namespace is None else target
    kind = KINDS[target.kind]
    status = object_of(item.get("status"))
    there = status.get(_COUNTS.get(kind, ""))
    if isinstance(there, int) and there:
        return f"{shown} exists, but none of its pods was found; its status counts {there:,}"
    return f"{shown} exists and has no pods: {next(_reasons(item, kind, snapshot))}"


def _reasons(item: JsonObject, kind: str, snapshot: Snapshot) -> Iterator[str]:
    """Why a workload has no pods, as far as it and its events tell; the first one says most."""
    spec, status = object_of(item.get("spec")), object_of(item.get("status"))
    replicas = spec.get("replicas", 1)
    if replicas == 0:
        yield "0 replicas are wanted"
    if kind == "DaemonSet" and status.get("desiredNumberScheduled") == 0:
        yield "no node should run it"
    if spec.get("suspend") is True:
        yield "it is suspended"
    conditions = {text_of(one.get("type")): one for one in objects_of(status.get("conditions")) if _holds(one)}
    if refusal := text_of(conditions.get("ReplicaFailure", {}).get("message")) or _refusal(item, kind, snapshot):
        yield f"they can't be created: {refusal}"
    if "Complete" in conditions:
        yield "it is complete"
    if "Failed" in conditions:
        yield "it has failed"
    if kind == "CronJob":
        yield "none of its jobs has any pods now" if status.get("lastScheduleTime") else "it has not run yet"
    if kind in _WITH_REPLICAS and isinstance(replicas, int):
        yield f"{counted(replicas, 'replica')} {'is' if replicas == 1 else 'are'} wanted, but none was created yet"
    yield "none was created yet"


def _holds(condition: JsonObject) -> bool:
    return condition.get("status") == "True"


def _refusal(item: JsonObject, kind: str, snapshot: Snapshot) -> str:
    """What the newest event says about pods that could not be created; "" if there is none."""
    about = (kind, *key_of(item))
    events = [event for event in snapshot.events if event.get("reason") == "FailedCreate" and _subject(event) == about]
    newest = max(events, key=lambda event: text_of(event.get("lastTimestamp") or event.get("eventTime")), default={})
    return text_of(newest.get("message"))


def _subject(event: JsonObject) -> tuple[str, str, str]:
    subject = object_of(event.get("involvedObject"))
    return text_of(subject.get("kind")), text_of(subject.get("namespace")), text_of(subject.get("name"))

"""Which pods and workloads a waiting follows, and which of their pods count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.target import KINDS, Target
from kubectl_imagepull.runs.target_status import absent
from kubectl_imagepull.vocabulary.workload import Workload

#: Kinds of targets whose pods all count; of any other's, those of the newest ReplicaSet or Job do.
_DIRECT = frozenset({"pod", "replicaset", "replicationcontroller", "statefulset", "daemonset", "job"})
#: Kinds of targets whose spec says how many pods are wanted.
_WITH_REPLICAS = frozenset({"deployment", "statefulset", "replicaset", "replicationcontroller"})
#: Kinds that their owners name after themselves: NAME-HASH, NAME-MINUTES, NAME-NUMBER.
_NAMED_AFTER = frozenset({"ReplicaSet", "Job", "ReplicationController"})
#: The annotation that numbers a Deployment's ReplicaSets (k8s.io/kubernetes pkg/controller/deployment/util).
_REVISION = "deployment.kubernetes.io/revision"
_FINISHED = frozenset({"Succeeded", "Failed"})
_Chain = tuple[Workload, ...]


@dataclass(frozen=True)
class FollowedTarget:
    """A pod or workload of a namespace that is followed."""

    #: The namespace that it is in.
    namespace: str
    #: The pod or workload.
    target: Target
    #: The workload whose pods replace the pod once it is gone.
    heir: Target | None = None

    @property
    def deployment(self) -> tuple[str, str, str] | None:
        """Kind, namespace and name of the Deployment whose newest revision has to be known; None if there is none."""
        for one in (self.target, self.heir):
            if one and one.kind == "deployment":
                return "Deployment", self.namespace, one.name
        return None


def follow(snapshot: Snapshot, targets: Sequence[Target] = ()) -> tuple[FollowedTarget, ...]:
    """Finds what the targets are in each namespace; without targets, the workloads of all failing pods."""
    owners = Owners(snapshot)
    pods = snapshot.pods if targets else [failure.pod_object for failure in find_failures(snapshot)]
    all_followed: dict[FollowedTarget, None] = {}
    for pod in pods:
        chain = owners.chain_of(pod)
        namespace, name = key_of(pod)
        top = _top(chain)
        followed = [top]
        if targets:
            followed = [one for one in targets if one.namespace in {None, namespace} and _belongs(one, name, chain)]
        for target in followed:
            heir = top if target.kind == "pod" and top.kind != "pod" else None
            all_followed[FollowedTarget(namespace, target, heir)] = None
    return tuple(all_followed)


def pods_to_come(snapshot: Snapshot, targets: Sequence[Target]) -> tuple[FollowedTarget, ...]:
    """The workloads among the targets that have no pods yet and want some: they may just have been made."""
    coming: list[FollowedTarget] = []
    for target in (one.target for one in absent(snapshot, targets)):
        if target.kind not in _WITH_REPLICAS:
            continue
        for item in snapshot.objects.get(KINDS[target.kind], ()):
            namespace, name = key_of(item)
            wanted = object_of(item.get("spec")).get("replicas", 1)
            if name == target.name and target.namespace in {None, namespace} and wanted != 0:
                coming.append(FollowedTarget(namespace, target))
    return tuple(coming)


def pods_that_count(
    followed: FollowedTarget, pods: Sequence[tuple[JsonObject, _Chain]], snapshot: Snapshot
) -> tuple[str, list[JsonObject]]:
    """The pods that count for what is followed, and what has to be said before each line or where there are none.

    `pods` are those of the snapshot, each with its owners.
    """
    note = ""
    for target in filter(None, (followed.target, followed.heir)):
        own = [
            (pod, chain)
            for pod, chain in pods
            if key_of(pod)[0] == followed.namespace and _belongs(target, key_of(pod)[1], chain)
        ]
        if target.kind in _DIRECT:
            counting = [pod for pod, _ in own]
        else:
            generation = _newest_generation(target, followed.namespace, own, snapshot)
            if generation is None:
                return f"{note}waiting for its new pods", []
            counting = generation
        if counting:
            return note, _without_replaced(counting)
        note = f"gone, now {followed.heir}: "
    return ("gone, and nothing has replaced it" if followed.target.kind == "pod" else "has no pods"), []


def _newest_generation(
    target: Target, namespace: str, pods: Sequence[tuple[JsonObject, _Chain]], snapshot: Snapshot
) -> list[JsonObject] | None:
    """The pods of a workload's newest ReplicaSet or Job, out of all its pods; None where it has yet to make them."""
    if _is_unseen(target, namespace, snapshot):
        return None
    generations: dict[str, list[JsonObject]] = {}
    for pod, chain in pods:
        generations.setdefault(chain[1].name, []).append(pod)
    newest = _newest(target, namespace, generations, snapshot)
    if newest is None:
        return []
    return generations.get(newest)


def _is_unseen(target: Target, namespace: str, snapshot: Snapshot) -> bool:
    """Whether a Deployment was changed and its controller hasn't seen it yet: its pods are those before the change."""
    if target.kind != "deployment":
        return False
    for item in snapshot.objects.get("Deployment", ()):
        if key_of(item) == (namespace, target.name):
            seen = object_of(item.get("status")).get("observedGeneration") or 0
            if seen < (object_of(item.get("metadata")).get("generation") or 0):
                return True
    return False


def _newest(target: Target, namespace: str, generations: dict[str, list[JsonObject]], snapshot: Snapshot) -> str | None:
    """The newest ReplicaSet of a Deployment (or Job of a CronJob, and so on), which may have no pods yet.

    A roll back makes an old ReplicaSet the newest revision; where ReplicaSets are not known, the newest pod decides.
    """
    revisions = {
        name: revision
        for name, revision, replicas in _revisions(target, namespace, snapshot)
        if replicas or name in generations
    }
    if revisions and revisions.keys() >= generations.keys():
        return max(revisions, key=lambda one: revisions[one])
    return max(generations, key=lambda one: max(map(_created, generations[one])), default=None)


def _revisions(target: Target, namespace: str, snapshot: Snapshot) -> Iterator[tuple[str, tuple[int, str], int]]:
    """The ReplicaSets of a target: the name, its revision with the time it was made, and the replicas that it wants."""
    for item in snapshot.objects.get("ReplicaSet", ()):
        metadata = object_of(item.get("metadata"))
        owners = [
            Target(text_of(owner.get("kind")).lower(), text_of(owner.get("name")))
            for owner in objects_of(metadata.get("ownerReferences"))
        ]
        revision = text_of(object_of(metadata.get("annotations")).get(_REVISION))
        if key_of(item)[0] == namespace and target in owners and revision.isdecimal():
            made = text_of(metadata.get("creationTimestamp"))
            yield key_of(item)[1], (int(revision), made), object_of(item.get("spec")).get("replicas") or 0


def _without_replaced(pods: list[JsonObject]) -> list[JsonObject]:
    """The pods without those that have ended (evicted, say) and have a younger one beside them."""
    youngest = max(map(_created, pods))
    return [pod for pod in pods if not _is_finished(pod) or _created(pod) == youngest]


def _is_finished(pod: JsonObject) -> bool:
    return text_of(object_of(pod.get("status")).get("phase")) in _FINISHED


def _created(pod: JsonObject) -> str:
    return text_of(object_of(pod.get("metadata")).get("creationTimestamp"))


def _top(chain: Sequence[Workload]) -> Target:
    """The topmost owner that later readings, which hold fewer owners, will still tell a pod belongs to."""
    targets = [Target(owner.kind.lower(), owner.name) for owner in chain]
    known = [one for one in targets[2:] if one.kind == "deployment" or _belongs(one, "", chain[:2])]
    return (known or targets[:2])[-1]


def _belongs(target: Target, pod: str, chain: Sequence[Workload]) -> bool:
    """Whether a pod is the target or belongs to it; an owner that the reading doesn't hold is known by its name."""
    if target.names(pod, chain):
        return True
    unheld = target.kind not in _DIRECT and target.kind != "deployment" and len(chain) == 2  # noqa: PLR2004 - pod, owner
    return unheld and chain[1].kind in _NAMED_AFTER and chain[1].name.rpartition("-")[0] == target.name

"""Failures of a live cluster -> a snapshot with what evidence needs: secrets, accounts, nodes, owners, revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kubectl_imagepull.kube.claimed_times import set_future_aside
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.kinds import WORKLOADS, api_group
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, pull_secrets_of, text_of
from kubectl_imagepull.kube.reading.best_effort import BestEffortReads
from kubectl_imagepull.kube.reading.deployer_reads import deployer_requests, read_custom_resources
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey
from kubectl_imagepull.kube.reading.release_reads import read_releases
from kubectl_imagepull.kube.reading.shared_lists import Place
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE, HELM_REVISION, Snapshot, without_secrets
from kubectl_imagepull.vocabulary.image_reference import registry_named
from kubectl_imagepull.vocabulary.vendors import ecr_region

#: Up to so many nodes are read one by one; more cost less as a list.
_FEW_NODES = 50
#: Kinds that somebody else may write.
_WRITTEN = frozenset({*WORKLOADS, "DeploymentConfig"})
#: Steps up from a pod: ReplicaSet, Deployment, and what a chain of controllers may have above them.
_MOST_STEPS = 8
#: Kind of a workload -> kind of its earlier revisions, which its own selector selects.
_REVISIONS = {
    "Deployment": "ReplicaSet",
    "StatefulSet": "ControllerRevision",
    "DaemonSet": "ControllerRevision",
}
#: Operators of a label selector (k8s.io/apimachinery LabelSelectorAsSelector) -> how a query writes them.
_OPERATORS = {
    "In": "{key} in ({values})",
    "NotIn": "{key} notin ({values})",
    "Exists": "{key}",
    "DoesNotExist": "!{key}",
}


def read_related(
    session: Session,
    snapshot: Snapshot,
    failing: Iterable[JsonObject],
    closely: Sequence[JsonObject] | None = None,
    *,
    secrets_left_out: str = "",
) -> Snapshot:
    """Reads what bears on the failing pods and gives the snapshot with it; never raises for what can't be read.

    `closely` are those whose owners, revisions, accounts and nodes are read, by default all; of the others these are
    unread, and only their secrets are read, for they decide the cause. Where the snapshot holds no healthy pods, some
    of the same workloads are read too.

    Pull secrets are read one by one; one that doesn't exist is looked for in other namespaces by a list, and where that
    isn't allowed ("Secret", "*", NAME) is unread. A list that could not be read is unread as (kind, namespace, ""),
    beside single objects of the kind that came. Only what the failing pods name is asked for: of anything else the
    snapshot doesn't tell whether it exists. Where `secrets_left_out` says why, no request is about a secret.
    """
    pods = list({id(pod): pod for pod in failing}.values())
    near = pods if closely is None else list(closely)
    reads = BestEffortReads(session)
    fixed: list[ObjectKey | ListQuery] = [*_nodes(near), *(_account(pod) for pod in near)]
    if not secrets_left_out:
        fixed += [key for pod in pods for key in _secrets(pod)]
        fixed += [ListQuery("CronJob", namespace) for namespace in sorted(_with_ecr_secrets(pods))]
    # what a step shows is asked for in the next one: each is a way to the server and back
    for _ in range(_MOST_STEPS):
        owners = [key for pod in near for key in _owners(pod, reads)]
        elsewhere = [ListQuery("Secret", "*", name=key[2]) for key in _absent_secrets(fixed, reads)]
        kin = _selected(owners, reads, "Pod") if snapshot.total is not None else ()
        revisions = _revisions(owners, reads)
        writers = deployer_requests([item for item in reads.objects.values() if item["kind"] in _WRITTEN])
        webhooks = _webhooks(pod for pod in near if _differs(pod, reads))
        # in a large scope a list of revisions would be long
        ahead = _places_of_revisions(owners) if snapshot.total is None else ()
        if not reads.read([*fixed, *elsewhere, *owners, *revisions, *kin, *writers, *webhooks], ahead):
            break
    if len(near) < len(pods):
        why = f"left out: of {len(pods):,} failing pods {len(near):,} were looked at closely, some of each root cause"
        reads.leave_out((key for pod in pods for key in (*_nodes([pod]), _account(pod), *_owners(pod, reads))), why)
    related = with_reads(snapshot, reads)
    workloads = [item for item in reads.objects.values() if item["kind"] in WORKLOADS]
    custom, unread = read_custom_resources(session, workloads)
    if custom or unread:
        objects = {**related.objects, CUSTOM_RESOURCE: custom}
        related = related.with_objects(objects, {**related.unread, **unread})
    if not secrets_left_out:
        related = _with_releases(session, related, workloads)
    return without_secrets(related, secrets_left_out) if secrets_left_out else related


def _with_releases(session: Session, snapshot: Snapshot, workloads: Iterable[JsonObject]) -> Snapshot:
    """The snapshot with the Helm releases that made workloads."""
    revisions, unread = read_releases(session, workloads)
    if not revisions and not unread:
        return snapshot
    objects = {**snapshot.objects, HELM_REVISION: [*snapshot.objects.get(HELM_REVISION, ()), *revisions]}
    return snapshot.with_objects(objects, {**snapshot.unread, **unread})


def read_workloads(session: Session, snapshot: Snapshot, workloads: Iterable[ObjectKey]) -> Snapshot:
    """Reads workloads by kind, namespace and name, and their revisions; gives the snapshot with them.

    A kind that this program knows nothing of is left out; nothing is raised for what can't be read.
    """
    known: list[ObjectKey | ListQuery] = [key for key in workloads if api_group(key[0]) is not None]
    reads = BestEffortReads(session)
    reads.read(known)
    reads.read(_revisions(known, reads))
    return with_reads(snapshot, reads)


def _nodes(pods: Iterable[JsonObject]) -> list[ObjectKey | ListQuery]:
    named = (text_of(object_of(pod.get("spec")).get("nodeName")) for pod in pods)
    names = list(dict.fromkeys(name for name in named if name))
    return [("Node", "", name) for name in names] if len(names) <= _FEW_NODES else [ListQuery("Node", "")]


def _differs(pod: JsonObject, reads: BestEffortReads) -> bool:
    """Whether a pod has an image that what it was made from doesn't name, as far as that was read."""
    owner = next((reads.objects[key] for key in _owners(pod, reads) if key in reads.objects), {})
    template = object_of(object_of(owner.get("spec")).get("template"))
    return bool(template) and not set(_images(pod)) <= set(_images(template))


def _webhooks(changed: Iterable[JsonObject]) -> list[ObjectKey | ListQuery]:
    """What tells which webhook may have changed pods."""
    places: list[ObjectKey] = [("Namespace", "", key_of(pod)[0]) for pod in changed]
    return [ListQuery("MutatingWebhookConfiguration", ""), *places] if places else []


def _account(pod: JsonObject) -> ObjectKey:
    name = text_of(object_of(pod.get("spec")).get("serviceAccountName")) or "default"
    return "ServiceAccount", key_of(pod)[0], name


def _secrets(pod: JsonObject) -> list[ObjectKey]:
    """The secrets that the kubelet would look at."""
    return [("Secret", key_of(pod)[0], name) for name in pull_secrets_of(object_of(pod.get("spec")))]


def _with_ecr_secrets(pods: Iterable[JsonObject]) -> set[str]:
    """The namespaces in which a pod names secrets for Amazon ECR, whose tokens something renews every 12 hours."""
    naming = (pod for pod in pods if pull_secrets_of(object_of(pod.get("spec"))))
    return {key_of(pod)[0] for pod in naming if any(ecr_region(registry_named(one) or "") for one in _images(pod))}


def _images(pod: JsonObject) -> Iterator[str]:
    spec = object_of(pod.get("spec"))
    for field in ("containers", "initContainers", "ephemeralContainers"):
        yield from (text_of(container.get("image")) for container in objects_of(spec.get(field)))


def _absent_secrets(keys: Iterable[ObjectKey | ListQuery], reads: BestEffortReads) -> list[ObjectKey]:
    """The secrets among the keys that don't exist."""
    return [key for key in keys if not isinstance(key, ListQuery) and key[0] == "Secret" and reads.missing(key)]


def _owners(item: JsonObject, reads: BestEffortReads) -> Iterator[ObjectKey]:
    """The controllers of a pod, bottom up, as far as they are known yet and of a kind that can be read."""
    labels = object_of(object_of(item.get("metadata")).get("labels"))
    suffix = f"-{text_of(labels.get('pod-template-hash'))}"
    for _ in range(_MOST_STEPS):
        owner = next(
            (
                one
                for one in objects_of(object_of(item.get("metadata")).get("ownerReferences"))
                if one.get("controller")
            ),
            {},
        )
        kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
        # others use these kinds' names too: batch.volcano.sh has a Job
        if api_group(kind) != text_of(owner.get("apiVersion")).rpartition("/")[0]:
            return
        key = (kind, key_of(item)[0], name)
        yield key
        if key not in reads.objects:
            # the Deployment of a ReplicaSet that may not be read: as Owners.chain_of has it
            if kind == "ReplicaSet" and len(suffix) > 1 and name.endswith(suffix):
                yield "Deployment", key[1], name.removesuffix(suffix)
            return
        item = reads.objects[key]


def _revisions(keys: Iterable[ObjectKey | ListQuery], reads: BestEffortReads) -> Iterator[ListQuery]:
    for kind in dict.fromkeys(_REVISIONS.values()):
        workloads = (key for key in keys if not isinstance(key, ListQuery) and _REVISIONS.get(key[0]) == kind)
        yield from _selected(workloads, reads, kind)


def _places_of_revisions(owners: Iterable[ObjectKey]) -> Iterator[Place]:
    """Where revisions will be asked for by the selectors of workloads, before these have been read."""
    return ((_REVISIONS[kind], namespace) for kind, namespace, _ in owners if kind in _REVISIONS)


def _selected(workloads: Iterable[ObjectKey | ListQuery], reads: BestEffortReads, kind: str) -> Iterator[ListQuery]:
    """What is of a kind and selected by the workloads that keep revisions, as far as they are known yet."""
    for key in workloads:
        if isinstance(key, ListQuery) or key[0] not in _REVISIONS or key not in reads.objects:
            continue
        if labels := selector_of(object_of(object_of(reads.objects[key].get("spec")).get("selector"))):
            yield ListQuery(kind, key[1], labels)


def selector_of(selector: JsonObject) -> str:
    """A workload's label selector as a query has it; empty for one that selects nothing or everything."""
    parts = [f"{key}={value}" for key, value in object_of(selector.get("matchLabels")).items()]
    for expression in objects_of(selector.get("matchExpressions")):
        values = expression.get("values")
        template = _OPERATORS.get(text_of(expression.get("operator")), "")
        joined = ",".join(text_of(value) for value in values) if isinstance(values, list) else ""
        parts.append(template.format(key=text_of(expression.get("key")), values=joined))
    return ",".join(parts)


def with_reads(snapshot: Snapshot, reads: BestEffortReads) -> Snapshot:
    """The snapshot with what came of optional reads, and why the rest didn't."""
    objects: dict[str, dict[tuple[str, str], JsonObject]] = {kind: {} for kind in sorted(reads.kinds)}
    for (kind, namespace, name), item in reads.objects.items():
        objects[kind][namespace, name] = item
    merged = dict(snapshot.objects)
    for kind, items in objects.items():
        known = [item for item in snapshot.objects.get(kind, ()) if key_of(item) not in items]
        merged[kind] = [*known, *items.values()]
    set_aside = set_future_aside(reads.objects.values(), snapshot.now, live=True)
    return snapshot.with_objects(merged, {**snapshot.unread, **reads.unread}, set_aside)

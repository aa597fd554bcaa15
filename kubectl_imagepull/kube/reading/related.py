"""Failures of a live cluster -> a snapshot with what evidence needs: secrets, accounts, nodes, owners, revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.reading.optional import Key, OptionalReads, Query, api_group
from kubectl_imagepull.kube.snapshot import (
    JsonObject,
    Snapshot,
    key_of,
    object_of,
    objects_of,
    pull_secrets_of,
    text_of,
)
from kubectl_imagepull.vocabulary.image_reference import registry_named
from kubectl_imagepull.vocabulary.vendors import ecr_region

#: Up to so many nodes are read one by one; more cost less as a list.
_FEW_NODES = 50
#: Steps up from a pod: ReplicaSet, Deployment, and what a chain of controllers may have above them.
_MOST_STEPS = 8
_NO_SECRETS = "--no-secrets was given"
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
    secrets: bool = True,
) -> Snapshot:
    """Reads what bears on the failing pods and gives the snapshot with it; never raises for what can't be read.

    `closely` are those whose owners, revisions, accounts and nodes are read, by default all; of the others these are
    unread, and only their secrets are read, for they decide the cause. Where the snapshot holds no healthy pods, some
    of the same workloads are read too.

    Pull secrets are read one by one; one that doesn't exist is looked for in other namespaces by a list, and where that
    isn't allowed ("Secret", "*", NAME) is unread. A list that could not be read is unread as (kind, namespace, ""),
    beside single objects of the kind that came. Only what the failing pods name is asked for: of anything else the
    snapshot doesn't tell whether it exists. With `secrets=False` no request is about a secret.
    """
    pods = list({id(pod): pod for pod in failing}.values())
    near = pods if closely is None else list(closely)
    reads = OptionalReads(session)
    fixed: list[Key | Query] = [*_nodes(near), *(_account(pod) for pod in near)]
    if secrets:
        fixed += [key for pod in pods for key in _secrets(pod)]
        fixed += [Query("CronJob", namespace) for namespace in sorted(_with_ecr_secrets(pods))]
    for _ in range(_MOST_STEPS):
        owners = [key for pod in near for key in _owners(pod, reads)]
        elsewhere = [Query("Secret", "*", name=key[2]) for key in _absent_secrets(fixed, reads)]
        kin = _selected(owners, reads, "Pod") if snapshot.total is not None else ()
        if not reads.read([*fixed, *elsewhere, *owners, *_revisions(owners, reads), *kin]):
            break
    if len(near) < len(pods):
        why = f"left out: of {len(pods):,} failing pods {len(near):,} were looked at closely, some of each root cause"
        reads.leave_out((key for pod in pods for key in (*_nodes([pod]), _account(pod), *_owners(pod, reads))), why)
    found = with_reads(snapshot, reads)
    return found if secrets else without_secrets(found)


def read_workloads(session: Session, snapshot: Snapshot, workloads: Iterable[Key]) -> Snapshot:
    """Reads workloads by kind, namespace and name, and their revisions; gives the snapshot with them.

    A kind that this program knows nothing of is left out; nothing is raised for what can't be read.
    """
    known: list[Key | Query] = [key for key in workloads if api_group(key[0]) is not None]
    reads = OptionalReads(session)
    reads.read(known)
    reads.read(_revisions(known, reads))
    return with_reads(snapshot, reads)


def without_secrets(snapshot: Snapshot) -> Snapshot:
    """The snapshot, which may be a recording's, as `--no-secrets` wants it."""
    objects = {kind: items for kind, items in snapshot.objects.items() if kind != "Secret"}
    unread = {key: why for key, why in snapshot.unread.items() if key[0] != "Secret"}
    return replace(snapshot, objects=objects, unread={**unread, ("Secret", "*", ""): _NO_SECRETS})


def _nodes(pods: Iterable[JsonObject]) -> list[Key | Query]:
    named = (text_of(object_of(pod.get("spec")).get("nodeName")) for pod in pods)
    names = list(dict.fromkeys(name for name in named if name))
    return [("Node", "", name) for name in names] if len(names) <= _FEW_NODES else [Query("Node", "")]


def _account(pod: JsonObject) -> Key:
    name = text_of(object_of(pod.get("spec")).get("serviceAccountName")) or "default"
    return "ServiceAccount", key_of(pod)[0], name


def _secrets(pod: JsonObject) -> list[Key]:
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


def _absent_secrets(keys: Iterable[Key | Query], reads: OptionalReads) -> list[Key]:
    """The secrets among the keys that don't exist."""
    return [key for key in keys if not isinstance(key, Query) and key[0] == "Secret" and reads.missing(key)]


def _owners(item: JsonObject, reads: OptionalReads) -> Iterator[Key]:
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


def _revisions(keys: Iterable[Key | Query], reads: OptionalReads) -> Iterator[Query]:
    for kind in dict.fromkeys(_REVISIONS.values()):
        workloads = (key for key in keys if not isinstance(key, Query) and _REVISIONS.get(key[0]) == kind)
        yield from _selected(workloads, reads, kind)


def _selected(workloads: Iterable[Key | Query], reads: OptionalReads, kind: str) -> Iterator[Query]:
    """What is of a kind and selected by the workloads that keep revisions, as far as they are known yet."""
    for key in workloads:
        if isinstance(key, Query) or key[0] not in _REVISIONS or key not in reads.objects:
            continue
        if labels := selector_of(object_of(object_of(reads.objects[key].get("spec")).get("selector"))):
            yield Query(kind, key[1], labels)


def selector_of(selector: JsonObject) -> str:
    """A workload's label selector as a query has it; empty for one that selects nothing or everything."""
    parts = [f"{key}={value}" for key, value in object_of(selector.get("matchLabels")).items()]
    for expression in objects_of(selector.get("matchExpressions")):
        values = expression.get("values")
        template = _OPERATORS.get(text_of(expression.get("operator")), "")
        joined = ",".join(text_of(value) for value in values) if isinstance(values, list) else ""
        parts.append(template.format(key=text_of(expression.get("key")), values=joined))
    return ",".join(parts)


def with_reads(snapshot: Snapshot, reads: OptionalReads) -> Snapshot:
    """The snapshot with what came of optional reads, and why the rest didn't."""
    objects: dict[str, dict[tuple[str, str], JsonObject]] = {kind: {} for kind in sorted(reads.kinds)}
    for (kind, namespace, name), item in reads.objects.items():
        objects[kind][namespace, name] = item
    merged = dict(snapshot.objects)
    for kind, found in objects.items():
        known = [item for item in snapshot.objects.get(kind, ()) if key_of(item) not in found]
        merged[kind] = [*known, *found.values()]
    return replace(snapshot, objects=merged, unread={**snapshot.unread, **reads.unread})

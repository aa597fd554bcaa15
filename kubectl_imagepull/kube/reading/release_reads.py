"""The Helm releases that made workloads: which revisions there are, by their labels, then the newest ones whole.

Which revisions there are takes the right to list secrets. Without it nothing of a release is read, and that is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.helm_storage import release_of, revision_in, status_in
from kubectl_imagepull.kube.kinds import RESOURCES
from kubectl_imagepull.kube.objects import JsonObject, key_of, objects_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.best_effort import BestEffortReads
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.queries import ObjectKey, list_path
from kubectl_imagepull.kube.snapshot import HELM_REVISION

#: Releases of one run: each is read whole, and may be a megabyte.
_MOST = 20
#: Earlier revisions that are read of each: one of them may hold the image that ran.
_EARLIER = 3
#: What Helm says of revisions that it has installed.
_INSTALLED = frozenset({"deployed", "superseded"})
#: Labels tell all that is needed to choose (k8s.io/apimachinery PartialObjectMetadataList).
_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
#: The drivers that keep releases in the cluster, Helm's own choice first.
_DRIVERS = ("Secret", "ConfigMap")

_Release = tuple[str, str]


def read_releases(session: Session, workloads: Iterable[JsonObject]) -> tuple[list[JsonObject], dict[ObjectKey, str]]:
    """The objects that hold the newest revisions of the workloads' releases, and why others could not be read."""
    wanted = list(dict.fromkeys(filter(None, map(release_of, workloads))))
    unread = dict.fromkeys(wanted[_MOST:], f"left out: a run reads at most {_MOST} Helm releases")
    by_namespace: dict[str, list[str]] = defaultdict(list)
    for namespace, name in wanted[:_MOST]:
        by_namespace[namespace].append(name)
    if not by_namespace:
        return [], {}
    chosen: list[ObjectKey] = []
    with workers(len(by_namespace)) as pool:
        answers = list(pool.map(lambda place: _revisions(session, *place), by_namespace.items()))
    for (namespace, names), (revisions, why) in zip(by_namespace.items(), answers, strict=True):
        for name in names:
            if name in revisions:
                chosen += _newest(namespace, revisions[name])
            else:
                unread[namespace, name] = why or "no revision of it is kept in the cluster"
    reads = BestEffortReads(session)
    reads.read(chosen)
    for kind, namespace, stored in reads.unread:
        name = stored.removeprefix("sh.helm.release.v1.").rpartition(".v")[0]
        unread.setdefault((namespace, name), reads.unread[kind, namespace, stored])
    return list(reads.objects.values()), {(HELM_REVISION, *key): why for key, why in unread.items()}


def _revisions(
    session: Session, namespace: str, names: Sequence[str]
) -> tuple[Mapping[str, list[tuple[str, JsonObject]]], str]:
    """The revisions by their release, each with its driver; and why there are none."""
    revisions: dict[str, list[tuple[str, JsonObject]]] = defaultdict(list)
    whys: list[str] = []
    for driver in _DRIVERS:
        absent = [name for name in names if name not in revisions]
        if not absent:
            break
        selector = f"owner=helm,name in ({','.join(absent)})"
        try:
            path = list_path(driver, namespace)
            listing = api.read_list(session, path, api.everything, accept=_METADATA, labelSelector=selector)
        except api.ApiError as error:
            whys.append(_why(driver, namespace, error))
            continue
        for item in objects_of(listing.items):
            revision = revision_in(item)
            if revision and key_of(item)[0] == namespace:
                revisions[revision[0]].append((driver, item))
    return revisions, whys[0] if whys else ""


def _newest(namespace: str, revisions: list[tuple[str, JsonObject]]) -> list[ObjectKey]:
    """The newest revision and, of those before it, some that were installed."""
    in_order = sorted(revisions, key=lambda one: (revision_in(one[1]) or ("", 0))[1], reverse=True)
    newest, *others = in_order
    installed = [one for one in others if status_in(one[1]) in _INSTALLED]
    return [(driver, namespace, key_of(item)[1]) for driver, item in (newest, *installed[:_EARLIER])]


def _why(driver: str, namespace: str, error: api.ApiError) -> str:
    resource = RESOURCES[driver][1]
    if error.status == api.FORBIDDEN:
        return f"not allowed to list {resource} in namespace {namespace} (verb list, resource {resource})"
    return f"could not be read: {error}"

"""What there is of some names: the objects, the pods that belong to them and their events, asked for by name.

Of a large cluster that is a few small requests, where a list of all its pods would be many megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.optional import Key, OptionalReads, Query
from kubectl_imagepull.kube.reading.part import broken, events_unread, lean, usable
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.related import selector_of, with_reads
from kubectl_imagepull.kube.reading.scope import Scope, path_of
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source

#: Kinds of workloads that can be asked for by name: what makes pods, the likeliest first.
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController")
#: Requests at once. A session's connection pool keeps five for each processor.
_WORKERS = 5
#: Up to so many pods are asked for their events one by one; of more, all events of their namespaces are read.
_FEW_PODS = 20
_T = TypeVar("_T")


@dataclass(frozen=True)
class Name:
    """A pod or workload by kind and name; `namespace` is None for wherever it is."""

    kind: str
    name: str
    namespace: str | None = None


def read_named(session: Session, scope: Scope, names: Iterable[Name]) -> Snapshot:
    """Reads what there is of the names in a scope; a name that no pod has is taken for any workload's as well.

    A workload without pods comes with the events that say why. Raises nothing: what could not be read is `skipped`, of
    workloads `unread`.
    """
    return _Reading(session, scope).of(list(names))


def joined(snapshot: Snapshot, named: Snapshot) -> Snapshot:
    """A snapshot of a scope with what there is of some names in it."""
    known = {key_of(pod) for pod in snapshot.pods}
    objects = {kind: [*items] for kind, items in snapshot.objects.items()}
    for kind, items in named.objects.items():
        held = {key_of(item) for item in objects.get(kind, ())}
        objects.setdefault(kind, []).extend(item for item in items if key_of(item) not in held)
    if "Event" in snapshot.objects:
        objects["Event"] = [*snapshot.events, *(event for event in named.events if pod_of(event) not in known)]
    return replace(
        snapshot,
        objects=objects,
        skipped=tuple(dict.fromkeys((*snapshot.skipped, *named.skipped))),
        unread={**named.unread, **snapshot.unread},
    )


class _Reading:
    """One reading of some names."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope
        self._reads = OptionalReads(session)
        self._pods: dict[tuple[str, str], JsonObject] = {}
        self._skipped: list[Skipped] = []

    def of(self, names: Sequence[Name]) -> Snapshot:
        self._take_pods(
            (name.namespace or self._scope.namespace, {"fieldSelector": f"metadata.name={name.name}"})
            for name in names
            if name.kind == "Pod"
        )
        called = {key[1] for key in self._pods}
        asked = [
            Name(kind, name.name, name.namespace)
            for name in names
            if name.name not in called
            for kind in (WORKLOADS if name.kind == "Pod" else (name.kind,))
        ]
        self._reads.read(map(self._request, asked))
        workloads = [key for key in self._reads.objects if any(_is(name, key) for name in asked)]
        self._reads.read(self._between(workloads))
        self._take_pods((key[1], {"labelSelector": labels}) for key in workloads for labels in self._labels(key))
        events = self._events([key for key in workloads if key not in self._owners()])
        pods = [self._pods[key] for key in sorted(self._pods)]
        objects = {"Pod": pods} if events is None else {"Pod": pods, "Event": events}
        source = Source("cluster", self._session.context, self._scope.namespace)
        found = Snapshot(source, objects, datetime.now(timezone.utc), tuple(self._skipped))
        return with_reads(found, self._reads)

    def _request(self, name: Name) -> Key | Query:
        namespace = name.namespace or self._scope.namespace
        return (name.kind, namespace, name.name) if namespace else Query(name.kind, "*", name=name.name)

    def _between(self, workloads: Iterable[Key]) -> Iterator[Query]:
        """What stands between workloads and their pods, so that these are known to be theirs."""
        for key in workloads:
            kind, namespace, _ = key
            if kind == "CronJob":
                yield Query("Job", namespace)
            elif kind == "Deployment" and (labels := self._selector(key)):
                yield Query("ReplicaSet", namespace, labels)

    def _labels(self, workload: Key) -> Iterator[str]:
        """The selectors of a workload's pods."""
        owners = [workload] if workload[0] != "CronJob" else self._jobs_of(workload)
        yield from filter(None, map(self._selector, owners))

    def _jobs_of(self, workload: Key) -> list[Key]:
        return [
            key
            for key, item in self._reads.objects.items()
            if key[0] == "Job" and key[1] == workload[1] and (workload[0], workload[2]) in _controllers(item)
        ]

    def _selector(self, key: Key) -> str:
        selector = object_of(object_of(self._reads.objects[key].get("spec")).get("selector"))
        return selector_of({"matchLabels": selector} if key[0] == "ReplicationController" else selector)

    def _owners(self) -> set[Key]:
        """The workloads that the pods which have come belong to."""
        found: set[Key] = set()
        above = list(self._pods.values())
        while above:
            keys = {(kind, key_of(item)[0], name) for item in above for kind, name in _controllers(item)} - found
            found |= keys
            above = [self._reads.objects[key] for key in keys if key in self._reads.objects]
        return found

    # -- requests ----------------------------------------------------------------------------------------------------

    def _take_pods(self, requests: Iterable[tuple[str | None, dict[str, str]]]) -> None:
        def listed(request: tuple[str | None, dict[str, str]]) -> api.Listing:
            place, query = request
            labels = ",".join(filter(None, (query.get("labelSelector"), self._scope.selector)))
            chosen = {**query, "labelSelector": labels} if labels else query
            # by name alone the server looks through all pods: those that it has in memory
            read = api.read_list if place else api.read_cached
            return read(self._session, path_of("pods", place), lean, **chosen)

        wanted = list(requests)
        with self._session.progress.reading("pods of that name") as count:
            for (_, query), answer in zip(wanted, _side_by_side(listed, wanted), strict=True):
                if isinstance(answer, api.ApiError):
                    self._skipped.append(Skipped("pods of that name", f"could not be read: {answer}"))
                    continue
                self._skipped += broken("pods of that name", answer)
                pods, bad = usable(answer.items, "Pod")
                self._skipped += bad
                named = query.get("fieldSelector", "").removeprefix("metadata.name=")
                # what stands before a server may pass over a selector
                self._pods.update((key_of(pod), pod) for pod in pods if named in {"", key_of(pod)[1]})
                count(len(pods))

    def _events(self, without_pods: Iterable[Key]) -> list[JsonObject] | None:
        """The events about the pods, and those that say why a workload has none; None if none could be read."""
        about: list[tuple[str, str]] = [
            (namespace, f"involvedObject.kind={kind},involvedObject.name={name},reason=FailedCreate")
            for kind, namespace, name in without_pods
        ]
        if len(self._pods) <= _FEW_PODS:
            about += [(place, f"involvedObject.kind=Pod,involvedObject.name={name}") for place, name in self._pods]
        else:
            about += [(place, "involvedObject.kind=Pod") for place in sorted({key[0] for key in self._pods})]

        def listed(request: tuple[str, str]) -> api.Listing:
            return api.read_list(self._session, path_of("events", request[0]), lean, fieldSelector=request[1])

        found: list[JsonObject] = []
        with self._session.progress.reading("events"):
            answers = _side_by_side(listed, about)
        faults = {
            place: answer for (place, _), answer in zip(about, answers, strict=True) if isinstance(answer, api.ApiError)
        }
        self._skipped += [events_unread(Scope(place), fault) for place, fault in faults.items()]
        for answer in answers:
            if not isinstance(answer, api.ApiError):
                events, bad = usable(answer.items, "Event")
                self._skipped += [*bad, *broken("events", answer)]
                found += events
        return None if about and len(faults) == len({place for place, _ in about}) else found


def _side_by_side(read: Callable[[_T], api.Listing], requests: Sequence[_T]) -> list[api.Listing | api.ApiError]:
    """What requests give, or why they give nothing."""

    def tried(request: _T) -> api.Listing | api.ApiError:
        try:
            return read(request)
        except api.ApiError as error:
            return error

    if not requests:
        return []
    with workers(min(_WORKERS, len(requests))) as pool:
        return list(pool.map(tried, requests))


def _controllers(item: JsonObject) -> list[tuple[str, str]]:
    """Kind and name of an object's controller, if it has one."""
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    return [(text_of(one.get("kind")), text_of(one.get("name"))) for one in owners if one.get("controller")]


def _is(name: Name, key: Key) -> bool:
    return (name.kind, name.name) == (key[0], key[2]) and name.namespace in {None, key[1]}

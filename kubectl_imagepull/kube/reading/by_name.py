"""What there is of some names: the objects, the pods that belong to them and their events, asked for by name.

Of a large cluster that is a few small requests, where a list of all its pods would be many megabytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar

from kubectl_imagepull.kube.claimed_times import set_future_aside
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.kinds import WORKLOADS
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.best_effort import BestEffortReads
from kubectl_imagepull.kube.reading.listings import broken_list, events_unread, lean, usable_objects
from kubectl_imagepull.kube.reading.pod_scope import PodScope, path_of
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey
from kubectl_imagepull.kube.reading.related import selector_of, with_reads
from kubectl_imagepull.kube.reading.shared_lists import LONGEST_SHARED
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source

#: So many pods of a namespace are asked for their events one by one. Of more, the first page of all events there is
#: read, which mostly is all of them; and of so many pods in all, whatever it takes.
_FEW_PODS, _MANY_PODS = 3, 20
_OF_PODS = "involvedObject.kind=Pod"
_T = TypeVar("_T")


@dataclass(frozen=True)
class ObjectName:
    """A pod or workload to ask for."""

    #: Its kind, as objects have it.
    kind: str
    #: Its name.
    name: str
    #: Its namespace; None for wherever it is.
    namespace: str | None = None


def read_named(session: Session, scope: PodScope, names: Iterable[ObjectName]) -> Snapshot:
    """Reads what there is of the names in a scope; a name that no pod has is taken for any workload's as well.

    A workload without pods comes with the events that say why. Raises nothing: what could not be read is `skipped`, of
    workloads `unread`.
    """
    return _NamedReading(session, scope).read(list(names))


def add_named(snapshot: Snapshot, named: Snapshot) -> Snapshot:
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


class _NamedReading:
    """One reading of some names."""

    def __init__(self, session: Session, scope: PodScope) -> None:
        self._session = session
        self._scope = scope
        self._reads = BestEffortReads(session)
        self._pods: dict[tuple[str, str], JsonObject] = {}
        self._skipped: list[Skipped] = []
        self._events_read: dict[tuple[str, str], api.Listing] = {}

    def read(self, names: Sequence[ObjectName]) -> Snapshot:
        self._take_pods(
            (name.namespace or self._scope.namespace, {"fieldSelector": f"metadata.name={name.name}"})
            for name in names
            if name.kind == "Pod"
        )
        called = {key[1] for key in self._pods}
        asked: list[ObjectName] = []
        for name in names:
            if name.name not in called:
                # a name that no pod has may be any workload's
                kinds = WORKLOADS if name.kind == "Pod" else (name.kind,)
                asked += [ObjectName(kind, name.name, name.namespace) for kind in kinds]
        self._reads.read(map(self._request, asked))
        workloads = [key for key in self._reads.objects if any(_is(name, key) for name in asked)]
        self._reads.read(self._between(workloads))
        self._take_pods((key[1], {"labelSelector": labels}) for key in workloads for labels in self._labels(key))
        events = self._events([key for key in workloads if key not in self._owners()])
        pods = [self._pods[key] for key in sorted(self._pods)]
        objects = {"Pod": pods} if events is None else {"Pod": pods, "Event": events}
        source = Source("cluster", self._session.context, self._scope.namespace, self._session.reach)
        now = datetime.now(timezone.utc)
        self._skipped += set_future_aside([*pods, *(events or ())], now, live=True)
        snapshot = Snapshot(source, objects, now, tuple(self._skipped))
        return with_reads(snapshot, self._reads)

    def _request(self, name: ObjectName) -> ObjectKey | ListQuery:
        namespace = name.namespace or self._scope.namespace
        return (name.kind, namespace, name.name) if namespace else ListQuery(name.kind, "*", name=name.name)

    def _between(self, workloads: Iterable[ObjectKey]) -> Iterator[ListQuery]:
        """What stands between workloads and their pods, so that these are known to be theirs."""
        for key in workloads:
            kind, namespace, _ = key
            if kind == "CronJob":
                yield ListQuery("Job", namespace)
            elif kind == "Deployment" and (labels := self._selector(key)):
                yield ListQuery("ReplicaSet", namespace, labels)

    def _labels(self, workload: ObjectKey) -> Iterator[str]:
        """The selectors of a workload's pods."""
        owners = [workload] if workload[0] != "CronJob" else self._jobs_of(workload)
        yield from filter(None, map(self._selector, owners))

    def _jobs_of(self, workload: ObjectKey) -> list[ObjectKey]:
        return [
            key
            for key, item in self._reads.objects.items()
            if key[0] == "Job" and key[1] == workload[1] and (workload[0], workload[2]) in _controllers(item)
        ]

    def _selector(self, key: ObjectKey) -> str:
        selector = object_of(object_of(self._reads.objects[key].get("spec")).get("selector"))
        return selector_of({"matchLabels": selector} if key[0] == "ReplicationController" else selector)

    def _owners(self) -> set[ObjectKey]:
        """The workloads that the pods which have come belong to."""
        owners: set[ObjectKey] = set()
        above = list(self._pods.values())
        while above:
            keys = {(kind, key_of(item)[0], name) for item in above for kind, name in _controllers(item)} - owners
            owners |= keys
            above = [self._reads.objects[key] for key in keys if key in self._reads.objects]
        return owners

    # -- requests ----------------------------------------------------------------------------------------------------

    def _list_pods(self, request: tuple[str | None, dict[str, str]]) -> api.Listing:
        """A list of the pods of a namespace (None for all) that a query selects."""
        namespace, query = request
        labels = ",".join(filter(None, (query.get("labelSelector"), self._scope.selector)))
        selected = {**query, "labelSelector": labels} if labels else query
        # by name alone the server looks through all pods: those that it has in memory
        read = api.read_list if namespace else api.read_cached
        return read(self._session, path_of("pods", namespace), lean, **selected)

    def _take_pods(self, requests: Iterable[tuple[str | None, dict[str, str]]]) -> None:
        wanted = list(requests)
        with self._session.progress.reading("pods of that name") as count:
            for (_, query), answer in zip(wanted, _side_by_side(self._list_pods, wanted), strict=True):
                if isinstance(answer, api.ApiError):
                    self._skipped.append(Skipped("pods of that name", f"could not be read: {answer}"))
                    continue
                self._skipped += broken_list("pods of that name", answer)
                pods, bad = usable_objects(answer.items, "Pod")
                self._skipped += bad
                named = query.get("fieldSelector", "").removeprefix("metadata.name=")
                # what stands before a server may pass over a selector
                self._pods.update((key_of(pod), pod) for pod in pods if named in {"", key_of(pod)[1]})
                count(len(pods))

    def _events(self, without_pods: Iterable[ObjectKey]) -> list[JsonObject] | None:
        """The events about the pods, and those that say why a workload has none; None if none could be read."""
        about: list[tuple[str, str]] = [
            (namespace, f"involvedObject.kind={kind},involvedObject.name={name},reason=FailedCreate")
            for kind, namespace, name in without_pods
        ]
        with self._session.progress.reading("events"):
            about += self._about_pods()
            answers = _side_by_side(self._list_events, about)
        came: list[JsonObject] = []
        faults: dict[str, api.ApiError] = {}
        left_out: list[Skipped] = []
        for (namespace, _), answer in zip(about, answers, strict=True):
            if isinstance(answer, api.ApiError):
                faults[namespace] = answer
                continue
            events, bad = usable_objects(answer.items, "Event")
            left_out += [*bad, *broken_list("events", answer)]
            came += events
        # said once for each namespace
        self._skipped += [events_unread(PodScope(namespace), fault) for namespace, fault in faults.items()]
        self._skipped += left_out
        return None if about and len(faults) == len({namespace for namespace, _ in about}) else came

    def _about_pods(self) -> list[tuple[str, str]]:
        """The lists of events that tell of the pods, as namespace and field selector."""
        counts = Counter(namespace for namespace, _ in self._pods)
        many = len(self._pods) > _MANY_PODS
        shared = set(counts) if many else self._shared_events(place for place in counts if counts[place] > _FEW_PODS)
        single = [(place, f"{_OF_PODS},involvedObject.name={name}") for place, name in self._pods]
        return [*((place, _OF_PODS) for place in sorted(shared)), *(one for one in single if one[0] not in shared)]

    def _shared_events(self, namespaces: Iterable[str]) -> set[str]:
        """Reads the first page of events of namespaces, and gives those of which that is all."""
        places = list(namespaces)
        pages = _side_by_side(self._first_events, places)
        for place, page in zip(places, pages, strict=True):
            if isinstance(page, api.Listing) and page.more == 0:
                self._events_read[place, _OF_PODS] = page
        return {place for place, _ in self._events_read}

    def _first_events(self, namespace: str) -> api.Listing:
        page = api.read_page(self._session, path_of("events", namespace), LONGEST_SHARED, fieldSelector=_OF_PODS)
        return replace(page, items=lean(page.items))

    def _list_events(self, request: tuple[str, str]) -> api.Listing:
        """A list of the events of a namespace that a field selector selects."""
        if request in self._events_read:
            return self._events_read[request]
        return api.read_list(self._session, path_of("events", request[0]), lean, fieldSelector=request[1])


def _side_by_side(read: Callable[[_T], api.Listing], requests: Sequence[_T]) -> list[api.Listing | api.ApiError]:
    """What requests give, or why they give nothing."""
    if not requests:
        return []
    with workers(len(requests)) as pool:
        return list(pool.map(lambda request: _answer_of(read, request), requests))


def _answer_of(read: Callable[[_T], api.Listing], request: _T) -> api.Listing | api.ApiError:
    try:
        return read(request)
    except api.ApiError as error:
        return error


def _controllers(item: JsonObject) -> list[tuple[str, str]]:
    """Kind and name of an object's controller, if it has one."""
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    return [(text_of(one.get("kind")), text_of(one.get("name"))) for one in owners if one.get("controller")]


def _is(name: ObjectName, key: ObjectKey) -> bool:
    return (name.kind, name.name) == (key[0], key[2]) and name.namespace in {None, key[1]}

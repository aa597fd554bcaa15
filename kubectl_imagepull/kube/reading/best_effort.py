"""Reads that may fail: what came, and why the rest could not be looked at; nothing here raises an ApiError."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress
from threading import Lock
from urllib.parse import quote

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.kinds import CLUSTER_KINDS, RESOURCES, api_group
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.queries import (
    ListQuery,
    ObjectKey,
    can_exist,
    kind_of,
    list_path,
    unread_key,
    verb_of,
)
from kubectl_imagepull.kube.reading.shared_lists import LONGEST_SHARED, Place, SharedLists, covers

#: Kinds of which a list is only asked for some that run: what they prove, a few prove.
_SOME = {"Pod": 3}
#: Requests of one verb for one kind in one run; and lists through all namespaces, which cost the server most.
_MOST = 500
_MOST_EVERYWHERE = 50
#: Requests without any answer after which no more are sent: each may take the whole `--request-timeout`.
_MOST_SILENT = 3
#: Annotations of secrets that are kept, for they say who writes them: others, such as `kubectl apply`'s or kapp's, hold
#: copies of the values.
_SECRET_ANNOTATIONS = (
    "meta.helm.sh/",
    "argocd.argoproj.io/",
    "reflector.v1.k8s.emberstack.com/reflects",
    "replicator.v1.mittwald.de/replicate",
    "kubed.appscode.com/origin",
    "openshift.io/internal-registry-auth-token",
)


@dataclass(frozen=True)
class _ReadResult:
    """What a request gave."""

    #: The objects that came; a secret's values don't show.
    items: tuple[JsonObject, ...] = field(default=(), repr=False)
    #: Why some or all are missing; None where none are.
    why: str | None = None


class BestEffortReads:
    """Reads objects and lists of one session, each once and several at a time.

    `objects` are those that came, by kind, namespace and name; `unread` says what could not be looked at, and why.
    """

    def __init__(self, session: Session) -> None:
        self.objects: dict[ObjectKey, JsonObject] = {}
        self.unread: dict[ObjectKey, str] = {}
        self._session = session
        self._asked: set[ObjectKey | ListQuery] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._shared = SharedLists()
        self._lock = Lock()
        self._silent = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that were asked for."""
        return frozenset(kind_of(request) for request in self._asked)

    def missing(self, key: ObjectKey) -> bool:
        """Whether an object was asked for and doesn't exist."""
        return key in self._asked and key not in self.objects and key not in self.unread

    def leave_out(self, keys: Iterable[ObjectKey | ListQuery], why: str) -> None:
        """Says why objects that were not asked for are not there."""
        for key in keys:
            if not isinstance(key, ListQuery) and key not in self._asked:
                self.unread.setdefault(key, why)

    def read(self, requests: Iterable[ObjectKey | ListQuery], ahead: Iterable[Place] = ()) -> bool:
        """Reads what was not asked for before; gives whether there was any.

        `ahead` are places that will be asked about when these requests have been answered: where a short list may tell
        of them, it is read with these.
        """
        new = [request for request in requests if self._is_new(request)]
        if not new:
            return False
        waiting = [request for request in new if can_exist(request)]
        with self._session.progress.reading("what belongs to them") as count:
            # one way to the server and back, and another where a list left something open
            while waiting := [request for request in waiting if not self._is_answered(request)]:
                lists = self._shared.lists_for(waiting, ahead)
                covered = [any(covers(query, request) for query in lists) for request in waiting]
                singly = [request for request, is_covered in zip(waiting, covered, strict=True) if not is_covered]
                self._read_round(count, lists, [request for request in singly if self._is_within_limits(request)])
                waiting = list(compress(waiting, covered))
        return True

    def _read_round(
        self, count: Callable[[int], None], lists: Sequence[ListQuery], requests: Sequence[ObjectKey | ListQuery]
    ) -> None:
        """Reads first pages of lists, and what is asked for by requests of its own, side by side."""
        shared = [partial(self._share, count, query) for query in lists]
        single = [partial(self._counted, count, request) for request in requests]
        answers = self._side_by_side([*shared, *single])[len(lists) :]
        results = [(request, answer) for request, answer in zip(requests, answers, strict=True) if answer]
        # single objects stand before what a list gives of them
        for request, result in sorted(results, key=lambda pair: isinstance(pair[0], ListQuery)):
            self._keep(result.items)
            if result.why is not None:
                self.unread[unread_key(request)] = result.why

    def _is_new(self, request: ObjectKey | ListQuery) -> bool:
        if request in self._asked:
            return False
        self._asked.add(request)
        return True

    def _is_answered(self, request: ObjectKey | ListQuery) -> bool:
        """Whether a shared list has what is asked for, or says that it may not be listed."""
        if why := self._shared.why_refused(request):
            self.unread[unread_key(request)] = why
            return True
        items = self._shared.answer(request)
        self._keep(items or ())
        return items is not None

    def _is_within_limits(self, request: ObjectKey | ListQuery) -> bool:
        kind, verb = kind_of(request), verb_of(request)
        self._counts[kind, verb] += 1
        most = _MOST_EVERYWHERE if unread_key(request)[1] == "*" else _MOST
        if self._counts[kind, verb] <= most:
            return True
        why = f"left out: a run sends at most {most} requests to {verb} {RESOURCES[kind][1]}"
        self.unread[unread_key(request)] = why
        return False

    def _keep(self, items: Iterable[JsonObject]) -> None:
        for item in items:
            self.objects.setdefault(_key(item), item)

    def _side_by_side(self, reads: Sequence[Callable[[], _ReadResult | None]]) -> list[_ReadResult | None]:
        if not reads:
            return []
        with workers(len(reads)) as pool:
            return list(pool.map(lambda read: read(), reads))

    def _share(self, count: Callable[[int], None], query: ListQuery) -> None:
        """Reads the first page of a list for all who may ask for its objects; what fails here is asked for singly."""
        if self._silent >= _MOST_SILENT:
            return
        try:
            page = api.read_page(self._session, list_path(query.kind, query.namespace), LONGEST_SHARED)
        except api.ApiError as error:
            self._note_silence(error)
            if error.status == api.FORBIDDEN:
                self._shared.refuse(query, _why(query, error))
            return
        self._shared.add(query, _of_list(query.kind, page), is_whole=page.more == 0)
        count(1)

    def _note_silence(self, error: api.ApiError) -> None:
        if error.status is None:
            with self._lock:
                self._silent += 1

    def _counted(self, count: Callable[[int], None], request: ObjectKey | ListQuery) -> _ReadResult:
        result = self._result(request)
        count(1)
        return result

    def _result(self, request: ObjectKey | ListQuery) -> _ReadResult:
        if self._silent >= _MOST_SILENT:
            return _ReadResult(why=f"not requested: {self._silent} earlier requests got no answer")
        try:
            return self._list(request) if isinstance(request, ListQuery) else self._get(request)
        except api.ApiError as error:
            self._note_silence(error)
            return _ReadResult(why=_why(request, error))

    def _get(self, key: ObjectKey) -> _ReadResult:
        kind, namespace, name = key
        try:
            item = api.read_object(self._session, f"{list_path(kind, namespace)}/{quote(name, safe='')}")
        except api.ApiError as error:
            # a proxy's 404, or that of a server without this API, says nothing about the object
            if error.status == api.NOT_FOUND and str(error).endswith(" not found"):
                return _ReadResult()
            raise
        item.setdefault("kind", kind)
        item.setdefault("apiVersion", RESOURCES[kind][0])
        if _key(item) != key:
            return _ReadResult(why="could not be read: the server returned another object")
        _lean(item)
        return _ReadResult((item,))

    def _list(self, query: ListQuery) -> _ReadResult:
        selectors = {}
        if query.labels:
            selectors["labelSelector"] = query.labels
        if query.name:
            selectors["fieldSelector"] = f"metadata.name={query.name}"
        path = list_path(query.kind, query.namespace)
        if limit := _SOME.get(query.kind):
            fields = {"fieldSelector": "status.phase=Running"}
            listing = api.read_page(self._session, path, limit, **selectors, **fields)
        else:
            listing = api.read_list(self._session, path, api.everything, **selectors)
        items = _of_list(query.kind, listing)
        why = f"the list broke off after {len(listing.items)}: {listing.broken}" if listing.broken else None
        return _ReadResult(tuple(items), why)


def _of_list(kind: str, listing: api.Listing) -> list[JsonObject]:
    """The objects of a list that have a name, without what no check needs."""
    items = [item for item in objects_of(listing.items) if _key(item)[2]]
    for item in items:
        item["kind"] = kind
        item.setdefault("apiVersion", RESOURCES[kind][0])
        _lean(item)
    return items


def _key(item: JsonObject) -> ObjectKey:
    return text_of(item.get("kind")), *key_of(item)


def _why(request: ObjectKey | ListQuery, error: api.ApiError) -> str:
    """Why a request gave nothing; the server's own words only where they say more than verb and resource."""
    if error.status != api.FORBIDDEN:
        return f"could not be read: {error}"
    kind, namespace, _ = unread_key(request)
    resource, group = RESOURCES[kind][1], api_group(kind)
    verb = verb_of(request)
    place = " in all namespaces" if namespace == "*" else f" in namespace {namespace}"
    if kind in CLUSTER_KINDS:
        place = ""
    return f"not allowed to {verb} {resource}{place} (verb {verb}, resource {resource}{group and f'.{group}'})"


def _lean(item: JsonObject) -> None:
    """Takes out what no check needs; a secret keeps no annotation that may hold a copy of its values."""
    metadata = object_of(item.get("metadata"))
    managed = objects_of(metadata.pop("managedFields", None))
    if item.get("kind") == "Secret":
        # when a secret was last written tells how old its token is
        metadata["managedFields"] = [{"time": entry["time"]} for entry in managed if "time" in entry]
        annotations = object_of(metadata.pop("annotations", None))
        metadata["annotations"] = {
            name: value for name, value in annotations.items() if name.startswith(_SECRET_ANNOTATIONS)
        }

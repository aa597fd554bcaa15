"""Reads that may fail: what came, and why the rest could not be looked at; nothing here raises an ApiError."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from urllib.parse import quote

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.kinds import CLUSTER_KINDS, RESOURCES, api_group
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.pool import workers

#: Kind, namespace ("" for none, "*" for all) and name ("" for all), as in Snapshot.unread.
ObjectKey = tuple[str, str, str]

#: Kinds of which a list is only asked for some that run: what they prove, a few prove.
_SOME = {"Pod": 3}
#: Requests at once. A session's connection pool keeps five for each processor and throws more away with a warning.
_WORKERS = 5
#: Requests of one verb for one kind in one run; and lists through all namespaces, which cost the server most.
_MOST = 500
_MOST_EVERYWHERE = 50
#: Requests without any answer after which no more are sent: each may take the whole `--request-timeout`.
_MOST_SILENT = 3
#: A name that an object can have (k8s.io/apimachinery IsDNS1123Subdomain); nothing else stands in a path.
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\Z")
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
class ListQuery:
    """A list of objects to ask for."""

    #: The kind of the objects.
    kind: str
    #: The namespace, "*" for all.
    namespace: str
    #: A label selector, "" for any labels.
    labels: str = ""
    #: The name of the objects, "" for any.
    name: str = ""

    @property
    def unread(self) -> ObjectKey:
        """What can't be known of where the list could not be read."""
        return (self.kind, self.namespace, self.name)


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
        self._lock = Lock()
        self._silent = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that were asked for."""
        return frozenset(_kind(request) for request in self._asked)

    def missing(self, key: ObjectKey) -> bool:
        """Whether an object was asked for and doesn't exist."""
        return key in self._asked and key not in self.objects and key not in self.unread

    def leave_out(self, keys: Iterable[ObjectKey | ListQuery], why: str) -> None:
        """Says why objects that were not asked for are not there."""
        for key in keys:
            if not isinstance(key, ListQuery) and key not in self._asked:
                self.unread.setdefault(key, why)

    def read(self, requests: Iterable[ObjectKey | ListQuery]) -> bool:
        """Reads what was not asked for before; gives whether there was any."""
        new = list(self._new(requests))
        if not new:
            return False
        reading = self._session.progress.reading("what belongs to them")
        with reading as count, workers(min(_WORKERS, len(new))) as pool:
            results = list(pool.map(partial(self._counted, count), new))
        # single objects stand before what a list gives of them
        for request, result in sorted(zip(new, results, strict=True), key=lambda pair: isinstance(pair[0], ListQuery)):
            for item in result.items:
                self.objects.setdefault(_key(item), item)
            if result.why is not None:
                self.unread[_unread(request)] = result.why
        return True

    def _new(self, requests: Iterable[ObjectKey | ListQuery]) -> Iterator[ObjectKey | ListQuery]:
        for request in requests:
            if request in self._asked:
                continue
            self._asked.add(request)
            if not _can_exist(request):
                continue
            kind, verb = _kind(request), _verb(request)
            self._counts[kind, verb] += 1
            most = _MOST_EVERYWHERE if _unread(request)[1] == "*" else _MOST
            if self._counts[kind, verb] <= most:
                yield request
            else:
                why = f"left out: a run sends at most {most} requests to {verb} {RESOURCES[kind][1]}"
                self.unread[_unread(request)] = why

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
            if error.status is None:
                with self._lock:
                    self._silent += 1
            return _ReadResult(why=_why(request, error))

    def _get(self, key: ObjectKey) -> _ReadResult:
        kind, namespace, name = key
        try:
            item = api.read_object(self._session, f"{_path(kind, namespace)}/{quote(name, safe='')}")
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
        path = _path(query.kind, query.namespace)
        if limit := _SOME.get(query.kind):
            fields = {"fieldSelector": "status.phase=Running"}
            listing = api.read_page(self._session, path, limit, **selectors, **fields)
        else:
            listing = api.read_list(self._session, path, api.everything, **selectors)
        items = [item for item in objects_of(listing.items) if _key(item)[2]]
        for item in items:
            item["kind"] = query.kind
            item.setdefault("apiVersion", RESOURCES[query.kind][0])
            _lean(item)
        why = f"the list broke off after {len(listing.items)}: {listing.broken}" if listing.broken else None
        return _ReadResult(tuple(items), why)


def _kind(request: ObjectKey | ListQuery) -> str:
    return request.kind if isinstance(request, ListQuery) else request[0]


def _verb(request: ObjectKey | ListQuery) -> str:
    return "list" if isinstance(request, ListQuery) else "get"


def _unread(request: ObjectKey | ListQuery) -> ObjectKey:
    return request.unread if isinstance(request, ListQuery) else request


def _key(item: JsonObject) -> ObjectKey:
    return text_of(item.get("kind")), *key_of(item)


def _can_exist(request: ObjectKey | ListQuery) -> bool:
    """Whether there can be such names; one that is none never gets into a path or a selector."""
    kind, namespace, name = _unread(request)
    listed = isinstance(request, ListQuery)
    named = bool(_NAME.match(name)) or (listed and not name)
    return named and (kind in CLUSTER_KINDS or (listed and namespace == "*") or bool(_NAME.match(namespace)))


def _path(kind: str, namespace: str) -> str:
    version, resource = RESOURCES[kind]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    if kind in CLUSTER_KINDS or namespace == "*":
        return f"{root}/{resource}"
    return f"{root}/namespaces/{quote(namespace, safe='')}/{resource}"


def _why(request: ObjectKey | ListQuery, error: api.ApiError) -> str:
    """Why a request gave nothing; the server's own words only where they say more than verb and resource."""
    if error.status != api.FORBIDDEN:
        return f"could not be read: {error}"
    kind, namespace, _ = _unread(request)
    resource, group = RESOURCES[kind][1], api_group(kind)
    verb = _verb(request)
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

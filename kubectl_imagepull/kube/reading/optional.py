"""Reads that may fail: what came, and why the rest could not be looked at; nothing here raises an ApiError."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from urllib.parse import quote

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.snapshot import JsonObject, key_of, object_of, objects_of, text_of

#: Kind, namespace ("" for none, "*" for all) and name ("" for all), as in Snapshot.unread.
Key = tuple[str, str, str]

#: kind -> API version and resource. What docs/rbac.yaml allows is held to what is asked for.
_RESOURCES = {
    "Pod": ("v1", "pods"),
    "Secret": ("v1", "secrets"),
    "ServiceAccount": ("v1", "serviceaccounts"),
    "Node": ("v1", "nodes"),
    "ReplicationController": ("v1", "replicationcontrollers"),
    "ReplicaSet": ("apps/v1", "replicasets"),
    "Deployment": ("apps/v1", "deployments"),
    "StatefulSet": ("apps/v1", "statefulsets"),
    "DaemonSet": ("apps/v1", "daemonsets"),
    "ControllerRevision": ("apps/v1", "controllerrevisions"),
    "Job": ("batch/v1", "jobs"),
    "CronJob": ("batch/v1", "cronjobs"),
}
_CLUSTER_KINDS = frozenset({"Node"})
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


def api_group(kind: str) -> str | None:
    """The API group ("" for core) of a kind that can be read; None for any other."""
    version = _RESOURCES.get(kind, (None,))[0]
    return None if version is None else version.rpartition("/")[0]


@dataclass(frozen=True)
class Query:
    """A list of a kind in a namespace ("*" for all), selected by label or by name; `unread` is what it stands for."""

    kind: str
    namespace: str
    labels: str = ""
    name: str = ""

    @property
    def unread(self) -> Key:
        """What can't be known of where the list could not be read."""
        return (self.kind, self.namespace, self.name)


@dataclass(frozen=True)
class _Answer:
    """What a request gave; `why` is what is missing, None for nothing."""

    items: tuple[JsonObject, ...] = ()
    why: str | None = None

    def __repr__(self) -> str:
        return f"_Answer({len(self.items)} items, {self.why!r})"


class OptionalReads:
    """Reads objects and lists of one session, each once and several at a time.

    `objects` are those that came, by kind, namespace and name; `unread` says what could not be looked at, and why.
    """

    def __init__(self, session: Session) -> None:
        self.objects: dict[Key, JsonObject] = {}
        self.unread: dict[Key, str] = {}
        self._session = session
        self._asked: set[Key | Query] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()
        self._silent = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that were asked for."""
        return frozenset(_kind(request) for request in self._asked)

    def missing(self, key: Key) -> bool:
        """Whether an object was asked for and doesn't exist."""
        return key in self._asked and key not in self.objects and key not in self.unread

    def leave_out(self, keys: Iterable[Key | Query], why: str) -> None:
        """Says why objects that were not asked for are not there."""
        for key in keys:
            if not isinstance(key, Query) and key not in self._asked:
                self.unread.setdefault(key, why)

    def read(self, requests: Iterable[Key | Query]) -> bool:
        """Reads what was not asked for before; gives whether there was any."""
        new = list(self._new(requests))
        if not new:
            return False
        reading = self._session.progress.reading("what belongs to them")
        with reading as count, workers(min(_WORKERS, len(new))) as pool:

            def answered(request: Key | Query) -> _Answer:
                answer = self._answer(request)
                count(1)
                return answer

            answers = list(pool.map(answered, new))
        # single objects stand before what a list gives of them
        for request, answer in sorted(zip(new, answers, strict=True), key=lambda pair: isinstance(pair[0], Query)):
            for item in answer.items:
                self.objects.setdefault(_key(item), item)
            if answer.why is not None:
                self.unread[_unread(request)] = answer.why
        return True

    def _new(self, requests: Iterable[Key | Query]) -> Iterator[Key | Query]:
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
                why = f"left out: a run sends at most {most} requests to {verb} {_RESOURCES[kind][1]}"
                self.unread[_unread(request)] = why

    def _answer(self, request: Key | Query) -> _Answer:
        if self._silent >= _MOST_SILENT:
            return _Answer(why=f"not asked for: {self._silent} requests before it got no answer")
        try:
            return self._list(request) if isinstance(request, Query) else self._get(request)
        except api.ApiError as error:
            if error.status is None:
                with self._lock:
                    self._silent += 1
            return _Answer(why=_why(request, error))

    def _get(self, key: Key) -> _Answer:
        kind, namespace, name = key
        try:
            item = api.read_object(self._session, f"{_path(kind, namespace)}/{quote(name, safe='')}")
        except api.ApiError as error:
            # a proxy's 404, or that of a server without this API, says nothing about the object
            if error.status == api.NOT_FOUND and str(error).endswith(" not found"):
                return _Answer()
            raise
        item.setdefault("kind", kind)
        item.setdefault("apiVersion", _RESOURCES[kind][0])
        if _key(item) != key:
            return _Answer(why="could not be read: the server gave another object")
        _lean(item)
        return _Answer((item,))

    def _list(self, query: Query) -> _Answer:
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
            item.setdefault("apiVersion", _RESOURCES[query.kind][0])
            _lean(item)
        why = f"the list broke off after {len(listing.items)}: {listing.broken}" if listing.broken else None
        return _Answer(tuple(items), why)


def _kind(request: Key | Query) -> str:
    return request.kind if isinstance(request, Query) else request[0]


def _verb(request: Key | Query) -> str:
    return "list" if isinstance(request, Query) else "get"


def _unread(request: Key | Query) -> Key:
    return request.unread if isinstance(request, Query) else request


def _key(item: JsonObject) -> Key:
    return text_of(item.get("kind")), *key_of(item)


def _can_exist(request: Key | Query) -> bool:
    """Whether there can be such names; one that is none never gets into a path or a selector."""
    kind, namespace, name = _unread(request)
    listed = isinstance(request, Query)
    named = bool(_NAME.match(name)) or (listed and not name)
    return named and (kind in _CLUSTER_KINDS or (listed and namespace == "*") or bool(_NAME.match(namespace)))


def _path(kind: str, namespace: str) -> str:
    version, resource = _RESOURCES[kind]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    if kind in _CLUSTER_KINDS or namespace == "*":
        return f"{root}/{resource}"
    return f"{root}/namespaces/{quote(namespace, safe='')}/{resource}"


def _why(request: Key | Query, error: api.ApiError) -> str:
    """Why a request gave nothing; the server's own words only where they say more than verb and resource."""
    if error.status != api.FORBIDDEN:
        return f"could not be read: {error}"
    kind, namespace, _ = _unread(request)
    resource, group = _RESOURCES[kind][1], api_group(kind)
    verb = _verb(request)
    place = "" if kind in _CLUSTER_KINDS else " in all namespaces" if namespace == "*" else f" in namespace {namespace}"
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

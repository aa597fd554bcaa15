"""Short lists that take the place of many requests: each request is a way to the server and back.

A list of all owners in a large namespace would cost more than it saves, so only its first page is read. Where that is
all of it, it answers every question about its kind there; else only what stands on it is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kubectl_imagepull.kube.kinds import CLUSTER_KINDS, RESOURCES
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey, kind_of, unread_key
from kubectl_imagepull.kube.selector import SelectorError, parse_selector

#: So many objects stand on the page that is read.
LONGEST_SHARED = 150
#: More requests than this about a kind in one namespace are asked as a list; and in more namespaces than this, as one
#: list of all namespaces.
_FEW = 3
#: Secrets are read one by one, for a list of them takes the right to read them all; pods may be very many.
_LISTED = frozenset(RESOURCES) - CLUSTER_KINDS - {"Secret", "ConfigMap", "Pod"}


#: A kind and a namespace.
Place = tuple[str, str]


def covers(query: ListQuery, request: ObjectKey | ListQuery) -> bool:
    """Whether a list of this kind and place may answer a request."""
    kind, namespace, _ = unread_key(request)
    return query.kind == kind and query.namespace in {namespace, "*"} and namespace != "*"


class SharedLists:
    """The lists that came so far, and what they say of single requests."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], dict[str, JsonObject]] = {}
        self._whole: set[tuple[str, str]] = set()
        self._asked: set[ListQuery] = set()
        self._refused: dict[tuple[str, str], str] = {}

    def lists_for(self, requests: Iterable[ObjectKey | ListQuery], ahead: Iterable[Place] = ()) -> list[ListQuery]:
        """The lists that may take the place of requests, of all namespaces or of one; each is given once.

        `ahead` are places about which more will be asked.
        """
        counts = Counter(unread_key(request)[:2] for request in self._open(requests))
        counts.update({place: _FEW + 1 for place in ahead if not self._is_whole(*place)})
        spread = Counter(kind for kind, _ in counts)
        everywhere = self._new(ListQuery(kind, "*") for kind, namespaces in spread.items() if namespaces > _FEW)
        left = {kind for kind in spread if ListQuery(kind, "*") not in everywhere}
        return [
            *everywhere,
            *self._new(
                ListQuery(kind, namespace)
                for (kind, namespace), count in counts.items()
                if count > _FEW and kind in left
            ),
        ]

    def add(self, query: ListQuery, items: Iterable[JsonObject], *, is_whole: bool) -> None:
        """Takes what came of a list."""
        for item in items:
            namespace, name = key_of(item)
            self._items.setdefault((query.kind, namespace), {})[name] = item
        if is_whole:
            self._whole.add((query.kind, query.namespace))

    def refuse(self, query: ListQuery, why: str) -> None:
        """Takes that a list may not be read: then no part of it may be listed either."""
        self._refused[query.kind, query.namespace] = why

    def why_refused(self, request: ObjectKey | ListQuery) -> str | None:
        """Why a list can't be read that is a part of one that was refused; None where none was."""
        return self._refused.get(unread_key(request)[:2]) if isinstance(request, ListQuery) else None

    def answer(self, request: ObjectKey | ListQuery) -> tuple[JsonObject, ...] | None:
        """The objects that a request would give; None where the lists don't tell."""
        kind, namespace, name = unread_key(request)
        items = self._items.get((kind, namespace), {})
        if not isinstance(request, ListQuery) and name in items:
            return (items[name],)
        if not self._is_whole(kind, namespace):
            return None
        if not isinstance(request, ListQuery):
            return ()
        try:
            selector = parse_selector(request.labels)
        except SelectorError:
            return None  # the server says what is wrong with it
        labels = ((item, object_of(object_of(item.get("metadata")).get("labels"))) for item in items.values())
        return tuple(item for item, own in labels if selector.matches(own))

    def _is_whole(self, kind: str, namespace: str) -> bool:
        return (kind, namespace) in self._whole or (kind, "*") in self._whole

    def _open(self, requests: Iterable[ObjectKey | ListQuery]) -> Iterable[ObjectKey | ListQuery]:
        return (
            request
            for request in requests
            if kind_of(request) in _LISTED and unread_key(request)[1] != "*" and self.answer(request) is None
        )

    def _new(self, queries: Iterable[ListQuery]) -> list[ListQuery]:
        wanted = [query for query in queries if query not in self._asked]
        self._asked.update(wanted)
        return wanted

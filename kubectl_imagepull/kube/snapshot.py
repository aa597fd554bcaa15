"""What both a live cluster and a recording give: plain objects by kind, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from kubectl_imagepull.kube.objects import JsonObject

#: The options, each with its value ("" if it takes none), by which a kubectl command comes to one cluster; none for the
#: one that it takes anyway.
Reach = tuple[tuple[str, str], ...]
#: What objects that hold a revision of a Helm release are called in a snapshot, secrets and ConfigMaps alike: they are
#: asked for as such alone, and are no pull secrets.
HELM_REVISION = "HelmRevision"
#: What objects of an operator's kinds are called in a snapshot, whatever kind they say they are.
CUSTOM_RESOURCE = "CustomResource"
_Index = TypeVar("_Index", bound="SnapshotIndex")


class SourceError(Exception):
    """The cluster or recording could not be read at all; the text (one each, of several) says what to do next."""


class NoClusterError(SourceError):
    """No cluster is named anywhere; the text says how to name one."""


@dataclass(frozen=True)
class Skipped:
    """Something that could not be looked at, and why: a result that reaches the report."""

    #: What it is.
    what: str
    #: Why it could not be looked at.
    why: str
    #: Whether failures may be missing for it, so that the run has read its subject only in part.
    partly: bool = True
    #: `why` in a few words, for what stands below every table of a large cluster; empty where `why` is short itself.
    short: str = ""
    #: Whether a document that lists it tells enough of it, and standard error doesn't say it again: nothing that was
    #: asked for is missing.
    told_once: bool = False


@dataclass(frozen=True)
class Source:
    """Where a snapshot came from."""

    #: `cluster` or `recording`.
    kind: str
    #: The context's name, of several clusters all their names, or the paths of a recording as the user gave them.
    name: str
    #: The namespace, of several clusters the one that they share; None for all.
    namespace: str | None = None
    #: What leads kubectl commands to this cluster.
    reach: Reach = ()
    #: The namespaces, where several were asked for; none for one or all.
    namespaces: tuple[str, ...] = ()
    #: The sources of several clusters.
    clusters: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """Objects as they were at one time, and what is missing."""

    #: Where they came from.
    source: Source
    #: The objects by kind (`Pod`, `Event`, `ReplicaSet` ...). A kind that was not looked at is absent; one that was
    #: looked at and is empty is an empty sequence.
    objects: Mapping[str, Sequence[JsonObject]] = field(repr=False)
    #: The time that counts as now.
    now: datetime
    #: What could not be looked at.
    skipped: tuple[Skipped, ...] = field(default=())
    #: Why single objects could not be looked at, by kind, namespace ("" for none, "*" for all) and name ("" for all).
    unread: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    #: How many pods were looked at where only those are held that are not ready, None where all are held.
    total: int | None = None
    #: Whether it is a recording of what was asked of a cluster by name: what it doesn't hold may exist all the same.
    selective: bool = False
    #: What was made of the objects to find them by, by its class; `replace` begins anew.
    _indexes: dict[type[SnapshotIndex], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def pods(self) -> Sequence[JsonObject]:
        """The pods, all phases."""
        return self.objects.get("Pod", ())

    @property
    def events(self) -> Sequence[JsonObject]:
        """The events, core/v1 or events.k8s.io/v1."""
        return self.objects.get("Event", ())

    @property
    def pods_seen(self) -> int:
        """How many pods were looked at, those that run well and were not read whole among them."""
        return len(self.pods) if self.total is None else self.total

    @property
    def is_selective(self) -> bool:
        """Whether only what failing pods name was asked for: what isn't held may exist all the same."""
        return self.selective or self.source.kind == "cluster"

    def why_unread(self, kind: str, namespace: str, name: str) -> str | None:
        """Why an object could not be looked at; None if it was, and then it stands in `objects` or doesn't exist."""
        for key in ((kind, namespace, name), (kind, namespace, ""), (kind, "*", "")):
            if key in self.unread:
                return self.unread[key]
        if kind in self.objects:
            return None
        return f"the {self.source.kind} was read without {kind}s"

    def indexed(self, index: type[_Index]) -> _Index:
        """An index of this snapshot: made once, and kept with it."""
        if index not in self._indexes:
            self._indexes[index] = index(self)
        made: _Index = self._indexes[index]
        return made

    def with_objects(
        self,
        objects: Mapping[str, Sequence[JsonObject]],
        unread: Mapping[tuple[str, str, str], str],
        skipped: Sequence[Skipped] = (),
    ) -> Snapshot:
        """The snapshot with other objects, and with more that was skipped; an index stays where its kinds do."""
        other = replace(self, objects=objects, unread=unread, skipped=(*self.skipped, *skipped))
        for index, made in self._indexes.items():
            if all(objects.get(kind) is self.objects.get(kind) for kind in index.kinds):
                other._indexes[index] = made  # noqa: SLF001 - it is of the same class
        return other


class SnapshotIndex(Protocol):
    """What is made of a snapshot to find its objects by."""

    #: The kinds of objects that it is made of.
    kinds: ClassVar[frozenset[str]]

    def __init__(self, snapshot: Snapshot) -> None:
        """Looks through the snapshot."""


def without_secrets(snapshot: Snapshot, why: str) -> Snapshot:
    """The snapshot as if no secret and no Helm release had been looked at, for the reason given."""
    secret = ("Secret", HELM_REVISION)
    objects = {kind: items for kind, items in snapshot.objects.items() if kind not in secret}
    unread = {key: reason for key, reason in snapshot.unread.items() if key[0] not in secret}
    return replace(snapshot, objects=objects, unread={**unread, ("Secret", "*", ""): why})

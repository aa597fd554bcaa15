"""What both a live cluster and a recording give: plain objects by kind, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kubectl_imagepull.kube.objects import JsonObject

#: The flags, each with its value ("" if it takes none), by which a kubectl command comes to one cluster; none for the
#: one that it takes anyway.
Reach = tuple[tuple[str, str], ...]


class SourceError(Exception):
    """The cluster or recording could not be read at all; the text (one each, of several) says what to do next."""


class NoClusterError(SourceError):
    """No cluster is named anywhere; the text says how to name one."""


@dataclass(frozen=True)
class Skipped:
    """Something that could not be looked at, and why: a result that reaches the report.

    `partly` says that failures may be missing for it, so that the run has read its subject only in part; `short` is
    `why` in a few words, for what stands below every table of a large cluster.
    """

    what: str
    why: str
    partly: bool = True
    short: str = ""


@dataclass(frozen=True)
class Source:
    """Where a snapshot came from.

    `kind` is `cluster` or `recording`; `name` the context's name or the paths as the user gave them;
    `namespace` is None for all namespaces; `reach` leads kubectl commands to this cluster. A report on several clusters
    has their sources in `clusters`; its `name` is all their names then, its `namespace` the one that they share.
    """

    kind: str
    name: str
    namespace: str | None = None
    reach: Reach = ()
    clusters: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """Objects by kind (`Pod`, `Event`, `ReplicaSet` ...), the time that counts as now, and what is missing.

    A kind that was not looked at is absent from `objects`; one that was looked at and is empty is an empty sequence.
    `unread` holds single objects that could not be looked at, by kind, namespace ("" for none, "*" for all) and name
    ("" for all), with the reason. `total` is how many pods were looked at where only those are held that are not ready,
    None where all are held.
    """

    source: Source
    objects: Mapping[str, Sequence[JsonObject]] = field(repr=False)
    now: datetime
    skipped: tuple[Skipped, ...] = field(default=())
    unread: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    total: int | None = None

    @property
    def pods_seen(self) -> int:
        """How many pods were looked at, those that run well and were not read whole among them."""
        return len(self.pods) if self.total is None else self.total

    @property
    def pods(self) -> Sequence[JsonObject]:
        """The pods, all phases."""
        return self.objects.get("Pod", ())

    def why_unread(self, kind: str, namespace: str, name: str) -> str | None:
        """Why an object could not be looked at; None if it was, and then it stands in `objects` or doesn't exist."""
        for key in ((kind, namespace, name), (kind, namespace, ""), (kind, "*", "")):
            if key in self.unread:
                return self.unread[key]
        if kind in self.objects:
            return None
        return f"the {self.source.kind} was read without {kind}s"

    @property
    def events(self) -> Sequence[JsonObject]:
        """The events, core/v1 or events.k8s.io/v1."""
        return self.objects.get("Event", ())


def without_secrets(snapshot: Snapshot, why: str) -> Snapshot:
    """The snapshot as if no secret had been looked at, for the reason given."""
    objects = {kind: items for kind, items in snapshot.objects.items() if kind != "Secret"}
    unread = {key: reason for key, reason in snapshot.unread.items() if key[0] != "Secret"}
    return replace(snapshot, objects=objects, unread={**unread, ("Secret", "*", ""): why})

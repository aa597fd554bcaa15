"""What a recording of ours says of itself: which scope was read, when, and what could not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, text_of
from kubectl_imagepull.kube.snapshot import Skipped

#: The field of the list that holds it, behind the items: a file that was cut off is still read as any other list.
HEAD = "recording"
#: The annotation of an object that isn't read as what its kind says: its value is the kind in a snapshot.
READ_AS = "kubectl-imagepull/read-as"
_FORMAT = 1
#: Stands below a report in which pseudonyms are.
PSEUDONYMS_STAND = Skipped(
    "names",
    "the recording has pseudonyms for names, in commands too: whoever has its key file reads it with --key KEYFILE",
    partly=False,
    short="pseudonyms; --key KEYFILE turns them back",
)


@dataclass(frozen=True)
class RecordingHead:
    """What is known of a recording beside its objects."""

    #: The time that counted as now.
    now: datetime
    #: The program and version that made it.
    made_by: str = ""
    #: The one namespace that was read; None for several or all.
    namespace: str | None = None
    #: The label selector of the pods that were read; "" for all.
    selector: str = ""
    #: The pods and workloads that were asked for, as they were written.
    targets: tuple[str, ...] = ()
    #: The kinds that were looked at, those of which there is nothing too.
    kinds: tuple[str, ...] = ()
    #: How many pods were looked at where only those are held that are not ready; None where all are held.
    total: int | None = None
    #: Whether a cluster was asked only for what failing pods name.
    selective: bool = False
    #: What could not be looked at.
    skipped: tuple[Skipped, ...] = ()
    #: Why single objects could not be looked at, by kind, namespace and name, as a snapshot has them.
    unread: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    #: The id of the key that turns the names in it back; "" where they are the cluster's own.
    pseudonyms: str = ""

    def document(self) -> JsonObject:
        """It as JSON."""
        return {
            "format": _FORMAT,
            "madeBy": self.made_by,
            "now": self.now.isoformat(),
            "namespace": self.namespace,
            "selector": self.selector,
            "targets": list(self.targets),
            "kinds": list(self.kinds),
            "total": self.total,
            "selective": self.selective,
            "skipped": [
                {"what": one.what, "why": one.why, "partly": one.partly, "short": one.short, "toldOnce": one.told_once}
                for one in self.skipped
            ],
            "unread": [
                {"kind": kind, "namespace": namespace, "name": name, "why": why}
                for (kind, namespace, name), why in self.unread.items()
            ],
        }


#: Gives a document its own names again; its head tells the key that it needs.
NameRestoration = Callable[[object, RecordingHead | None], object]


def read_head(document: object) -> RecordingHead | None:
    """The head of a list that we wrote; None for any other document, or a head that can't be relied on."""
    head = object_of(object_of(document).get(HEAD))
    now = parse_time(head.get("now"))
    if now is None or head.get("format") != _FORMAT:
        return None
    total = head.get("total")
    return RecordingHead(
        now=now,
        made_by=text_of(head.get("madeBy")),
        namespace=text_of(head.get("namespace")) or None,
        selector=text_of(head.get("selector")),
        targets=tuple(_texts(head.get("targets"))),
        kinds=tuple(_texts(head.get("kinds"))),
        total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        selective=head.get("selective") is True,
        skipped=tuple(
            Skipped(
                text_of(one.get("what")),
                text_of(one.get("why")),
                partly=one.get("partly") is not False,
                short=text_of(one.get("short")),
                told_once=one.get("toldOnce") is True,
            )
            for one in objects_of(head.get("skipped"))
        ),
        unread={
            (text_of(one.get("kind")), text_of(one.get("namespace")), text_of(one.get("name"))): text_of(one.get("why"))
            for one in objects_of(head.get("unread"))
        },
        pseudonyms=text_of(head.get("pseudonyms")),
    )


def merged_head(heads: Sequence[RecordingHead]) -> RecordingHead | None:
    """The head of several recordings that are read as one; None for none."""
    if len(heads) < 2:  # noqa: PLR2004 - one stands as it is
        return heads[0] if heads else None
    namespaces = {one.namespace for one in heads}
    totals = [one.total for one in heads]
    return RecordingHead(
        now=max(one.now for one in heads),
        namespace=heads[0].namespace if len(namespaces) == 1 else None,
        kinds=tuple(dict.fromkeys(kind for one in heads for kind in one.kinds)),
        total=None if None in totals else sum(filter(None, totals)),
        selective=any(one.selective for one in heads),
        skipped=tuple(dict.fromkeys(skipped for one in heads for skipped in one.skipped)),
        unread={key: why for one in heads for key, why in one.unread.items()},
    )


def snapshot_kind(item: JsonObject) -> str:
    """What an object is read as where that isn't its kind; "" for all others."""
    return text_of(object_of(object_of(item.get("metadata")).get("annotations")).get(READ_AS))


def _texts(value: object) -> Iterator[str]:
    return filter(None, map(text_of, value if isinstance(value, list) else []))

"""A recording -> snapshot: files of objects and lists, dumps, must-gathers, support bundles, standard input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import chain
from mmap import mmap
from typing import BinaryIO, TextIO

from kubectl_imagepull import COMMAND
from kubectl_imagepull.kube.claimed_times import decoded, holds_future, recorded_now, set_future_aside
from kubectl_imagepull.kube.documents.documents import read_documents
from kubectl_imagepull.kube.events import EventList, heads_of
from kubectl_imagepull.kube.kinds import CLUSTER_KINDS
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.objects import JsonObject, TimedObject, object_of, text_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.recording.collector import KEPT_KINDS, Collector
from kubectl_imagepull.kube.recording.files import STDIN, STDIN_NAME, display, read_files
from kubectl_imagepull.kube.recording.head import (
    HEAD,
    PSEUDONYMS_STAND,
    NameRestoration,
    RecordingHead,
    merged_head,
    read_head,
)
from kubectl_imagepull.kube.selector import Selector, parse_selector
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source, SourceError

#: How to make a recording that holds what is needed.
EXPORT = f"{COMMAND} record FILE -A"
#: Recordings of fewer bytes are decoded as a whole.
_LARGE = 2 << 20
_MEGABYTE = 1_000_000
#: Names listed in an error's text.
_MOST_NAMED = 8
#: Files or parts of files that could not be read, named one by one.
_MOST_SKIPPED = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def read_recording(  # noqa: PLR0913 - paths, what is wanted of them, and three that most callers leave out
    paths: Sequence[str],
    *,
    namespace: str | None = None,
    selector: str | None = None,
    stdin: BinaryIO | TextIO | None = None,
    progress: Progress | None = None,
    key: str | None = None,
) -> Snapshot:
    """Reads everything that can be read from the paths; what can't is `skipped`.

    Without `namespace` all namespaces count. `selector` is a label selector for pods, as `kubectl get -l` has it; with
    either, only events of the pods that remain are given. Now is what a recording of ours says, else the newest time
    that the objects bear out (1970 if they hold none); times after it are set aside. `progress` is told of each
    megabyte that was read. `key` is the path of a key that turns the pseudonyms of a recording back into names, as if
    it never had any.
    Raises SourceError if there are no pods, or nothing of the namespace, in it, or another key is needed, and
    SelectorError.
    """
    wanted = parse_selector(selector or "")
    name = ", ".join(STDIN_NAME if path == STDIN else display(path) for path in paths)
    collector = Collector()
    heads: list[RecordingHead | None] = []
    documents = _Documents(collector, heads, _names_of(key))
    skipped: list[Skipped] = []
    with paused_collection():
        for path in dict.fromkeys(paths):
            what = STDIN_NAME if path == STDIN else display(path)
            with (progress or Progress()).reading(f"megabytes of {what}") as count:
                skipped += _read(path, stdin, documents, _Megabytes(count).add)
    skipped = [*_first_of(skipped, name), *_first_of(collector.skipped, name)]
    if collector.unread_pods:
        skipped.append(Skipped("pods", f"{collector.unread_pods} not read: their containers or statuses are damaged"))
    objects: Mapping[str, Sequence[JsonObject]] = collector.objects()
    # `kubectl get pods` of a namespace without any is a list without items
    is_empty = collector.has_empty_list and not collector.found and not skipped
    head = merged_head([one for one in heads if one])
    is_ours = head is not None and None not in heads
    if not objects.get("Pod") and not is_empty and not (is_ours and not skipped):
        raise SourceError(_without_pods(name, collector.found, skipped))
    # a recording reads the same for ever
    now = head.now if head and is_ours else recorded_now(objects) or _EPOCH
    if holds_future(collector.times, now):
        objects = collector.whole_objects()
    looked_at = (item for item in decoded(objects) if not isinstance(item, TimedObject))
    skipped += set_future_aside(looked_at, now, live=is_ours)
    unseen = _unseen(head, heads, has_names=documents.with_names is not None)
    if head:
        objects = {**dict.fromkeys(head.kinds, ()), **objects}
    if namespace is not None and not (head and head.namespace == namespace):
        fault = _namespace_fault(name, namespace, objects)
        if fault:
            raise SourceError(fault)
    is_selected = namespace is not None or bool(wanted.requirements)
    if is_selected:
        objects = _select(objects, (namespace,) if namespace is not None else (), wanted)
    return Snapshot(
        Source(
            "recording", ", ".join(display(path) for path in paths), namespace or (head.namespace if head else None)
        ),
        objects,
        now,
        (*unseen, *skipped),
        head.unread if head else {},
        head.total if head and is_ours and not is_selected else None,
        selective=bool(head and head.selective),
    )


class _Megabytes:
    """Counts bytes, and tells of each full megabyte."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell, self._bytes = tell, 0

    def add(self, count: int) -> None:
        before, self._bytes = self._bytes, self._bytes + count
        self._tell(self._bytes // _MEGABYTE - before // _MEGABYTE)


def _names_of(key: str | None) -> NameRestoration | None:
    if key is None:
        return None
    from kubectl_imagepull.kube.recording.pseudonym_key import with_names

    return with_names(key)


@dataclass(frozen=True)
class _Documents:
    """Where the documents of a recording go."""

    #: Takes their objects.
    collector: Collector
    #: Their heads, None for a list of others'.
    heads: list[RecordingHead | None]
    #: Turns pseudonyms back into names; None where there is no key.
    with_names: NameRestoration | None

    def add(self, document: object, name: str) -> None:
        read = document if self.with_names is None else self.with_names(document, read_head(document))
        self.heads.append(read_head(read))
        self.collector.add(read, name)

    def add_large(self, data: bytes | bytearray | mmap, name: str) -> bool:
        """Takes a list of a large recording; False for what isn't one, or has to be decoded as a whole."""
        # names stand in any text of an object
        if self.collector.bytes_read <= _LARGE or self.with_names is not None:
            return False
        # loading what reads large files takes longer than reading a small one
        from kubectl_imagepull.kube.recording.large_lists import cut_list

        large = cut_list(data)
        if large is None:
            return False
        self.heads.append(read_head({HEAD: large.recording}))
        self.collector.add_items(large.items(self.collector.times, self.collector.shared), large.kind, name)
        return True


def _read(
    path: str, stdin: BinaryIO | TextIO | None, recording: _Documents, tell: Callable[[int], None]
) -> list[Skipped]:
    """Adds the documents of a path; gives what could not be read."""
    skipped: list[Skipped] = []
    for file in read_files(path, stdin, tell):
        if isinstance(file, Skipped):
            skipped.append(file)
            continue
        name, data = file
        recording.collector.bytes_read += len(data)
        if path != STDIN:
            tell(len(data))
        if not isinstance(data, str) and recording.add_large(data, name):
            del data, file
            continue
        documents = read_documents(data, KEPT_KINDS)
        # hundreds of megabytes, of which the documents need nothing
        del data, file
        skipped += [Skipped(name, fault) for fault in documents.faults[:_MOST_NAMED]]
        if len(documents.faults) > _MOST_NAMED:
            skipped.append(Skipped(name, f"{len(documents.faults) - _MOST_NAMED} more places in it could not be read"))
        for document in documents.values:
            recording.add(document, name)
    return skipped


def _unseen(head: RecordingHead | None, heads: Sequence[RecordingHead | None], *, has_names: bool) -> list[Skipped]:
    """What the recordings themselves say of what is missing in them; names too, where they are pseudonyms."""
    unseen = [one for one in head.skipped if one != PSEUDONYMS_STAND] if head else []
    has_pseudonyms = any(one and (one.pseudonyms or PSEUDONYMS_STAND in one.skipped) for one in heads)
    return [*unseen, PSEUDONYMS_STAND] if has_pseudonyms and not has_names else unseen


def _first_of(skipped: Sequence[Skipped], name: str) -> Sequence[Skipped]:
    """What could not be read, and where that is very much, the first of it and how much more there is."""
    more = len(skipped) - _MOST_SKIPPED
    if more <= 0:
        return skipped
    return [*skipped[:_MOST_SKIPPED], Skipped(name, f"{more} more files or parts of files in it could not be read")]


def _without_pods(name: str, found: Counter[str], skipped: Sequence[Skipped]) -> str:
    counts = [f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in found.most_common(_MOST_NAMED)]
    if counts:
        fault = f"{name} has no pods (found: {', '.join(counts)})"
    elif not skipped:
        fault = f"{name} has no Kubernetes objects"
    else:
        fault = f"nothing could be read from {name}"
    if skipped:
        place = "" if skipped[0].what == name else f"{skipped[0].what} "
        more = f", and {len(skipped) - 1} more" if len(skipped) > 1 else ""
        fault += f": {place}{skipped[0].why}{more}"
    return f"{fault}; export them with: {EXPORT}" if counts else f"{fault}; make a recording with: {EXPORT}"


def only_namespaces(snapshot: Snapshot, namespaces: Sequence[str]) -> Snapshot:
    """Of a recording the pods of several namespaces and what bears on them; one that isn't in it is `skipped`.

    Raises SourceError where none of them is in it.
    """
    faults = {one: _namespace_fault(snapshot.source.name, one, snapshot.objects) for one in namespaces}
    missing = [Skipped(f"namespace {one}", fault) for one, fault in faults.items() if fault]
    if len(missing) == len(faults):
        raise SourceError("; ".join(one.why for one in missing))
    return replace(
        snapshot,
        source=replace(snapshot.source, namespaces=tuple(namespaces)),
        objects=_select(snapshot.objects, namespaces, parse_selector("")),
        skipped=(*snapshot.skipped, *missing),
        total=None,
    )


def _namespace_fault(name: str, namespace: str, objects: Mapping[str, Sequence[JsonObject]]) -> str:
    """Why nothing of a namespace can be shown; "" where a recording has it."""
    namespaces = {head.key[0] for head in heads_of(objects.get("Event", ()))}
    others = (items for kind, items in objects.items() if kind != "Event")
    namespaces |= {text_of(object_of(item.get("metadata")).get("namespace")) for item in chain.from_iterable(others)}
    namespaces |= {item["metadata"]["name"] for item in objects.get("Namespace", ())}
    if namespace in namespaces:
        return ""
    known = sorted(namespaces - {""})
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    held = f"it holds {', '.join(known[:_MOST_NAMED])}{more}" if known else "it holds none"
    return f'no namespace "{namespace}" in {name}: {held}'


def _select(
    objects: Mapping[str, Sequence[JsonObject]], namespaces: Collection[str], selector: Selector
) -> dict[str, Sequence[JsonObject]]:
    """Keeps the pods that are asked for, their events, and of other kinds what belongs to the namespaces; none: all."""
    selected: dict[str, Sequence[JsonObject]] = {
        kind: [
            item
            for item in items
            if kind in CLUSTER_KINDS or not namespaces or item["metadata"].get("namespace") in namespaces
        ]
        for kind, items in objects.items()
        if kind != "Event"
    }
    pods = [pod for pod in selected.get("Pod", ()) if selector.matches(object_of(pod["metadata"].get("labels")))]
    selected["Pod"] = pods
    if "Event" in objects:
        names = {(pod["metadata"].get("namespace", ""), pod["metadata"]["name"]) for pod in pods}
        heads = [head for head in heads_of(objects["Event"]) if head.pod in names]
        is_lazy = isinstance(objects["Event"], EventList)
        selected["Event"] = EventList(heads) if is_lazy else [head.event for head in heads]
    return selected

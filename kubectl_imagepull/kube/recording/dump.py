"""A recording -> snapshot: files of objects and lists, dumps, must-gathers, support bundles, standard input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from itertools import chain
from typing import BinaryIO, TextIO

from kubectl_imagepull import COMMAND
from kubectl_imagepull.kube.claimed_times import recorded_now, set_future_aside
from kubectl_imagepull.kube.documents.documents import read_documents
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.kinds import CLUSTER_KINDS
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.kube.recording.collector import KEPT_KINDS, Collector
from kubectl_imagepull.kube.recording.files import STDIN, STDIN_NAME, display, read_files
from kubectl_imagepull.kube.recording.head import (
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
#: Names listed in an error's text.
_MOST_NAMED = 8
#: Files or parts of files that could not be read, named one by one.
_MOST_SKIPPED = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def read_recording(
    paths: Sequence[str],
    *,
    namespace: str | None = None,
    selector: str | None = None,
    stdin: BinaryIO | TextIO | None = None,
    key: str | None = None,
) -> Snapshot:
    """Reads everything that can be read from the paths; what can't is `skipped`.

    Without `namespace` all namespaces count. `selector` is a label selector for pods, as `kubectl get -l` has it; with
    either, only events of the pods that remain are given. Now is what a recording of ours says, else the newest time
    that the objects bear out (1970 if they hold none); times after it are set aside. `key` is the path of a key that
    turns the pseudonyms of a recording back into names, as if it never had any.
    Raises SourceError if there are no pods, or nothing of the namespace, in it, or another key is needed, and
    SelectorError.
    """
    wanted = parse_selector(selector or "")
    name = ", ".join(STDIN_NAME if path == STDIN else display(path) for path in paths)
    collector = Collector()
    heads: list[RecordingHead | None] = []
    with_names = _names_of(key)
    skipped: list[Skipped] = []
    with paused_collection():
        for path in dict.fromkeys(paths):
            skipped += _read(path, stdin, collector, heads, with_names)
    skipped = [*_first_of(skipped, name), *_first_of(collector.skipped, name)]
    objects = collector.objects()
    # `kubectl get pods` of a namespace without any is a list without items
    is_empty = collector.has_empty_list and not collector.found and not skipped
    head = merged_head([one for one in heads if one])
    is_ours = head is not None and None not in heads
    if not objects.get("Pod") and not is_empty and not (is_ours and not skipped):
        raise SourceError(_without_pods(name, collector.found, skipped))
    # a recording reads the same for ever
    now = head.now if head and is_ours else recorded_now(objects) or _EPOCH
    skipped += set_future_aside(chain.from_iterable(objects.values()), now, live=is_ours)
    unseen = _unseen(head, heads, has_names=with_names is not None)
    if head:
        objects = {**dict.fromkeys(head.kinds, ()), **objects}
    if namespace is not None and not (head and head.namespace == namespace):
        _check_namespace(name, namespace, objects)
    is_selected = namespace is not None or bool(wanted.requirements)
    if is_selected:
        objects = _select(objects, namespace, wanted)
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


def _names_of(key: str | None) -> NameRestoration | None:
    if key is None:
        return None
    from kubectl_imagepull.kube.recording.pseudonym_key import with_names

    return with_names(key)


def _read(
    path: str,
    stdin: BinaryIO | TextIO | None,
    collector: Collector,
    heads: list[RecordingHead | None],
    with_names: NameRestoration | None,
) -> list[Skipped]:
    """Adds the documents of a path to the collector and their heads, None for a list of others', to `heads`."""
    skipped: list[Skipped] = []
    for file in read_files(path, stdin):
        if isinstance(file, Skipped):
            skipped.append(file)
            continue
        name, data = file
        documents = read_documents(data, KEPT_KINDS)
        # hundreds of megabytes, of which the documents need nothing
        del data, file
        skipped += [Skipped(name, fault) for fault in documents.faults[:_MOST_NAMED]]
        if len(documents.faults) > _MOST_NAMED:
            skipped.append(Skipped(name, f"{len(documents.faults) - _MOST_NAMED} more places in it could not be read"))
        for document in documents.values:
            read = document if with_names is None else with_names(document, read_head(document))
            heads.append(read_head(read))
            collector.add(read, name)
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


def _check_namespace(name: str, namespace: str, objects: Mapping[str, Sequence[JsonObject]]) -> None:
    namespaces = {text_of(object_of(item.get("metadata")).get("namespace")) for item in chain(*objects.values())}
    namespaces |= {item["metadata"]["name"] for item in objects.get("Namespace", ())}
    if namespace not in namespaces:
        known = sorted(namespaces - {""})
        more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
        held = f"it holds {', '.join(known[:_MOST_NAMED])}{more}" if known else "it holds none"
        raise SourceError(f'no namespace "{namespace}" in {name}: {held}')


def _select(
    objects: Mapping[str, Sequence[JsonObject]], namespace: str | None, selector: Selector
) -> dict[str, Sequence[JsonObject]]:
    """Keeps the pods that are asked for, their events, and of other kinds what belongs to the namespace."""
    selected: dict[str, Sequence[JsonObject]] = {
        kind: [
            item for item in items if kind in CLUSTER_KINDS or namespace in (None, item["metadata"].get("namespace"))
        ]
        for kind, items in objects.items()
    }
    pods = [pod for pod in selected.get("Pod", ()) if selector.matches(object_of(pod["metadata"].get("labels")))]
    selected["Pod"] = pods
    if "Event" in selected:
        names = {(pod["metadata"].get("namespace", ""), pod["metadata"]["name"]) for pod in pods}
        selected["Event"] = [event for event in objects["Event"] if pod_of(event) in names]
    return selected

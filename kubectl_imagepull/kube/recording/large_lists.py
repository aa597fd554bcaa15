"""Large JSON lists: cut into their items first, and of each item no more decoded than is looked at.

msgspec cuts the text. It takes what JSON's grammar allows and nothing more; whatever it refuses, and whatever json
would read in another way, is left to kube/documents. A pod that is up keeps what tells that its images are there; an
event keeps what it is found by, and is decoded where it is asked for.
"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, Raw
from msgspec.json import Decoder

from kubectl_imagepull.kube.documents.json_documents import read_json
from kubectl_imagepull.kube.events import EventHead, normalise_event
from kubectl_imagepull.kube.objects import (
    JsonObject,
    TimedObject,
    list_items,
    number_of_version,
    parse_time,
    without_unread,
)
from kubectl_imagepull.kube.recording.large_items import (
    CutDocument,
    EventSubject,
    ItemHead,
    LeanPod,
    PodSpecHead,
    PodStatusHead,
    SharedParts,
    StateTimes,
    StatusHead,
)

#: What is looked at of a text at once, to know whether it is UTF-8.
_BLOCK = 1 << 20
#: json refuses integers of more than 4,300 digits, which msgspec skips: in one stand eight of these places in a row.
_PLACES = 512
_DIGITS = re.compile(rb"[0-9]{8,}")
_LONG_NUMBER = re.compile(rb"[0-9]{3584}")
#: After a look at so many items the pages that were read of a mapped file are given back.
_RELEASED = 10_000
_UP = frozenset({"Running", "Succeeded"})
_KUBELET = frozenset({"kubelet"})
_OF_KUBELET = frozenset({"Pod", "Node"})
_REFUSED = (msgspec.DecodeError, RecursionError)

_documents = Decoder(CutDocument)
_heads = Decoder(ItemHead)
_specs = Decoder(PodSpecHead)
_lean_pods = Decoder(LeanPod)
_shared_parts = Decoder(SharedParts)
_anything = Decoder()


def cut_list(data: bytes | bytearray | mmap.mmap) -> LargeList | None:
    """Cuts the one list that a text is into its items; None for a text that is anything else, or damaged."""
    if not _is_utf8(data) or _has_long_number(data):
        return None
    try:
        document = _documents.decode(data)
    except (*_REFUSED, UnicodeDecodeError):
        return None
    if not document.items or (document.kind and not document.kind.endswith("List")):
        return None
    return LargeList(document, data)


class LargeList:
    """A list that was cut into its items."""

    def __init__(self, document: CutDocument, data: bytes | bytearray | mmap.mmap) -> None:
        #: The kind of all items; "" where each says its own.
        self.kind = (document.kind or "").removesuffix("List")
        #: What a recording of ours says of itself; None in any other list.
        self.recording = document.recording
        self._version = document.api_version or "v1"
        self._items = document.items
        self._data = data
        self._looked_at = 0

    def items(self, times: dict[str, datetime | None], shared: dict[Any, Any]) -> Iterator[Any]:
        """Each item: an EventHead, a TimedObject, or as json decodes it.

        All times in those of the first two kinds are put into `times`, by the text that they were read from, and into
        `shared` what many objects have alike, also of several lists.
        """
        for raw in self._items:
            yield self._item(raw, times, shared)
            self._count()
        self._items = []
        self._give_back()

    def whole(self, raw: Raw) -> Any:
        """An item with all its fields, and the kind and API version that a typed list says only once."""
        self._count()
        return self._completed(_decoded(raw))

    def _completed(self, item: Any) -> Any:
        if not (isinstance(item, dict) and item.get("kind")):
            list_items({"kind": self.kind, "apiVersion": self._version, "items": [item]})
        return item

    def _count(self) -> None:
        """Gives back the pages of a mapped file from time to time; they come again where they are needed."""
        self._looked_at += 1
        if self._looked_at % _RELEASED == 0:
            self._give_back()

    def _give_back(self) -> None:
        if isinstance(self._data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._data.madvise(mmap.MADV_DONTNEED)

    def _item(self, raw: Raw, times: dict[str, datetime | None], shared: dict[Any, Any]) -> Any:
        try:
            head = _heads.decode(raw)
        except _REFUSED:
            return self.whole(raw)
        kind = head.kind or self.kind
        if kind == "Event" and self._is_plain_event(head):
            return RecordedEvent(self, raw, head, times, shared)
        return self._pod(raw, head, times, shared) if kind == "Pod" else self.whole(raw)

    def _is_plain_event(self, head: ItemHead) -> bool:
        """Whether an event is of the core's API and has its fields only."""
        version = head.api_version or ("v1" if head.kind else self._version)
        return (
            version == "v1"
            and head.status is None
            and head.metadata.name != ""
            and head.regarding is UNSET
            and head.note is UNSET
            and head.deprecated_count is UNSET
            and head.reporting_controller is UNSET
            and head.deprecated_source is UNSET
            and head.deprecated_first_timestamp is UNSET
            and head.deprecated_last_timestamp is UNSET
        )

    def _pod(self, raw: Raw, head: ItemHead, times: dict[str, datetime | None], shared: dict[Any, Any]) -> _RecordedPod:
        """A pod and the newest time in it, of one that is up only what tells of its images."""
        metadata, status = head.metadata, head.status
        texts = {metadata.creation_timestamp}
        if status is not None:
            _add_times(status, texts)
        is_up = status is not None and _is_up(status, raw)
        decoded: Any = _lean(raw) if is_up else None
        if decoded is None:
            decoded = _decoded(raw)
            without_unread(decoded)
        _share(decoded, raw, shared, lean=is_up)
        pod = _RecordedPod(self._completed(decoded))
        pod.written, pod.raw, pod.source = _newest(texts, times), raw, self
        if metadata.managed_fields:
            _newest([writer.time for writer in metadata.managed_fields], times)
        return pod


class _RecordedPod(TimedObject):
    """A pod of a large list."""

    __slots__ = ("raw", "source")

    raw: Raw
    source: LargeList

    def whole(self) -> JsonObject:
        item: JsonObject = self.source.whole(self.raw)
        return item


class RecordedEvent(EventHead):
    """An event of a large list, which is decoded where it is asked for."""

    __slots__ = ("_raw", "_source")

    def __init__(
        self, source: LargeList, raw: Raw, head: ItemHead, times: dict[str, datetime | None], shared: dict[Any, Any]
    ) -> None:
        self._source, self._raw = source, raw
        metadata, subject = head.metadata, head.involved_object or EventSubject()
        namespace = "" if metadata.namespace is UNSET else metadata.namespace
        # very many events have the same ones
        namespace = shared.setdefault(namespace, namespace)
        self.key = (namespace, metadata.name, metadata.uid or "")
        self.rank = (False, number_of_version(metadata.resource_version))
        self.reason = shared.setdefault(head.reason, head.reason or "")
        self.uid = shared.setdefault(subject.uid, subject.uid or "")
        place, self.pod = subject.namespace or "", None
        if subject.kind == "Pod" and subject.name is not None and namespace in {"", place}:
            pod = (place, subject.name)
            self.pod = shared.setdefault(pod, pod)
        names = ("writers", (head.source and head.source.component) or "", head.reporting_component or "")
        if names not in shared:
            shared[names] = frozenset(names[1:]) - {""}
        self.writers = shared[names]
        last = head.series.last_observed_time if head.series else None
        claimed = _newest((head.event_time, head.first_timestamp, head.last_timestamp, last), times)
        is_of_kubelet = self.writers <= _KUBELET and subject.kind in _OF_KUBELET
        self.claimed = claimed if is_of_kubelet else None
        self.written = _newest((metadata.creation_timestamp,), times)
        if metadata.managed_fields:
            _newest([writer.time for writer in metadata.managed_fields], times)

    @property
    def event(self) -> JsonObject:
        """The event, anew each time."""
        item: JsonObject = self._source.whole(self._raw)
        # of the fields that the newer API calls differently it has none
        if "series" in item:
            normalise_event(item)
        return item


def _add_times(status: PodStatusHead, texts: set[str | None]) -> None:
    """Adds the times that a pod's status holds."""
    texts.add(status.start_time)
    for condition in status.conditions or ():
        texts.add(condition.last_transition_time)
        texts.add(condition.last_heartbeat_time)
        texts.add(condition.last_probe_time)
        texts.add(condition.last_update_time)
    for container in _containers(status):
        for state in (container.state, container.last_state):
            for one in (state.running, state.terminated, state.waiting) if state else ():
                if isinstance(one, StateTimes):
                    texts.add(one.started_at)
                    texts.add(one.finished_at)


def _containers(status: PodStatusHead) -> Iterator[StatusHead]:
    yield from status.container_statuses or ()
    yield from status.init_container_statuses or ()
    yield from status.ephemeral_container_statuses or ()


def _is_up(status: PodStatusHead, raw: Raw) -> bool:
    """Whether all containers of a pod have begun, and one of its spec runs unless the pod is done."""
    running: set[str | None] = set()
    for container in _containers(status):
        state = container.state
        if state is None or state.waiting is not UNSET or not (state.running or state.terminated):
            return False
        if state.running:
            running.add(container.name)
    if status.phase == "Succeeded":
        return True
    try:
        spec = _specs.decode(raw).spec
    except _REFUSED:
        return False
    return status.phase in _UP and spec is not None and any(one.name in running for one in spec.containers or ())


def _has_long_number(data: bytes | bytearray | mmap.mmap) -> bool:
    for place in _DIGITS.finditer(data[::_PLACES]):
        if _LONG_NUMBER.search(data[place.start() * _PLACES : place.end() * _PLACES]):
            return True
    return False


def _is_utf8(data: bytes | bytearray | mmap.mmap) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            block = data[start : start + _BLOCK]
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _newest(texts: Iterable[str | None], times: dict[str, datetime | None]) -> datetime | None:
    newest: datetime | None = None
    for text in texts:
        if text:
            if text not in times:
                times[text] = parse_time(text)
            time = times[text]
            if time is not None and (newest is None or time > newest):
                newest = time
    return newest


def _share(pod: JsonObject, raw: Raw, shared: dict[Any, Any], *, lean: bool) -> None:
    """Puts into a pod what pods of its workload have alike, as one value for all of them; that is half of a pod."""
    try:
        parts = _shared_parts.decode(raw)
    except _REFUSED:
        return
    metadata, spec = parts.metadata, parts.spec
    fields = [
        ("metadata", "labels", metadata.labels),
        ("metadata", "annotations", metadata.annotations),
        ("metadata", "ownerReferences", metadata.owner_references),
    ]
    if spec is not None:
        # a pod that is up doesn't need its volumes
        fields += [("spec", "tolerations", spec.tolerations), ("spec", "volumes", UNSET if lean else spec.volumes)]
    for part, name, value in fields:
        if value is not UNSET:
            text = bytes(value)
            if text not in shared:
                shared[text] = _decoded(value)
            pod[part][name] = shared[text]


def _lean(raw: Raw) -> LeanPod | None:
    try:
        return _lean_pods.decode(raw)
    except _REFUSED:
        return None


def _decoded(raw: Raw) -> Any:
    """The whole item, as json decodes it."""
    try:
        return _anything.decode(raw)
    except _REFUSED:
        # NaN, and surrogates that stand alone
        documents, _ = read_json(bytes(raw).decode())
        return documents[0] if documents else None

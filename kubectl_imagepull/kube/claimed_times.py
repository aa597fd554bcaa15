"""Times that objects claim: which of them may be now, and which lie in its future and count for nothing.

What tells the time best is what the API server and the kubelet write: when an object was made, and a pod's or node's
status. An event's time is its writer's word, and managedFields can be written by whoever changes the object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from kubectl_imagepull.kube.events import EventList, HeldEvent, writers_of
from kubectl_imagepull.kube.objects import JsonObject, TimedObject, key_of, object_of, objects_of, parse_time, text_of
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.wording import counted

#: Times further from all others than this are one object's own. A kubelet that works reports its node every five
#: minutes (nodeStatusReportFrequency), so beside its reports an hour is long.
_FAR = timedelta(days=1)
_FAR_WITH_NODES = timedelta(hours=1)
#: So long may nothing happen in a cluster.
_QUIET = timedelta(days=366)
#: What lies so far after now is in the future: clocks differ a little.
_SLACK = timedelta(hours=1)
#: The same in a live cluster, where now is the clock of this machine, which may be any.
_SLACK_OF_MACHINES = timedelta(days=1)
#: Years that no time which counts has (LATEST in objects.py).
_BEYOND = re.compile(r"(?:22(?:6[2-9]|[7-9]\d)|2[3-9]\d\d|[3-9]\d{3})-")
_STATE_TIMES = ("startedAt", "finishedAt")
_EVENT_TIMES = ("eventTime", "firstTimestamp", "lastTimestamp")
_CONDITION_TIMES = ("lastTransitionTime", "lastHeartbeatTime", "lastProbeTime", "lastUpdateTime")
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
#: So many objects that claim one time are as good as any number of them: each is borne out by another.
_WITNESSES_ALIKE = 2
#: A field of an object, by the object or part of one that holds it.
_Field = tuple[JsonObject, str]


@dataclass(frozen=True)
class _TimeWitness:
    """The newest time that one object has of one kind."""

    #: The time.
    time: datetime
    #: Which object it is, as a number.
    item: int
    #: The object's namespace, "" for none.
    namespace: str
    #: Whether the API server or the kubelet wrote it into the object, where no tenant can; else an event claims it.
    written: bool
    #: Whether such a time comes again and again while a cluster lives: a working node's report, a kubelet's event.
    recurring: bool
    #: Whether it is a working node's report.
    of_node: bool


def recorded_now(objects: Mapping[str, Sequence[JsonObject]]) -> datetime | None:
    """The time at which a recording was made: the newest that the other objects don't leave alone; None for none.

    One object's time counts if another's is near, or if nothing speaks against it: neither what recurs in a living
    cluster and ends long before it, nor that it is further from all others than these from each other. What events
    claim is borne out by what the API server or the kubelet wrote, or by events of another namespace, where there are
    several.
    """
    witnesses = sorted(_witnesses(objects), key=lambda one: one.time, reverse=True)
    return _newest_supported(witnesses)


def holds_future(times: Mapping[str, datetime | None], now: datetime) -> bool:
    """Whether one of the times lies after now; each comes with the text that it was read from."""
    limit = now + _SLACK
    return any(time > limit if time else _BEYOND.match(text) is not None for text, time in times.items())


def decoded(objects: Mapping[str, Sequence[JsonObject]]) -> Iterator[JsonObject]:
    """The objects that aren't just heads of events."""
    for items in objects.values():
        if isinstance(items, EventList):
            yield from (head.event for head in items.heads if isinstance(head, HeldEvent))
        else:
            yield from items


def set_future_aside(objects: Iterable[JsonObject], now: datetime, *, live: bool = False) -> list[Skipped]:
    """Takes times that lie after now out of objects, in place; gives what has to be said of it.

    An object that claims such a time in its metadata tells nothing about its age any more: all those times go. In a
    `live` cluster `now` is this machine's clock, beside which counts what the API server itself wrote last.
    """
    items = list(objects)
    if live:
        made = (parse_time(object_of(item.get("metadata")).get("creationTimestamp")) for item in items)
        now = max([now, *(time for time in made if time)])
    limit = now + (_SLACK_OF_MACHINES if live else _SLACK)
    parsed: dict[str, datetime | None] = {}
    changed = [item for item in items if _set_aside(item, limit, parsed)]
    if not changed:
        return []
    namespace, name = map(shown, key_of(changed[0]))
    example = f"{shown(text_of(changed[0].get('kind'))).lower()} {namespace}{namespace and '/'}{name}"
    why = f"{counted(len(changed), 'object')} with times after {now:%Y-%m-%d %H:%M} UTC, such as {example}"
    return [Skipped("times in the future", f"they prove nothing and were ignored: {why}", partly=False, told_once=True)]


def _set_aside(item: JsonObject, limit: datetime, parsed: dict[str, datetime | None]) -> bool:
    """Takes an object's times after the limit out of it; gives whether there were any."""
    metadata = list(_metadata_fields(item))
    if not any(_is_late(field, limit, parsed) for field in metadata):
        metadata = []
    late = [field for field in (*_status_fields(item), *_event_fields(item)) if _is_late(field, limit, parsed)]
    for holder, name in (*metadata, *late):
        holder.pop(name, None)
    return bool(metadata or late)


def _is_late(field: _Field, limit: datetime, parsed: dict[str, datetime | None]) -> bool:
    time = _time_in(field, parsed)
    # what lies beyond all times that count is no time, and late all the same
    return time > limit if time else _BEYOND.match(text_of(field[0].get(field[1]))) is not None


class _NearWitnesses:
    """The witnesses whose time is near the one that is looked at."""

    def __init__(self) -> None:
        self._written: set[int] = set()
        self._claims: dict[str, set[int]] = {}

    def add(self, one: _TimeWitness) -> None:
        (self._written if one.written else self._claims.setdefault(one.namespace, set())).add(one.item)

    def remove(self, one: _TimeWitness) -> None:
        (self._written if one.written else self._claims[one.namespace]).discard(one.item)

    def bear_out(self, one: _TimeWitness, *, several_namespaces: bool) -> bool:
        """Whether another object's time speaks for this one."""
        if len(self._written) > (one.item in self._written):
            return True
        own = self._claims.get(one.namespace, set())
        if any(claims and claims is not own for claims in self._claims.values()):
            return True
        # a tenant's events don't bear each other out
        return (one.written or not several_namespaces) and len(own) > (one.item in own)


def _newest_supported(witnesses: Sequence[_TimeWitness]) -> datetime | None:
    """The newest time of witnesses, which come newest first, that the others don't leave alone."""
    far = _FAR_WITH_NODES if any(one.of_node for one in witnesses) else _FAR
    several = len({one.namespace for one in witnesses} - {""}) > 1
    last_recurring = max((place for place, one in enumerate(witnesses) if one.recurring), default=-1)
    near, end = _NearWitnesses(), 0
    for one in witnesses:
        while end < len(witnesses) and one.time - witnesses[end].time <= far:
            near.add(witnesses[end])
            end += 1
        if near.bear_out(one, several_namespaces=several):
            return one.time
        # with nobody near it is believed unless what is older speaks against it
        if last_recurring < end and not _speak_against(witnesses, end, one):
            return one.time
        near.remove(one)
    return None


def _speak_against(witnesses: Sequence[_TimeWitness], start: int, one: _TimeWitness) -> bool:
    """Whether those from a place on are of several objects, and nearer to each other than one's time is to them."""
    others = range(start, len(witnesses))
    if not any(witnesses[place].item != witnesses[start].item for place in others):
        return False
    gap = one.time - witnesses[start].time
    # the only node is a clock by itself, also where nothing has happened for months
    return gap > (_QUIET if one.of_node else witnesses[start].time - witnesses[-1].time)


# -- which times there are -------------------------------------------------------------------------------------------


def _witnesses(objects: Mapping[str, Sequence[JsonObject]]) -> Iterator[_TimeWitness]:
    parsed: dict[str, datetime | None] = {}
    alike: dict[tuple[str, datetime | None, datetime | None], int] = {}
    heads = chain.from_iterable(items.heads for items in objects.values() if isinstance(items, EventList))
    timed = [head for head in heads if not isinstance(head, HeldEvent)]
    for number, head in enumerate(timed):
        namespace = head.key[0]
        said = namespace, head.written, head.claimed
        # what two objects say alike, a third one that says it too doesn't change
        if (times := alike.get(said, 0)) < _WITNESSES_ALIKE:
            alike[said] = times + 1
            if head.written:
                yield _TimeWitness(head.written, number, namespace, written=True, recurring=False, of_node=False)
            if head.claimed:
                yield _TimeWitness(head.claimed, number, namespace, written=False, recurring=True, of_node=False)
    for number, item in enumerate(decoded(objects), len(timed)):
        namespace = key_of(item)[0]
        if isinstance(item, TimedObject):
            said = namespace, item.written, item.written
            if item.written and (times := alike.get(said, 0)) < 2 * _WITNESSES_ALIKE:
                alike[said] = times + 1
                yield _TimeWitness(item.written, number, namespace, written=True, recurring=False, of_node=False)
            continue
        made = [(object_of(item.get("metadata")), "creationTimestamp")]
        if written := _newest([*made, *_status_fields(item)], parsed):
            works = item.get("kind") == "Node" and _is_ready(item)
            yield _TimeWitness(written, number, namespace, written=True, recurring=works, of_node=works)
        # a kubelet signs its events; in recordings that were cut down none may be signed
        if _is_of_kubelet(item) and (claimed := _newest(_event_fields(item), parsed)):
            yield _TimeWitness(claimed, number, namespace, written=False, recurring=True, of_node=False)


def _newest(fields: Iterable[_Field], parsed: dict[str, datetime | None]) -> datetime | None:
    return max((time for field in fields if (time := _time_in(field, parsed))), default=None)


def _time_in(field: _Field, parsed: dict[str, datetime | None]) -> datetime | None:
    """The time in a field; each text is read once, for most of a large recording's are alike."""
    text = field[0].get(field[1])
    if not isinstance(text, str):
        return None
    if text not in parsed:
        parsed[text] = parse_time(text)
    return parsed[text]


def _is_ready(node: JsonObject) -> bool:
    conditions = objects_of(object_of(node.get("status")).get("conditions"))
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def _is_of_kubelet(item: JsonObject) -> bool:
    if item.get("kind") != "Event" or writers_of(item) - {"kubelet"}:
        return False
    return text_of(object_of(item.get("involvedObject")).get("kind")) in {"Pod", "Node"}


def _metadata_fields(item: JsonObject) -> Iterator[_Field]:
    metadata = object_of(item.get("metadata"))
    yield metadata, "creationTimestamp"
    yield from ((entry, "time") for entry in objects_of(metadata.get("managedFields")))


def _status_fields(item: JsonObject) -> Iterator[_Field]:
    status = object_of(item.get("status"))
    yield status, "startTime"
    for condition in objects_of(status.get("conditions")):
        yield from ((condition, name) for name in _CONDITION_TIMES)
    for statuses in _STATUSES:
        for container in objects_of(status.get(statuses)):
            for state in ("state", "lastState"):
                for detail in object_of(container.get(state)).values():
                    yield from ((object_of(detail), name) for name in _STATE_TIMES)


def _event_fields(item: JsonObject) -> Iterator[_Field]:
    if item.get("kind") == "Event":
        yield from ((item, name) for name in _EVENT_TIMES)
        yield object_of(item.get("series")), "lastObservedTime"

"""Keeps a reading of a live cluster current: what its watches tell is applied to the pods and events that it holds.

A watch goes on from the last resource version that it saw, and where that is too old (410) everything is read again:
https://kubernetes.io/docs/reference/using-api/api-concepts/.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from kubectl_imagepull.kube.claimed_times import set_future_aside
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.listings import lean, usable_objects
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.reading.watch_health import WatchHealth
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, SourceError

#: Seconds before a watch that ended badly is begun again: the first time, and at most.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 10.0
#: Seconds between two readings where watching isn't allowed.
POLL = 10.0
#: A watch that goes on for so many seconds and brings nothing is as good as one that does.
_A_WHILE = 5.0
_PODS, _EVENTS = "pods", "events"
#: Events that may come before the pod's status says anything; of pods that are not held no others are kept.
_EARLY = frozenset({"Failed", "FailedCreatePodSandBox", "FailedToRetrieveImagePullSecret", "InspectFailed"})
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
#: So many pods that departed are remembered.
_MOST_DEPARTED = 1000
_Key = tuple[str, str]


@dataclass(frozen=True)
class DepartedPods:
    """Pods that were held and aren't any more."""

    #: The uids of those that were deleted.
    deleted: frozenset[str] = frozenset()
    #: Those that came to run.
    working: tuple[JsonObject, ...] = ()


class WatchedCluster:
    """The pods of a scope and their events, as they are now; `read` reads them from the beginning.

    Of a reading that holds only pods that may fail, only such pods are kept; of a whole one all are.
    """

    def __init__(self, session: Session, scope: PodScope, read: Callable[[], Snapshot]) -> None:
        self._session = session
        self._scope = scope
        self._read = read
        self._lock = Lock()
        self._changed = Event()
        self._ended = Event()
        self._broken: dict[str, str] = {}
        self._not_allowed: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._pods: dict[_Key, JsonObject] = {}
        self._deleted: dict[str, None] = {}
        self._working: dict[str, JsonObject] = {}
        self._events: dict[_Key, dict[_Key, JsonObject]] = {}
        self._set_aside: list[Skipped] = []
        self._base = self._begin()

    def start(self) -> None:
        """Begins to watch; the threads end with the program, or soon after `close`."""
        for what in (_PODS, _EVENTS):
            if what == _EVENTS and "Event" not in self._base.objects:
                continue  # they may not be read, which the snapshot says
            Thread(target=self._follow, args=(what,), daemon=True).start()

    def close(self) -> None:
        """Stops watching."""
        self._ended.set()

    def wait(self, seconds: float) -> bool:
        """Waits until something has changed since the last snapshot, at most so long; gives whether it has."""
        return self._changed.wait(seconds)

    @property
    def health(self) -> WatchHealth:
        """What is wrong with the watches."""
        with self._lock:
            broken, not_allowed = (dict.fromkeys(kind.values()) for kind in (self._broken, self._not_allowed))
            return WatchHealth(tuple(broken), tuple(not_allowed))

    @property
    def departed(self) -> DepartedPods:
        """The pods that departed lately."""
        with self._lock:
            return DepartedPods(frozenset(self._deleted), tuple(self._working.values()))

    def snapshot(self) -> Snapshot:
        """What is known now."""
        with self._lock:
            self._changed.clear()
            base = self._base
            pods = [self._pods[key] for key in sorted(self._pods)]
            events = [event for key in sorted(self._pods) for event in self._events.get(key, {}).values()]
        objects = {**base.objects, "Pod": pods}
        if "Event" in base.objects:
            objects["Event"] = events
        skipped = tuple(dict.fromkeys((*base.skipped, *self._set_aside)))
        return replace(base, objects=objects, now=datetime.now(timezone.utc), skipped=skipped)

    # -- reading from the beginning ----------------------------------------------------------------------------------

    def _begin(self) -> Snapshot:
        """Reads everything; what happens from the versions on, which are asked for before, comes by the watches."""
        versions = {what: version for what in (_PODS, _EVENTS) if (version := self._version(what))}
        base = self._read()
        with self._lock:
            before, self._pods = self._pods, {key_of(pod): pod for pod in base.pods}
            if base.total is None:
                # all are there: what was held and isn't is gone
                held = {_uid(pod) for pod in self._pods.values()}
                for pod in before.values():
                    if _uid(pod) not in held:
                        self._remember(pod, gone=True)
            self._base = base
            self._versions = versions
            self._events = {}
            for event in base.events:
                self._keep_event(event)
            self._changed.set()
        return base

    def _version(self, what: str) -> str | None:
        """The resource version to watch from; None where the list can't be read: reading it says why."""
        try:
            return api.read_version(self._session, self._scope.path(what), **self._query(what))
        except api.ApiError:
            return None

    def _query(self, what: str) -> dict[str, str]:
        return self._scope.pods() if what == _PODS else {"fieldSelector": "involvedObject.kind=Pod"}

    # -- watching ----------------------------------------------------------------------------------------------------

    def _follow(self, what: str) -> None:
        wait = _FIRST_WAIT
        while not self._ended.is_set():
            try:
                began = monotonic()
                came = self._watch(what)
                if monotonic() - began > _A_WHILE:
                    wait = _FIRST_WAIT
                    continue
                # one that ends at once is begun again after a pause, whatever it brought
                wait = _FIRST_WAIT if came else wait
            except api.ApiError as error:
                if error.status == api.FORBIDDEN:
                    break
                self._say(what, "" if error.status == api.GONE else f"the watch of {what} ended ({error})")
                if error.status == api.GONE:
                    self._read_again(what)
            self._ended.wait(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        with self._lock:
            place = self._scope.place
            self._not_allowed[what] = f"not allowed to watch {what} {place} (verb watch): read every {POLL:.0f} s"
            self._changed.set()
        self._say(what, "")
        while not self._ended.wait(POLL):
            if self._read_again(what):
                self._say(what, "")

    def _watch(self, what: str) -> bool:
        """Applies what a watch gives until the server ends it; gives whether anything changed."""
        with self._lock:
            version = self._versions.get(what)
        if version is None:
            raise api.ApiError("its version is unknown", api.GONE)
        came = False
        for change in api.watch(self._session, self._scope.path(what), version, **self._query(what)):
            came = came or change.get("type") != "BOOKMARK"
            self._say(what, "")
            self._apply(what, text_of(change.get("type")), object_of(change.get("object")))
            if self._ended.is_set():
                break
        return came

    def _read_again(self, what: str) -> bool:
        """Reads everything again; gives whether that was possible."""
        try:
            self._begin()
        except SourceError as error:
            self._say(what, str(error))
            return False
        return True

    def _say(self, what: str, broken: str) -> None:
        """Notes why a watch is broken; nothing for one that works."""
        with self._lock:
            if self._broken.pop(what, "") != broken:
                self._changed.set()
            if broken:
                self._broken[what] = broken

    def _apply(self, what: str, kind: str, item: JsonObject) -> None:
        version = text_of(object_of(item.get("metadata")).get("resourceVersion"))
        with self._lock:
            if version:
                self._versions[what] = version
            if kind == "BOOKMARK":
                return
            objects, _ = usable_objects(lean([item]), "Pod" if what == _PODS else "Event")
            # the last such object is the example for all
            self._set_aside = set_future_aside(objects, datetime.now(timezone.utc), live=True) or self._set_aside
            for one in objects:
                changed = (
                    self._apply_pod(one, gone=kind == "DELETED")
                    if what == _PODS
                    else self._apply_event(one, gone=kind == "DELETED")
                )
                if changed:
                    self._changed.set()

    def _apply_pod(self, pod: JsonObject, *, gone: bool) -> bool:
        key = key_of(pod)
        known = self._pods.get(key)
        if known is not None and _number(known) > _number(pod):
            return False  # the reading saw a later one
        if gone or (self._base.total is not None and not may_fail(pod)):
            self._events.pop(key, None)
            held = self._pods.pop(key, None) is not None
            if held or _uid(pod) in self._working:
                self._remember(pod, gone=gone)
            return held
        if known is not None and _uid(known) != _uid(pod):
            self._remember(known, gone=True)
        self._pods[key] = pod
        return True

    def _remember(self, pod: JsonObject, *, gone: bool) -> None:
        """Notes that a pod departed; of the last ones only, for a watch may go on for days."""
        uid = _uid(pod)
        self._working.pop(uid, None)
        if gone:
            self._deleted[uid] = None
        else:
            self._working[uid] = pod
        for kept in (self._deleted, self._working):
            if len(kept) > _MOST_DEPARTED:
                del kept[next(iter(kept))]

    def _apply_event(self, event: JsonObject, *, gone: bool) -> bool:
        about = pod_of(event)
        if about is None:
            return False
        if gone:
            return self._events.get(about, {}).pop(key_of(event), None) is not None
        if about not in self._pods and text_of(event.get("reason")) not in _EARLY:
            return False
        self._keep_event(event)
        return about in self._pods

    def _keep_event(self, event: JsonObject) -> None:
        if about := pod_of(event):
            known = self._events.setdefault(about, {})
            earlier = known.get(key_of(event))
            if earlier is None or _number(earlier) <= _number(event):
                known[key_of(event)] = event


def merge_snapshots(snapshots: list[Snapshot], source: Snapshot) -> Snapshot:
    """Several scopes' snapshots as one, from where another came from."""
    kinds = dict.fromkeys(kind for one in snapshots for kind in one.objects)
    objects: dict[str, list[JsonObject]] = {
        kind: [item for one in snapshots for item in one.objects.get(kind, ())] for kind in kinds
    }
    skipped: dict[Skipped, None] = dict.fromkeys(skipped for one in snapshots for skipped in one.skipped)
    return Snapshot(source.source, objects, datetime.now(timezone.utc), tuple(skipped))


def may_fail(pod: JsonObject) -> bool:
    """Whether a pod has a container that waits, or hasn't begun: one that runs or is done has its image."""
    status = object_of(pod.get("status"))
    if status.get("phase") != "Running":
        return status.get("phase") != "Succeeded"
    states = [object_of(one.get("state")) for name in _STATUSES for one in objects_of(status.get(name))]
    return any(not state or "waiting" in state for state in states)


def _uid(pod: JsonObject) -> str:
    return text_of(object_of(pod.get("metadata")).get("uid"))


def _number(item: JsonObject) -> int:
    """A resource version as a number, which the server's are; 0 for anything else."""
    version: Any = object_of(item.get("metadata")).get("resourceVersion")
    return int(version) if isinstance(version, str) and version.isascii() and version.isdecimal() else 0

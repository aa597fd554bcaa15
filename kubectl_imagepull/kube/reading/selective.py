"""The failing pods of a large scope, without reading the rest. docs/performance.md says why none is missed.

Three requests go side by side: the pods that neither run nor are done, whole; a Table of those that run, whose READY
column names every pod with a container that is not ready; the events that say that something failed. What the last two
leave open is read pod by pod. Where a selector hides how many pods there are, a fourth one counts those that are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.listings import broken_list, events_unread, usable_objects
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.reading.pod_table import PodRow, PodTable
from kubectl_imagepull.kube.reading.pods_and_events import PodsAndEvents
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.selective_requests import SelectiveRequests
from kubectl_imagepull.kube.silent_status import hides_failure, is_about_image, waits_for_sandbox
from kubectl_imagepull.kube.snapshot import Skipped

#: One pod costs the server as much as five do in a list of all: with more to read than that, the list is read.
_ONE_BY_ONE = 5
_FEW = 200
#: Up to so many namespaces are asked for events one by one: the server reads all events of what it is asked for.
_FEW_NAMESPACES = 40
_FEW_PODS = 50
#: Answers of servers, and of what stands before them, that don't know a field selector or a Table.
_UNKNOWN_HERE = frozenset({400, 405, 406, 415, 501})
_EPHEMERAL = "spec.ephemeralContainers{"
_T = TypeVar("_T")
_Key = tuple[str, str]


class NotHereError(Exception):
    """The server doesn't take a request of this plan; the text is its reason."""


@dataclass
class _Collected:
    """What has come so far."""

    #: The pods that were read whole, by namespace and name.
    pods: dict[_Key, JsonObject] = field(default_factory=dict)
    #: The events by the pod that they are about, whether that was read or not.
    events: dict[_Key, list[JsonObject]] = field(default_factory=dict)
    #: What could not be looked at.
    skipped: list[Skipped] = field(default_factory=list)

    def add_pods(self, items: Iterable[Any]) -> None:
        pods, skipped = usable_objects(items, "Pod")
        self.pods.update((key_of(pod), pod) for pod in pods)
        self.skipped += skipped

    def add_events(self, items: Iterable[Any]) -> None:
        """Takes events; those of a pod that came before are not taken twice."""
        events, skipped = usable_objects(items, "Event")
        self.skipped += skipped
        for event in events:
            if about := pod_of(event):
                known = self.events.setdefault(about, [])
                if all(key_of(event) != key_of(one) for one in known):
                    known.append(event)


def read_selectively(session: Session, scope: PodScope, there: int | None = None) -> PodsAndEvents:
    """Reads every pod that may have a failed pull, and what events say about those.

    `there` is how many pods there are, None if that isn't known. Raises ApiError where no pods could be read, and
    NotHereError where the server can't be asked like this.
    """
    return _SelectiveReading(session, scope, there).read()


class _SelectiveReading:
    """One reading of one scope."""

    def __init__(self, session: Session, scope: PodScope, there: int | None) -> None:
        self._session = session
        self._scope = scope
        self._requests = SelectiveRequests(session, scope)
        self._there = there
        self._complete = True
        self._collected = _Collected()

    def read(self) -> PodsAndEvents:
        with workers(4) as pool:
            done = pool.submit(self._requests.done_table) if self._there is None else None
            waiting = pool.submit(self._requests.pods_not_running)
            running = pool.submit(self._running)
            failed = pool.submit(self._requests.failed_events)
            if self._session.meanwhile:
                self._session.meanwhile()
            listing, (table, unready) = self._pods_of(waiting, running)
            events = self._events_of(failed)
        self._collected.add_pods(listing.items)
        self._collected.skipped += broken_list("pods", listing)
        self._complete = self._complete and listing.broken is None
        not_running = len(self._collected.pods)
        self._take_unready(unready)
        silent = self._silent_unready(table)
        self._take_unready(silent)
        self._say_faults([*unready, *silent], "pods that are not ready")
        if events:
            self._read_more_events()
            self._collected.skipped += _only_events(table)
        collected = self._collected
        pods = [collected.pods[key] for key in sorted(collected.pods)]
        held = [collected.events[key] for key in sorted(collected.events) if key in collected.pods]
        about = [event for events_of_pod in held for event in events_of_pod]
        seen = not_running + table.total
        if self._complete:
            seen = max(seen, self._there or 0)
        if done is not None:
            seen += self._counted(done)
        return PodsAndEvents(pods, about if events else None, tuple(collected.skipped), seen)

    # -- the three requests, and the one that counts -----------------------------------------------------------------

    def _counted(self, done: Future[PodTable | None]) -> int:
        """How many pods are done; where that can't be known, it is said."""
        why = "the server returns no table of pods"
        try:
            table = done.result()
        except api.ApiError as error:
            table, why = None, str(error)
        if table is None:
            self._collected.skipped.append(
                Skipped(("pods that have finished"), f"could not be counted: {why}", partly=False)
            )
        return table.total if table else 0

    def _running(self) -> tuple[PodTable, list[api.Listing]]:
        """The table of the running pods and, while events are still on their way, the pods that may hide a failure."""
        table = self._requests.running_table()
        if table is None:
            raise NotHereError("the server gives no table of pods")
        return table, self._read_unready(table, [row for row in table.unready if row.may_hide_failure])

    def _pods_of(
        self, waiting: Future[api.Listing], running: Future[tuple[PodTable, list[api.Listing]]]
    ) -> tuple[api.Listing, tuple[PodTable, list[api.Listing]]]:
        """Both halves of the pods; one that could not be read is said, and the other stands."""
        listing, fault = _result(waiting, api.Listing([]))
        rest, other_fault = _result(running, (PodTable(0, ()), []))
        if fault and other_fault:
            raise fault
        for what, error in (("pods that aren't running", fault), ("pods that run", other_fault)):
            if error:
                self._complete = False
                self._collected.skipped.append(Skipped(what, f"could not be read: {error}"))
        return listing, rest

    def _events_of(self, failed: Future[api.Listing]) -> bool:
        """Takes the events; gives whether there are any to be had."""
        try:
            listing = failed.result()
        except api.ApiError as error:
            self._collected.skipped.append(events_unread(self._scope, error))
            return False
        self._collected.add_events(listing.items)
        self._collected.skipped += broken_list("events", listing)
        return True

    # -- pods that are not ready -------------------------------------------------------------------------------------

    def _read_unready(self, table: PodTable, rows: list[PodRow]) -> list[api.Listing]:
        if len(rows) > max(_FEW, table.total // _ONE_BY_ONE):
            return [self._requests.running_pods({row.name for row in rows})]
        return self._requests.single_pods([self._request_for(row) for row in rows])

    def _silent_unready(self, table: PodTable) -> list[api.Listing]:
        """The pods about which only events say that something failed: between two pulls, or an ephemeral container."""
        held, events = self._collected.pods, self._collected.events
        named = {key[1] for key in events if key not in held and any(map(is_about_image, events[key]))}
        rows = [row for row in table.unready if row.name in named and not row.may_hide_failure]
        ephemeral = [key for key in events if key not in held and any(map(_is_ephemeral, events[key]))]
        return self._requests.single_pods([*map(self._request_for, rows), *map(_request_of, ephemeral)])

    def _take_unready(self, listings: list[api.Listing]) -> None:
        for listing in listings:
            self._collected.add_pods(listing.items)

    def _request_for(self, row: PodRow) -> tuple[str | None, str]:
        # the server finds the pods of a node by an index, and looks through all of them for a name alone
        node = f",spec.nodeName={row.node}" if row.node and self._scope.namespace is None else ""
        return self._scope.namespace, f"metadata.name={row.name}{node}"

    # -- events that the first request doesn't give ------------------------------------------------------------------

    def _read_more_events(self) -> None:
        """Reads the events of pods whose status is silent: of the sandbox, and whether a pull has worked since."""
        with self._session.progress.reading("events"):
            unborn = [pod for pod in self._collected.pods.values() if waits_for_sandbox(pod)]
            self._take_events(self._events_about(unborn, "reason=FailedCreatePodSandBox"))
            silent = [
                pod
                for key, pod in self._collected.pods.items()
                if hides_failure(pod, self._collected.events.get(key, ()))
            ]
            if len(silent) <= _FEW_PODS:
                pods: list[tuple[str | None, str]] = [
                    (key_of(pod)[0], f"involvedObject.name={key_of(pod)[1]}") for pod in silent
                ]
                listings = self._requests.events(pods)
            else:
                listings = self._events_about(silent, "")
            self._take_events(listings)

    def _take_events(self, listings: list[api.Listing]) -> None:
        for listing in listings:
            self._collected.add_events(listing.items)
        self._say_faults(listings, "events")

    def _events_about(self, pods: Sequence[JsonObject], fields: str) -> list[api.Listing]:
        """Lists events of the pods' namespaces, or of all where there are too many."""
        namespaces = sorted({key_of(pod)[0] for pod in pods})
        places: list[str | None] = [*namespaces] if len(namespaces) <= _FEW_NAMESPACES else [self._scope.namespace]
        return self._requests.events([(place, fields) for place in places])

    def _say_faults(self, listings: list[api.Listing], what: str) -> None:
        """Says once what could not be read, with the first reason."""
        faults = [listing.broken for listing in listings if listing.broken]
        if faults:
            more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
            self._collected.skipped.append(Skipped(what, f"could not be read: {faults[0]}{more}"))


def _result(future: Future[_T], instead: _T) -> tuple[_T, api.ApiError | None]:
    """What a request gave, or what stands instead and why it gave nothing; raises NotHereError."""
    try:
        return future.result(), None
    except api.ApiError as error:
        if error.status in _UNKNOWN_HERE:
            raise NotHereError(str(error)) from error
        return instead, error


def _is_ephemeral(event: JsonObject) -> bool:
    return text_of(object_of(event.get("involvedObject")).get("fieldPath")).startswith(_EPHEMERAL)


def _request_of(key: _Key) -> tuple[str | None, str]:
    return key[0], f"metadata.name={key[1]}"


def _only_events(table: PodTable) -> list[Skipped]:
    """An ephemeral container is not counted in READY: only its pod or its events show that it fails."""
    ready = table.total - len(table.unready)
    if not ready:
        return []
    why = f"of {ready:,} running pods that are ready only the events were read; --full reads the pods too"
    short = f"by events only in {ready:,} ready pods (see --full)"
    return [Skipped("ephemeral containers", why, partly=False, short=short)]

"""The requests by which a large scope is read without its healthy pods, one method each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import key_of, objects_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.circuit_breaker import CircuitBreaker
from kubectl_imagepull.kube.reading.listings import counting, lean
from kubectl_imagepull.kube.reading.pod_scope import PodScope, path_of
from kubectl_imagepull.kube.reading.pod_table import ACCEPT, PodTable, read_pod_table
from kubectl_imagepull.kube.reading.pool import workers

_NOT_RUNNING = "status.phase!=Running,status.phase!=Succeeded"
_RUNNING = "status.phase=Running"
_DONE = "status.phase=Succeeded"
_ABOUT_PODS = "involvedObject.kind=Pod"
_T = TypeVar("_T")


class SelectiveRequests:
    """Asks a server for parts of a scope; each method raises ApiError unless it says otherwise."""

    def __init__(self, session: Session, scope: PodScope) -> None:
        self._session = session
        self._scope = scope

    def pods_not_running(self) -> api.Listing:
        """The pods that neither run nor are done, whole."""
        with self._session.progress.reading("pods that don't run") as count:
            query = self._scope.pods(_NOT_RUNNING)
            return api.read_cached(self._session, self._scope.path("pods"), counting(count), **query)

    def done_table(self) -> PodTable | None:
        """The table of the pods that are done, in which nothing fails any more; None where the server gives none."""
        return self._table(_DONE)

    def running_table(self) -> PodTable | None:
        """The table of the pods that run; None where the server gives none."""
        with self._session.progress.reading("pods that run"):
            return self._table(_RUNNING)

    def failed_events(self) -> api.Listing:
        """The events that say that something failed."""
        with self._session.progress.reading("events") as count:
            # in one piece: the server looks through all events for each page
            query = {"fieldSelector": f"{_ABOUT_PODS},reason=Failed"}
            return api.read_cached(self._session, self._scope.path("events"), counting(count), **query)

    def running_pods(self, names: Collection[str]) -> api.Listing:
        """The pods of these names, out of all that run, which come page by page; raises nothing."""
        with self._session.progress.reading("pods that run") as count:

            def take(items: list[Any]) -> list[Any]:
                count(len(items))
                return lean([item for item in objects_of(items) if key_of(item)[1] in names])

            try:
                return api.read_list(self._session, self._scope.path("pods"), take, **self._scope.pods(_RUNNING))
            except api.ApiError as error:
                return api.Listing([], error)

    def single_pods(self, selected: Sequence[tuple[str | None, str]]) -> list[api.Listing]:
        """Pods by namespace (None for all) and field selector, each by a request of its own; raises nothing."""
        with self._session.progress.reading("pods that are not ready") as count:
            return self._side_by_side(lambda one: self._list_pods(*one, count), selected)

    def events(self, selected: Sequence[tuple[str | None, str]]) -> list[api.Listing]:
        """Events about pods by namespace (None for all) and field selector ("" for any); raises nothing."""
        return self._side_by_side(lambda one: self._list_events(*one), selected)

    def _table(self, fields: str) -> PodTable | None:
        query = self._scope.pods(fields, includeObject="None", resourceVersion="0")
        return read_pod_table(api.read_text(self._session, self._scope.path("pods"), ACCEPT, **query))

    def _list_pods(self, namespace: str | None, fields: str, count: Callable[[int], None]) -> api.Listing:
        query = self._scope.pods(fields, resourceVersion="0")
        listing = api.read_cached(self._session, path_of("pods", namespace), lean, **query)
        count(len(listing.items))
        return listing

    def _list_events(self, namespace: str | None, fields: str) -> api.Listing:
        selector = f"{_ABOUT_PODS},{fields}" if fields else _ABOUT_PODS
        return api.read_list(self._session, path_of("events", namespace), lean, fieldSelector=selector)

    def _side_by_side(self, read: Callable[[_T], api.Listing], requests: Sequence[_T]) -> list[api.Listing]:
        """Sends requests side by side; one that fails gives a list that broke off before it began."""
        if not requests:
            return []
        breaker = CircuitBreaker()
        with workers(len(requests)) as pool:
            answers = list(pool.map(lambda request: breaker.call(lambda: read(request)), requests))
        return [api.Listing([], answer) if isinstance(answer, api.ApiError) else answer for answer in answers]

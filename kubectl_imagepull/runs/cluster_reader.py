"""The cluster of a request, opened: what can be read of it, and watched.

What asks for more than pods is loaded when it is needed: in most namespaces nothing fails (LATE_IMPORTS in
tests/test_imports.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey
from kubectl_imagepull.kube.snapshot import Snapshot, Source, SourceError
from kubectl_imagepull.runs.request import CLOSELY_FOR_PAGES, Request
from kubectl_imagepull.runs.target import KINDS, Target

if TYPE_CHECKING:
    from kubectl_imagepull.kube.reading.watched_cluster import WatchedCluster


class ClusterReader:
    """The cluster of a request, to be read as often as is needed."""

    def __init__(self, request: Request, session: Session) -> None:
        self.request = request
        self._session = session

    @property
    def names_come_first(self) -> bool:
        """Whether `first_reading` asks for the targets: in all namespaces they cost less than the pods that fail."""
        request = self.request
        return bool(request.targets) and request.all_namespaces and not request.full

    def prepare(self) -> None:
        """Has connections opened before they are needed, where much is likely to be asked.

        A namespace that may be empty, or well, is asked for its pods alone.
        """
        if self.request.targets or self.request.all_namespaces:
            self._session.prepare()

    def first_reading(self) -> Snapshot:
        """Reads the targets by their names where that comes first, else the pods that may fail; raises SourceError."""
        return self.named(self.request.targets) if self.names_come_first else self.pods()

    def pods(self) -> Snapshot:
        """Reads the pods that may fail, and their events; raises SourceError."""
        return self._read(self._scope, full=self.request.full)

    def named(self, targets: Iterable[Target]) -> Snapshot:
        """Reads what there is of targets by their names; of a type that can't be looked up nothing is read."""
        from kubectl_imagepull.kube.reading.by_name import ObjectName, read_named

        places = self.request.namespaces or (None,)
        names = [
            ObjectName(KINDS[one.kind], one.name, one.namespace or place)
            for one in targets
            if one.kind in KINDS
            for place in places
        ]
        return read_named(self._session, PodScope(self._scope, self.request.selector), names)

    def related(self, snapshot: Snapshot, failing: Iterable[JsonObject], closely: Sequence[JsonObject]) -> Snapshot:
        """Reads what bears on the failing pods of a snapshot; gives it with that."""
        from kubectl_imagepull.kube.reading.related import read_related

        left_out = self.request.secrets_left_out
        with workers(1) as pool:
            reading = pool.submit(read_related, self._session, snapshot, failing, closely, secrets_left_out=left_out)
            if self._session.meanwhile:
                self._session.meanwhile()
            return reading.result()

    def objects(self, requests: Iterable[ObjectKey | ListQuery], snapshot: Snapshot | None = None) -> Snapshot:
        """Reads single objects and lists beside what a snapshot holds, if there is one; raises nothing."""
        from kubectl_imagepull.kube.reading.best_effort import BestEffortReads
        from kubectl_imagepull.kube.reading.related import with_reads

        session = self._session
        reads = BestEffortReads(session)
        reads.read(requests)
        source = Source("cluster", session.context, session.namespace, session.reach)
        return with_reads(snapshot or Snapshot(source, {}, datetime.now(timezone.utc)), reads)

    def closely(self, snapshot: Snapshot) -> int:
        """How many failing pods of a snapshot are looked at closely: of one that holds all pods always many."""
        return CLOSELY_FOR_PAGES if snapshot.total is None else self.request.closely

    def watch(self) -> WatchedCluster:
        """Reads the pods that may fail, and keeps them current; raises SourceError."""
        return self._watch(self._scope, full=self.request.full)

    @contextmanager
    def following(
        self, namespaces: Iterable[str], workloads: Sequence[ObjectKey], place: Snapshot
    ) -> Iterator[Callable[[], Snapshot]]:
        """Watches namespaces, whole; gives what reads their pods and events as they are now.

        With them come the `workloads` and their revisions. A watch that is broken is a SourceError. The snapshots are
        from where `place` is.
        """
        from kubectl_imagepull.kube.reading.related import read_workloads
        from kubectl_imagepull.kube.reading.watched_cluster import merge_snapshots

        # whole: pods that run show that a pull has worked
        watched = [self._watch(namespace, full=True) for namespace in sorted(set(namespaces))]

        def read() -> Snapshot:
            # what is told meanwhile would be out of date
            if broken := [fault for one in watched for fault in one.health.broken]:
                raise SourceError(broken[0])
            return read_workloads(self._session, merge_snapshots([one.snapshot() for one in watched], place), workloads)

        try:
            yield read
        finally:
            for one in watched:
                one.close()

    @property
    def namespace(self) -> str:
        """The namespace of the request, else the context's."""
        return self.request.namespace or self._session.namespace

    @property
    def _scope(self) -> str | None:
        """The namespace of the request, else the context's; None for all."""
        return None if self.request.all_namespaces else self.request.namespace or self._session.namespace

    def _read(self, namespace: str | None, *, full: bool) -> Snapshot:
        selector, several = self.request.selector, self.request.namespaces
        if namespace is None and several:
            return read_session(self._session, several, selector=selector, full=full)
        everywhere = namespace is None
        return read_session(self._session, namespace, all_namespaces=everywhere, selector=selector, full=full)

    def _watch(self, namespace: str | None, *, full: bool) -> WatchedCluster:
        from kubectl_imagepull.kube.reading.watched_cluster import WatchedCluster

        scope = PodScope(namespace, self.request.selector)
        live = WatchedCluster(self._session, scope, partial(self._read, namespace, full=full))
        live.start()
        return live


@contextmanager
def open_cluster(
    request: Request, progress: Progress, meanwhile: Callable[[], object] | None = None
) -> Iterator[ClusterReader]:
    """Opens the cluster of a request, and tells what is read of it; raises SourceError.

    `meanwhile` is what there is to do while the server of a large one works, or is asked about what fails.
    """
    with closing(open_session(request.connection, progress, meanwhile)) as session:
        yield ClusterReader(request, session)

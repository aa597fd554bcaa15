"""The walk itself: flags choose a source, its snapshot becomes a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from time import monotonic, sleep
from typing import TYPE_CHECKING

from kubectl_imagepull.cluster.dump import read_recording
from kubectl_imagepull.cluster.live import read_session
from kubectl_imagepull.cluster.memory import paused_collection
from kubectl_imagepull.cluster.named import Name, joined, read_named
from kubectl_imagepull.cluster.progress import Progress
from kubectl_imagepull.cluster.related import read_related, read_workloads, without_secrets
from kubectl_imagepull.cluster.scope import Scope
from kubectl_imagepull.cluster.selector import SelectorError, parse_selector
from kubectl_imagepull.cluster.session import DEFAULT_TIMEOUT, Connection, Session, open_session, parse_timeout
from kubectl_imagepull.cluster.snapshot import Reach, Snapshot, SourceError
from kubectl_imagepull.cluster.watch import LiveCluster, merged
from kubectl_imagepull.diagnosis import Report, diagnose_all, root_causes
from kubectl_imagepull.failures import find_failures
from kubectl_imagepull.related import Related
from kubectl_imagepull.sample import FOR_PAGES, looked_at_closely
from kubectl_imagepull.standing import Standing, State, absent, read_as, standings
from kubectl_imagepull.target import KINDS, Target, unsupported
from kubectl_imagepull.wait import Followed, Outcome, follow, pods_to_come, wait_for

if TYPE_CHECKING:
    from kubectl_imagepull.options import Flags


class BadFlagError(ValueError):
    """A flag's value can't be used; the text names the flag and what it takes."""


class ClusterSource:
    """The cluster of the flags, to be read as often as is needed.

    Of a large one `closely` failing pods are looked at closely.
    """

    def __init__(self, flags: Flags, session: Session, closely: int) -> None:
        self._flags = flags
        self._session = session
        self._closely = closely

    def pods(self, *, full: bool = True) -> Snapshot:
        """Reads pods and events; raises SourceError."""
        return self._read(self._namespace, full=full)

    @property
    def _namespace(self) -> str | None:
        """The namespace of the flags, else the context's; None for all."""
        return None if self._flags.all_namespaces else self._flags.namespace or self._session.namespace

    def _read(self, namespace: str | None, *, full: bool) -> Snapshot:
        everywhere, selector = namespace is None, self._flags.selector
        return read_session(self._session, namespace, all_namespaces=everywhere, selector=selector, full=full)

    @contextmanager
    def following(self, followed: Sequence[Followed], place: Snapshot) -> Iterator[Callable[[], Snapshot]]:
        """Watches the namespaces of what is followed, whole; gives what reads the pods and events as they are now.

        With them come the workloads whose newest revision has to be known; a watch that is broken is a SourceError.
        """
        keys = [one.deployment for one in followed if one.deployment]
        watched = [self._watch(namespace, full=True) for namespace in sorted({one.namespace for one in followed})]

        def read() -> Snapshot:
            if broken := [fault for one in watched for fault in one.health.broken]:
                raise SourceError(broken[0])
            return read_workloads(self._session, merged([one.snapshot() for one in watched], place), keys)

        try:
            yield read
        finally:
            for one in watched:
                one.close()

    def watch(self) -> LiveCluster:
        """Reads the pods that fail, and keeps them current; raises SourceError."""
        return self._watch(self._namespace, full=self._flags.full)

    def _watch(self, namespace: str | None, *, full: bool) -> LiveCluster:
        scope = Scope(namespace, self._flags.selector or "")
        live = LiveCluster(self._session, scope, partial(self._read, namespace, full=full))
        live.start()
        return live

    def failing(self, targets: Sequence[Target] = ()) -> Snapshot:
        """Reads the pods that fail and what there is of the targets, then what bears on them."""
        return self.with_related(self.holding(targets))

    def holding(self, targets: Sequence[Target]) -> Snapshot:
        """Reads the pods that fail; of targets that are not among them, what there is by their names.

        Through all namespaces the names come first: where nothing of theirs fails, nothing else is read.
        """
        named: Snapshot | None = None
        if targets and self._flags.all_namespaces and not self._flags.full:
            named = self._named(targets)
            known = not named.skipped and all(one.kind in KINDS for one in targets)
            if known and not find_failures(named):
                return named
        snapshot = self.pods(full=self._flags.full)
        missing = [one.target for one in absent(snapshot, targets)]
        return joined(snapshot, named or self._named(missing)) if missing else snapshot

    def _named(self, targets: Sequence[Target]) -> Snapshot:
        flags = self._flags
        namespace = None if flags.all_namespaces else flags.namespace or self._session.namespace
        names = [Name(KINDS[one.kind], one.name, one.namespace) for one in targets if one.kind in KINDS]
        return read_named(self._session, Scope(namespace, flags.selector or ""), names)

    def with_related(self, snapshot: Snapshot) -> Snapshot:
        """Reads what bears on the failing pods of a snapshot; gives it with that."""
        snapshot = replace(snapshot, source=replace(snapshot.source, reach=_reach(self._flags)))
        found = find_failures(snapshot)
        pods = (failure.pod_object for failure in found)
        secrets = not self._flags.no_secrets
        most = FOR_PAGES if snapshot.total is None else self._closely
        return read_related(self._session, snapshot, pods, looked_at_closely(found, most), secrets=secrets)


def _reach(flags: Flags) -> Reach:
    """What was said about the cluster has to be said again to reach it with kubectl."""
    given = (
        ("--kubeconfig", flags.kubeconfig),
        ("--context", flags.context),
        ("--cluster", flags.cluster),
        ("--user", flags.user),
    )
    return tuple((flag, value) for flag, value in given if value)


def connection_of(flags: Flags) -> Connection:
    """How the flags say that a cluster is reached; raises BadFlagError for a value that no cluster can be read with."""
    try:
        timeout = None if flags.request_timeout is None else parse_timeout(flags.request_timeout)
    except ValueError as error:
        raise BadFlagError(f"--request-timeout: {error}") from error
    try:
        parse_selector(flags.selector or "")
    except SelectorError as error:
        raise BadFlagError(f"--selector: {error}") from error
    return Connection(
        kubeconfig=flags.kubeconfig,
        context=flags.context,
        cluster=flags.cluster,
        user=flags.user,
        as_user=flags.as_user,
        as_groups=tuple(flags.as_groups or ()),
        request_timeout=timeout,
        chunk_size=flags.chunk_size,
    )


@contextmanager
def open_cluster(flags: Flags, progress: Progress, closely: int = FOR_PAGES) -> Iterator[ClusterSource]:
    """Opens the cluster of the flags, and tells what is read of it; raises SourceError and BadFlagError."""
    with closing(open_session(connection_of(flags), progress)) as session:
        yield ClusterSource(flags, session, closely)


def wait_on(
    flags: Flags, targets: Sequence[Target], duration: str, say: Callable[[str], object]
) -> tuple[Outcome, Report]:
    """Follows the targets, or the workloads of all failing pods, for as long as `duration` says.

    `say` gets each line of progress. Gives how it ended, and the report on what still fails then. Raises SourceError
    and BadFlagError.
    """
    if flags.recordings:
        raise BadFlagError("--wait follows a cluster; a recording doesn't change")
    if flags.several_contexts:
        raise BadFlagError(f"--wait follows one cluster: it can't go with {flags.how_several}")
    try:
        seconds = parse_timeout(duration)
    except ValueError as error:
        raise BadFlagError(f"--wait: {error}") from error
    limit = DEFAULT_TIMEOUT if flags.request_timeout is None else connection_of(flags).request_timeout
    if seconds and (not limit or limit > seconds):
        # a server that is silent must not keep it for longer than it is to wait
        flags = replace(flags, request_timeout=f"{max(seconds, 1.0):.3f}s")
    started = monotonic()
    with open_cluster(flags, Progress()) as cluster:
        first = cluster.holding(targets)
        targets = read_as(first, targets)
        coming = pods_to_come(first, targets)
        if not_there := [one for one in absent(first, targets) if one.target not in {key.target for key in coming}]:
            check_types(not_there)
            raise SourceError(*(said_of(one, first) for one in not_there))
        followed = (*follow(first, targets), *coming)
        outcome, last = Outcome.RESOLVED, first
        if followed:
            related = Related(cluster.with_related)
            with cluster.following(followed, first) as read_now:

                def read() -> Snapshot:
                    nonlocal last
                    last = read_now()
                    return related.added_to(last)

                outcome = wait_for(read, followed, started + seconds, sleep, say, excused=not flags.exit_code)
        return outcome, report_on(cluster.with_related(last), started, targets)


def in_its_namespace(flags: Flags, targets: Sequence[Target]) -> Flags:
    """The flags, with the namespace that the targets name as if `-n` gave it; raises BadFlagError for several."""
    named = {target.namespace for target in targets}
    if flags.all_namespaces or not targets or named == {None}:
        return flags
    (first,) = [target for target in targets if target.namespace][:1]
    if flags.namespace is not None and named != {flags.namespace}:
        raise BadFlagError(f"{first} names its namespace, and -n {flags.namespace} another: leave out one of them")
    if len(named) > 1:
        raise BadFlagError(f"{first} names its namespace, and others don't name the same: -A looks in all namespaces")
    return replace(flags, namespace=first.namespace)


def said_of(standing: Standing, of: Snapshot | Report) -> str:
    """The lines on a target that has no pods or isn't there, as one."""
    if standing.state is State.WITHOUT_PODS:
        return "; ".join(standing.texts)
    return f"{standing.target} not found in {place_of(of)}{''.join(standing.texts)}"


def check_types(standings: Sequence[Standing]) -> None:
    """Raises BadFlagError where nothing is known of a target because its type is none that is looked up."""
    for one in standings:
        if one.state is State.MISSING and (text := unsupported(one.target)):
            raise BadFlagError(text)


def place_of(snapshot: Snapshot | Report) -> str:
    """Where was looked, to end a sentence with."""
    source = snapshot.source
    place = f"namespace {source.namespace}" + (f" of {source.name}" if source.clusters else "")
    if source.namespace is None:
        places = [f"namespace {one.namespace} of {one.name}" for one in source.clusters if one.namespace is not None]
        if not places:
            return f"any namespace of {source.name}"
        place = ", ".join(places)
    return f"{place} (-n names another, -A all)"


def read(flags: Flags, targets: Sequence[Target], progress: Progress, closely: int = FOR_PAGES) -> Snapshot:
    """Reads the recordings if any are named, else the cluster of the flags, and there at least the targets.

    Raises SourceError where nothing could be read, and BadFlagError.
    """
    if not flags.recordings:
        with open_cluster(flags, progress, closely) as cluster:
            return cluster.failing(targets)
    namespace = None if flags.all_namespaces else flags.namespace
    try:
        snapshot = read_recording(flags.recordings, namespace=namespace, selector=flags.selector)
    except SelectorError as error:
        raise BadFlagError(f"--selector: {error}") from error
    return without_secrets(snapshot) if flags.no_secrets else snapshot


def examine(snapshot: Snapshot, started: float, targets: Sequence[Target]) -> tuple[Report, tuple[Standing, ...]]:
    """The report on the targets, by default on everything, and how each of them stands."""
    with paused_collection():
        targets = read_as(snapshot, targets)
        report = _report(snapshot, started, targets)
        return report, standings(snapshot, report.diagnoses, targets)


def report_on(snapshot: Snapshot, started: float, targets: Sequence[Target] = ()) -> Report:
    """Diagnoses every failed pull in the snapshot, or those of the targets.

    `started` is the monotonic time in seconds at which the run began: reading the cluster counts.
    """
    with paused_collection():
        return _report(snapshot, started, targets)


def _report(snapshot: Snapshot, started: float, targets: Sequence[Target]) -> Report:
    diagnoses = diagnose_all(
        snapshot,
        lambda failure, chain: (
            not targets or any(target.names(failure.pod, chain, failure.namespace) for target in targets)
        ),
    )
    return Report(
        source=snapshot.source,
        pods_scanned=snapshot.pods_seen,
        seconds=round(monotonic() - started, 3),
        now=snapshot.now,
        root_causes=root_causes(diagnoses),
        diagnoses=diagnoses,
        skipped=snapshot.skipped,
    )

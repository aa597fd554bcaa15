"""What the flags say is to be read: a cluster, or recordings -> a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kubectl_imagepull.kube.connection.overrides import Overrides
from kubectl_imagepull.kube.connection.session import Connection, Session, nothing, open_session, parse_timeout
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.reading.named import Name, joined, read_named
from kubectl_imagepull.kube.reading.related import read_related, read_workloads, without_secrets
from kubectl_imagepull.kube.reading.scope import Scope
from kubectl_imagepull.kube.reading.watch import LiveCluster, merged
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.selector import SelectorError, parse_selector
from kubectl_imagepull.kube.snapshot import Snapshot, SourceError
from kubectl_imagepull.runs.target import KINDS, Target

if TYPE_CHECKING:
    from kubectl_imagepull.cli.flags import Flags
    from kubectl_imagepull.runs.wait import Followed

#: How many failing pods are looked at closely for a table, and for pages that show the proof of each root cause.
FOR_TABLE = 10
FOR_PAGES = 150


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
            from kubectl_imagepull.failures.finding import find_failures  # noqa: PLC0415 - not before the server has been asked

            known = not named.skipped and all(one.kind in KINDS for one in targets)
            if known and not find_failures(named):
                return named
        snapshot = self.pods(full=self._flags.full)
        from kubectl_imagepull.runs.standing import absent  # noqa: PLC0415 - not before the server has been asked

        missing = [one.target for one in absent(snapshot, targets)]
        return joined(snapshot, named or self._named(missing)) if missing else snapshot

    def _named(self, targets: Sequence[Target]) -> Snapshot:
        names = [Name(KINDS[one.kind], one.name, one.namespace) for one in targets if one.kind in KINDS]
        return read_named(self._session, Scope(self._namespace, self._flags.selector or ""), names)

    def with_related(self, snapshot: Snapshot) -> Snapshot:
        """Reads what bears on the failing pods of a snapshot; gives it with that."""
        from kubectl_imagepull.diagnosis.sample import looked_at_closely  # noqa: PLC0415 - see above
        from kubectl_imagepull.failures.finding import find_failures  # noqa: PLC0415 - not before the server has been asked

        snapshot = replace(snapshot, source=replace(snapshot.source, reach=connection_of(self._flags).reach))
        found = find_failures(snapshot)
        pods = (failure.pod_object for failure in found)
        secrets = not self._flags.no_secrets
        most = FOR_PAGES if snapshot.total is None else self._closely
        return read_related(self._session, snapshot, pods, looked_at_closely(found, most), secrets=secrets)


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
    if flags.insecure_skip_tls_verify and flags.certificate_authority:
        raise BadFlagError("--insecure-skip-tls-verify and --certificate-authority: give one of them")
    return Connection(
        kubeconfig=flags.kubeconfig,
        context=flags.context,
        cluster=flags.cluster,
        user=flags.user,
        as_user=flags.as_user,
        as_groups=tuple(flags.as_groups or ()),
        request_timeout=timeout,
        chunk_size=flags.chunk_size,
        as_uid=flags.as_uid,
        overrides=Overrides(
            server=flags.server,
            tls_server_name=flags.tls_server_name,
            insecure_skip_tls_verify=flags.insecure_skip_tls_verify,
            certificate_authority=flags.certificate_authority,
            token=flags.token,
            client_certificate=flags.client_certificate,
            client_key=flags.client_key,
        ),
    )


@contextmanager
def open_cluster(
    flags: Flags, progress: Progress, closely: int = FOR_PAGES, meanwhile: Callable[[], object] = nothing
) -> Iterator[ClusterSource]:
    """Opens the cluster of the flags, and tells what is read of it; raises SourceError and BadFlagError.

    `meanwhile` is what there is to do while the server of a large one works.
    """
    with closing(open_session(connection_of(flags), progress, meanwhile)) as session:
        yield ClusterSource(flags, session, closely)


def read(
    flags: Flags,
    targets: Sequence[Target],
    progress: Progress,
    closely: int = FOR_PAGES,
    meanwhile: Callable[[], object] = nothing,
) -> Snapshot:
    """Reads the recordings if any are named, else the cluster of the flags, and there at least the targets.

    Raises SourceError where nothing could be read, and BadFlagError.
    """
    if not flags.recordings:
        with open_cluster(flags, progress, closely, meanwhile) as cluster:
            return cluster.failing(targets)
    namespace = None if flags.all_namespaces else flags.namespace
    try:
        snapshot = read_recording(flags.recordings, namespace=namespace, selector=flags.selector)
    except SelectorError as error:
        raise BadFlagError(f"--selector: {error}") from error
    return without_secrets(snapshot) if flags.no_secrets else snapshot


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

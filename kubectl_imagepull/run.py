"""The walk itself: flags choose a source, its snapshot becomes a report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from kubectl_imagepull.cluster.dump import read_recording
from kubectl_imagepull.cluster.selector import SelectorError
from kubectl_imagepull.cluster.snapshot import Snapshot, object_of, text_of
from kubectl_imagepull.diagnosis import Diagnosis, Report, diagnose, root_causes
from kubectl_imagepull.failures import find_failures
from kubectl_imagepull.target import Target
from kubectl_imagepull.workload import Owners

if TYPE_CHECKING:
    from kubectl_imagepull.options import Flags


class BadFlagError(ValueError):
    """A flag's value can't be used; the text names the flag and what it takes."""


def read(flags: Flags) -> Snapshot:
    """Reads the recordings if any are named, else the cluster of the flags.

    Raises SourceError where nothing could be read, and BadFlagError.
    """
    try:
        if flags.recordings:
            namespace = None if flags.all_namespaces else flags.namespace
            stdin = sys.stdin.buffer
            return read_recording(flags.recordings, namespace=namespace, selector=flags.selector, stdin=stdin)
        return _read_live(flags)
    except SelectorError as error:
        raise BadFlagError(f"--selector: {error}") from error


def _read_live(flags: Flags) -> Snapshot:
    from kubectl_imagepull.cluster.live import read_cluster  # noqa: PLC0415 - a recording needs no client
    from kubectl_imagepull.cluster.session import Connection, parse_timeout  # noqa: PLC0415

    try:
        timeout = None if flags.request_timeout is None else parse_timeout(flags.request_timeout)
    except ValueError as error:
        raise BadFlagError(f"--request-timeout: {error}") from error
    connection = Connection(
        kubeconfig=flags.kubeconfig,
        context=flags.context,
        cluster=flags.cluster,
        user=flags.user,
        as_user=flags.as_user,
        as_groups=tuple(flags.as_groups or ()),
        request_timeout=timeout,
        chunk_size=flags.chunk_size,
    )
    return read_cluster(connection, flags.namespace, all_namespaces=flags.all_namespaces, selector=flags.selector)


def report_on(snapshot: Snapshot, started: float, targets: Sequence[Target] = ()) -> Report:
    """Diagnoses every failed pull in the snapshot, or those of the targets.

    `started` is the monotonic time in seconds at which the run began: reading the cluster counts.
    """
    owners = Owners(snapshot)
    diagnoses: list[Diagnosis] = []
    for failure in find_failures(snapshot):
        chain = owners.chain_of(failure.pod_object)
        if not targets or any(target.names(failure.pod, chain) for target in targets):
            diagnoses.append(diagnose(failure, chain[-1]))
    return Report(
        source=snapshot.source,
        pods_scanned=len(snapshot.pods),
        seconds=round(monotonic() - started, 3),
        now=snapshot.now,
        root_causes=root_causes(diagnoses),
        diagnoses=tuple(diagnoses),
        skipped=snapshot.skipped,
    )


def missing_targets(snapshot: Snapshot, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets that no pod in the snapshot is or belongs to."""
    owners = Owners(snapshot)
    missing = list(targets)
    for pod in snapshot.pods:
        if not missing:
            break
        name = text_of(object_of(pod.get("metadata")).get("name"))
        chain = owners.chain_of(pod)
        missing = [target for target in missing if not target.names(name, chain)]
    return tuple(missing)

"""The walk itself: a source's snapshot becomes a report, once or again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING

from kubectl_imagepull.diagnosis.diagnose import diagnose_all, unread_secrets
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.fixes.ranking import root_causes_with_fixes, with_fixes
from kubectl_imagepull.kube.connection.session import DEFAULT_TIMEOUT, parse_timeout
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Snapshot, SourceError
from kubectl_imagepull.runs.related import Related
from kubectl_imagepull.runs.source import BadFlagError, connection_of, open_cluster
from kubectl_imagepull.runs.standing import Standing, State, absent, read_as, standings
from kubectl_imagepull.runs.target import Target, unsupported
from kubectl_imagepull.runs.wait import Outcome, follow, pods_to_come, wait_for

if TYPE_CHECKING:
    from kubectl_imagepull.cli.flags import Flags


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
    diagnoses = with_fixes(diagnoses)
    return Report(
        source=snapshot.source,
        pods_scanned=snapshot.pods_seen,
        seconds=round(monotonic() - started, 3),
        now=snapshot.now,
        root_causes=root_causes_with_fixes(root_causes(diagnoses), diagnoses),
        diagnoses=diagnoses,
        skipped=(*snapshot.skipped, *unread_secrets(diagnoses, snapshot)),
    )

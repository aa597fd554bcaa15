"""Several clusters, read side by side -> one report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from kubectl_imagepull.diagnosis.report import Diagnosis, Report
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.fixes.ranking import root_causes_with_fixes
from kubectl_imagepull.kube.connection import kubeconfig, package
from kubectl_imagepull.kube.connection.places import Place, places_of, same_reading
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Skipped, Source, SourceError
from kubectl_imagepull.runs.run import examine
from kubectl_imagepull.runs.source import BadFlagError, connection_of, read
from kubectl_imagepull.runs.standing import Standing, together
from kubectl_imagepull.runs.target import Target

if TYPE_CHECKING:
    from kubectl_imagepull.cli.flags import Flags

#: How many clusters are read at once; the others wait for their turn.
MOST_AT_ONCE = 8

#: What one cluster gives: its report, and how the targets stand in it.
Part = tuple[Report, tuple[Standing, ...]]


def read_clusters(flags: Flags, targets: Sequence[Target], started: float, progress: Progress, closely: int) -> Part:
    """Reads the clusters of all contexts that the flags ask for; gives one report, and how the targets stand in them.

    A cluster that can't be read is skipped. Raises SourceError with a line for each where none can, and BadFlagError.
    """
    _check(flags)
    contexts, places = _contexts(flags)
    again = same_reading(places)
    contexts = [context for context in contexts if context not in again]
    # each thread would load it, and two that load packages at once can see one that is half there
    package.load()

    def part_of(context: str) -> Part:
        snapshot = read(replace(flags, contexts=[context], all_contexts=False), targets, progress, closely)
        return examine(snapshot, started, targets)

    with paused_collection():  # the pause of one thread would end those of the others
        found = side_by_side(part_of, contexts)
    parts = {context: part for context, part in found.items() if not isinstance(part, SourceError)}
    unread = {context: str(part) for context, part in found.items() if isinstance(part, SourceError)}
    if not parts:
        raise SourceError(*(f"context {context}: {why}" for context, why in unread.items()))
    standings = together([(context, of_part) for context, (_, of_part) in parts.items()])
    reports, repeated = _each_once({context: report for context, (report, _) in parts.items()}, places)
    skipped = [Skipped(f"context {context}", why) for context, why in unread.items()]
    skipped += [
        Skipped(
            f"context {context}", f"the same server, user and namespace as context {first}: read once", partly=False
        )
        for context, first in again.items()
    ]
    skipped += [
        Skipped(f"context {context}", f"the same server and namespace as context {first}: counted once", partly=False)
        for context, first in repeated.items()
    ]
    return _merged(reports, skipped, started), standings


def side_by_side(
    work: Callable[[str], Part], contexts: Sequence[str], most: int = MOST_AT_ONCE
) -> dict[str, Part | SourceError]:
    """Does the work for each context, at most so many at once; a SourceError is a result, in the contexts' order.

    Anything else that is raised is raised here. The threads are daemons: whoever gives up waiting leaves them behind.
    """
    waiting: SimpleQueue[str] = SimpleQueue()
    done: SimpleQueue[tuple[str, Part | BaseException]] = SimpleQueue()

    def work_off() -> None:
        while True:
            try:
                context = waiting.get_nowait()
            except Empty:
                return
            try:
                done.put((context, work(context)))
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is waited for
                done.put((context, error))

    for context in contexts:
        waiting.put(context)
    for _ in range(min(most, len(contexts))):
        Thread(target=work_off, daemon=True).start()
    found: dict[str, Part | SourceError] = {}
    for _ in contexts:
        context, result = done.get()
        if isinstance(result, BaseException) and not isinstance(result, SourceError):
            raise result
        found[context] = result
    return {context: found[context] for context in contexts}


def _check(flags: Flags) -> None:
    """Raises BadFlagError where flags don't go together, or their values can't be used by any cluster."""
    many = flags.how_several
    if flags.all_contexts and flags.contexts:
        raise BadFlagError("--all-contexts and --context: give one of them")
    if flags.recordings:
        raise BadFlagError(f"--from reads a recording and no cluster: it takes no {many}")
    # a cluster's address would be that of all, a user's login would be sent to all
    of_one = (
        *(("--cluster", flags.cluster), ("--server", flags.server), ("--tls-server-name", flags.tls_server_name)),
        *(("--user", flags.user), ("--token", flags.token)),
        *(("--client-certificate", flags.client_certificate), ("--client-key", flags.client_key)),
    )
    for flag, value in of_one:
        if value:
            raise BadFlagError(f"{flag} is for one cluster: it can't go with {many}")
    if "" in (flags.contexts or ()):
        raise BadFlagError("--context: a name is empty")
    connection_of(flags)


def _contexts(flags: Flags) -> tuple[list[str], dict[str, Place]]:
    """The contexts to read, and where they lead to; raises SourceError for a kubeconfig that has none or is damaged."""
    config = kubeconfig.load(flags.kubeconfig)
    if flags.all_contexts and not config.contexts:
        raise SourceError(f"{config.name} has no contexts: name another kubeconfig with --kubeconfig or KUBECONFIG")
    contexts = list(config.contexts if flags.all_contexts else dict.fromkeys(flags.contexts or ()))
    return contexts, places_of(config, contexts, flags.namespace, everywhere=flags.all_namespaces)


def _each_once(parts: Mapping[str, Report], places: Mapping[str, Place]) -> tuple[dict[str, Report], dict[str, str]]:
    """The reports without what an earlier one shows of the same place, and the contexts of which that was something.

    Who may see less than another counts fewer pods: the most that one has seen count.
    """
    known: dict[Place, tuple[str, set[tuple[str, ...]], int]] = {}
    found, repeated = dict(parts), {}
    for context, report in parts.items():
        place = places.get(context)
        if place is None:
            continue
        first, failures, pods = known.get(place, (context, set(), 0))
        new = [one for one in report.diagnoses if _failure(one) not in failures]
        known[place] = (first, failures | set(map(_failure, new)), max(pods, report.pods_scanned))
        if first != context:
            repeated[context] = first
            seen = max(report.pods_scanned - pods, 0)
            found[context] = replace(report, diagnoses=tuple(new), pods_scanned=seen)
    return found, repeated


def _failure(one: Diagnosis) -> tuple[str, ...]:
    return one.failure.namespace, one.failure.pod, one.failure.container or "", one.failure.image


def _merged(parts: Mapping[str, Report], skipped: Sequence[Skipped], started: float) -> Report:
    diagnoses = tuple(replace(one, cluster=context) for context, report in parts.items() for one in report.diagnoses)
    skipped = [
        *skipped,
        *(
            replace(one, what=f"context {context}: {one.what}")
            for context, report in parts.items()
            for one in report.skipped
        ),
    ]
    sources = tuple(report.source for report in parts.values())
    namespaces = {source.namespace for source in sources}
    return Report(
        source=Source(
            kind="cluster",
            name=", ".join(parts),
            namespace=namespaces.pop() if len(namespaces) == 1 else None,
            clusters=sources,
        ),
        pods_scanned=sum(report.pods_scanned for report in parts.values()),
        seconds=round(monotonic() - started, 3),
        now=max(report.now for report in parts.values()),
        root_causes=root_causes_with_fixes(root_causes(diagnoses), diagnoses),
        diagnoses=diagnoses,
        skipped=tuple(skipped),
    )

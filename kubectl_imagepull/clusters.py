"""Several clusters, read side by side -> one report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from kubectl_imagepull.cluster import kubeconfig
from kubectl_imagepull.cluster.memory import paused_collection
from kubectl_imagepull.cluster.progress import Progress
from kubectl_imagepull.cluster.snapshot import Skipped, Source, SourceError
from kubectl_imagepull.diagnosis import Report, root_causes
from kubectl_imagepull.run import BadFlagError, connection_of, examine, read
from kubectl_imagepull.standing import Standing, together
from kubectl_imagepull.target import Target

if TYPE_CHECKING:
    from kubectl_imagepull.options import Flags

#: How many clusters are read at once; the others wait for their turn.
MOST_AT_ONCE = 8

#: What one cluster gives: its report, and how the targets stand in it.
Part = tuple[Report, tuple[Standing, ...]]


def read_clusters(flags: Flags, targets: Sequence[Target], started: float, progress: Progress, closely: int) -> Part:
    """Reads the clusters of all contexts that the flags ask for; gives one report, and how the targets stand in them.

    A cluster that can't be read is skipped. Raises SourceError with a line for each where none can, and BadFlagError.
    """
    _check(flags)
    contexts = _contexts(flags)
    # each thread would import it, and two that import packages at once can see one that is half there
    import kubernetes  # noqa: F401, PLC0415 - most runs need no cluster

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
    return _merged({context: report for context, (report, _) in parts.items()}, unread, started), standings


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
    for flag, value in (("--cluster", flags.cluster), ("--user", flags.user)):
        if value:
            raise BadFlagError(f"{flag} is for one cluster: it can't go with {many}")
    if "" in (flags.contexts or ()):
        raise BadFlagError("--context: a name is empty")
    connection_of(flags)


def _contexts(flags: Flags) -> list[str]:
    """The contexts to read, each once; raises SourceError for a kubeconfig that can't be used or has none."""
    config = kubeconfig.load(flags.kubeconfig)
    if not flags.all_contexts:
        return list(dict.fromkeys(flags.contexts or ()))
    if not config.contexts:
        raise SourceError(f"{config.name} has no contexts: name another kubeconfig with --kubeconfig or KUBECONFIG")
    return list(config.contexts)


def _merged(parts: Mapping[str, Report], unread: Mapping[str, str], started: float) -> Report:
    diagnoses = tuple(replace(one, cluster=context) for context, report in parts.items() for one in report.diagnoses)
    skipped = [Skipped(f"context {context}", why) for context, why in unread.items()]
    skipped += [
        replace(one, what=f"context {context}: {one.what}")
        for context, report in parts.items()
        for one in report.skipped
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
        root_causes=root_causes(diagnoses),
        diagnoses=diagnoses,
        skipped=tuple(skipped),
    )

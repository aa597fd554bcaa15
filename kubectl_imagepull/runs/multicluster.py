"""Several clusters, read side by side -> one report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from kubectl_imagepull.diagnosis.report import Diagnosis, Report
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.fixes.ranking import root_causes_with_fixes
from kubectl_imagepull.kube.connection.context_locations import ContextLocation, duplicate_contexts, locate_contexts
from kubectl_imagepull.kube.connection.kubeconfig import load_kubeconfig
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Skipped, Source, SourceError
from kubectl_imagepull.runs.closer_look import with_related, with_targets
from kubectl_imagepull.runs.cluster_reader import open_cluster
from kubectl_imagepull.runs.examine import examine
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.target_status import TargetStatus, best_of_clusters

#: How many clusters are read at once; the others wait for their turn.
MOST_AT_ONCE = 8

#: What one cluster gives: its report, and how the targets stand in it.
ClusterResult = tuple[Report, tuple[TargetStatus, ...]]


def read_clusters(request: Request, started: float, progress: Progress) -> ClusterResult:
    """Reads the clusters of all contexts of a request; gives one report, and how the targets stand in them.

    A cluster that can't be read is skipped. Raises SourceError with a line for each where none can.
    """
    contexts, locations = _contexts(request)
    again = duplicate_contexts(locations)
    contexts = [context for context in contexts if context not in again]

    def read_context(context: str) -> ClusterResult:
        # a cluster's own context names its user and namespace as well
        connection = replace(request.connection, context=context)
        single = replace(request, connection=connection, contexts=(), all_contexts=False)
        with open_cluster(single, progress) as cluster:
            snapshot = with_related(cluster, with_targets(cluster, cluster.first_reading()))
        return examine(snapshot, started, request.targets, request.probe, request.site_rules.rules)

    # the threads load nothing: two that load a package at once may see one that is half there
    with paused_collection():  # the pause of one thread would end those of the others
        results = side_by_side(read_context, contexts)
    read = {context: result for context, result in results.items() if not isinstance(result, SourceError)}
    unread = {context: str(result) for context, result in results.items() if isinstance(result, SourceError)}
    if not read:
        raise SourceError(*(f"context {context}: {why}" for context, why in unread.items()))
    # where a target is in one cluster it need not be in the others
    statuses = best_of_clusters([(context, of_one) for context, (_, of_one) in read.items()])
    reports, repeated = _each_once({context: report for context, (report, _) in read.items()}, locations)
    skipped = [Skipped(f"context {context}", why) for context, why in unread.items()]
    for context, earlier in again.items():
        why = f"the same server, user and namespace as context {earlier}: read once"
        skipped.append(Skipped(f"context {context}", why, partly=False))
    for context, earlier in repeated.items():
        why = f"the same server and namespace as context {earlier}: counted once"
        skipped.append(Skipped(f"context {context}", why, partly=False))
    return _merged(reports, skipped, started), statuses


def side_by_side(
    work: Callable[[str], ClusterResult], contexts: Sequence[str], most: int = MOST_AT_ONCE
) -> dict[str, ClusterResult | SourceError]:
    """Does the work for each context, at most so many at once; a SourceError is a result, in the contexts' order.

    Anything else that is raised is raised here. The threads are daemons: whoever gives up waiting leaves them behind.
    """
    waiting: SimpleQueue[str] = SimpleQueue()
    done: SimpleQueue[tuple[str, ClusterResult | BaseException]] = SimpleQueue()
    for context in contexts:
        waiting.put(context)
    for _ in range(min(most, len(contexts))):
        Thread(target=_work_off, args=(work, waiting, done), daemon=True).start()
    results: dict[str, ClusterResult | SourceError] = {}
    for _ in contexts:
        context, result = done.get()
        if isinstance(result, BaseException) and not isinstance(result, SourceError):
            raise result
        results[context] = result
    return {context: results[context] for context in contexts}


def _work_off(
    work: Callable[[str], ClusterResult],
    waiting: SimpleQueue[str],
    done: SimpleQueue[tuple[str, ClusterResult | BaseException]],
) -> None:
    """Does what waits, one after the other, until nothing does."""
    while True:
        try:
            context = waiting.get_nowait()
        except Empty:
            return
        try:
            done.put((context, work(context)))
        except BaseException as error:  # noqa: BLE001 - it is raised again where the result is waited for
            done.put((context, error))


def _contexts(request: Request) -> tuple[list[str], dict[str, ContextLocation]]:
    """The contexts to read, and where they lead to; raises SourceError for a kubeconfig that has none or is damaged."""
    config = load_kubeconfig(request.connection.kubeconfig)
    if request.all_contexts and not config.contexts:
        raise SourceError(f"{config.name} has no contexts: choose another kubeconfig with --kubeconfig or KUBECONFIG")
    contexts = list(config.contexts if request.all_contexts else dict.fromkeys(request.contexts))
    return contexts, locate_contexts(config, contexts, request.namespace, everywhere=request.all_namespaces)


def _each_once(
    reports: Mapping[str, Report], locations: Mapping[str, ContextLocation]
) -> tuple[dict[str, Report], dict[str, str]]:
    """The reports without what an earlier one shows of the same place, and the contexts of which that was something.

    Who may see less than another counts fewer pods: the most that one has seen count.
    """
    known: dict[ContextLocation, tuple[str, set[tuple[str, ...]], int]] = {}
    left, repeated = dict(reports), {}
    for context, report in reports.items():
        location = locations.get(context)
        if location is None:
            continue
        earlier, failures, pods = known.get(location, (context, set(), 0))
        new = [one for one in report.diagnoses if _failure_key(one) not in failures]
        known[location] = (earlier, failures | set(map(_failure_key, new)), max(pods, report.pods_scanned))
        if earlier != context:
            repeated[context] = earlier
            seen = max(report.pods_scanned - pods, 0)
            left[context] = replace(report, diagnoses=tuple(new), pods_scanned=seen)
    return left, repeated


def _failure_key(one: Diagnosis) -> tuple[str, ...]:
    return one.failure.namespace, one.failure.pod, one.failure.container or "", one.failure.image


def _merged(reports: Mapping[str, Report], skipped: Sequence[Skipped], started: float) -> Report:
    diagnoses = tuple(replace(one, cluster=context) for context, report in reports.items() for one in report.diagnoses)
    sources = tuple(report.source for report in reports.values())
    namespaces = {source.namespace for source in sources}
    several = {source.namespaces for source in sources}
    return Report(
        source=Source(
            kind="cluster",
            name=", ".join(reports),
            namespace=namespaces.pop() if len(namespaces) == 1 else None,
            clusters=sources,
            namespaces=several.pop() if len(several) == 1 else (),
        ),
        pods_scanned=sum(report.pods_scanned for report in reports.values()),
        seconds=round(monotonic() - started, 3),
        now=max(report.now for report in reports.values()),
        root_causes=root_causes_with_fixes(root_causes(diagnoses), diagnoses),
        diagnoses=diagnoses,
        skipped=(*skipped, *_skipped_in(reports)),
    )


def _skipped_in(reports: Mapping[str, Report]) -> Iterator[Skipped]:
    """What each report skipped, with its context."""
    for context, report in reports.items():
        for one in report.skipped:
            yield replace(one, what=f"context {context}: {one.what}")

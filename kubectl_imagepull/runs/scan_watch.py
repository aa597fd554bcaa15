"""`scan --watch`: one report after the other from a live cluster."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.diagnosis.watch_update import WatchUpdate
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, text_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.reading.watched_cluster import DepartedPods, WatchedCluster
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.closer_look import with_related
from kubectl_imagepull.runs.cluster_reader import open_cluster
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.runs.pod_state import PullProgress, pod_state
from kubectl_imagepull.runs.related_objects import RelatedObjects
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.root_cause_tracker import RootCauseTracker

#: Seconds to let changes settle that come together, between two reports where nothing changes, and between two looks
#: whether the terminal has another size.
_SETTLE, _AT_LEAST, _LOOK = 0.5, 10.0, 0.2


def watch_on(
    request: Request, progress: Progress, show: Callable[[WatchUpdate], bool], resized: Callable[[], bool]
) -> None:
    """Shows a report, and one more whenever something has changed, until `show` says that nobody looks any more.

    Where the terminal is `resized` meanwhile the last one is shown again. Raises SourceError where the cluster can't be
    read at the beginning.
    """
    with open_cluster(request, progress) as cluster:
        watched = cluster.watch()
        related = RelatedObjects(lambda snapshot: with_related(cluster, snapshot))
        snapshot = watched.snapshot()
        tracker = RootCauseTracker(lambda root, report: is_gone(root, report, snapshot, watched.departed))
        while True:
            started = monotonic()
            report = report_on(related.added_to(snapshot), started, rules=request.site_rules.rules)
            update = tracker.update(report, watched.health)
            if not _show_until_changed(update, watched, show, resized, started + _AT_LEAST):
                return
            # a rollout changes many pods within moments: one report for all of them
            sleep(_SETTLE)
            snapshot = watched.snapshot()


def _show_until_changed(
    update: WatchUpdate,
    watched: WatchedCluster,
    show: Callable[[WatchUpdate], bool],
    resized: Callable[[], bool],
    until: float,
) -> bool:
    """Shows an update until something changes or the time is up; gives whether somebody still looks."""
    if not show(update):
        return False
    while not watched.wait(_LOOK) and monotonic() < until:
        if resized() and not show(update):
            return False
    return True


def is_gone(root: RootCause, report: Report, snapshot: Snapshot, departed: DepartedPods) -> bool:
    """Whether the pods of a root cause, which the snapshot doesn't show any more, were deleted and none works instead.

    `report` holds the root cause.
    """
    diagnoses = [report.diagnoses[index] for index in root.failures]
    if any(_uid(one.failure.pod_object) not in departed.deleted for one in diagnoses):
        return False
    owners = Owners(snapshot)
    workloads = {(one.failure.namespace, str(one.workload)) for one in diagnoses}
    return not any(
        _works(pod) and (key_of(pod)[0], str(owners.chain_of(pod)[-1])) in workloads
        for pod in (*snapshot.pods, *departed.working)
    )


def _works(pod: JsonObject) -> bool:
    runs = pod_state(pod, (), ()).progress is PullProgress.PULLED
    return runs and not object_of(pod.get("metadata")).get("deletionTimestamp")


def _uid(pod: JsonObject) -> str:
    return text_of(object_of(pod.get("metadata")).get("uid"))

"""A first reading of a cluster -> a snapshot with the targets in it, and with what bears on the failing pods.

It loads what finds and reads failures: the cluster is asked before that (LATE_IMPORTS in tests/test_imports.py).
"""

from __future__ import annotations

from kubectl_imagepull.diagnosis.sample import looked_at_closely
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.reading.by_name import add_named
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.cluster_reader import ClusterReader
from kubectl_imagepull.runs.target import KINDS
from kubectl_imagepull.runs.target_status import absent


def with_targets(cluster: ClusterReader, first_reading: Snapshot) -> Snapshot:
    """The pods that may fail, and of targets that are not among them what there is by their names.

    Where the first reading asked for names and nothing of theirs fails, nothing else is read. Raises SourceError.
    """
    named: Snapshot | None = None
    snapshot = first_reading
    targets = cluster.request.targets
    if cluster.names_come_first:
        named = first_reading
        known = not named.skipped and all(one.kind in KINDS for one in targets)
        if known and not find_failures(named):
            return named
        snapshot = cluster.pods()
    missing = [one.target for one in absent(snapshot, targets)]
    return add_named(snapshot, named or cluster.named(missing)) if missing else snapshot


def with_related(cluster: ClusterReader, snapshot: Snapshot) -> Snapshot:
    """The snapshot with what bears on its failing pods, which is read now; raises nothing."""
    failures = find_failures(snapshot)
    if not failures:
        return snapshot
    closely = looked_at_closely(failures, cluster.closely(snapshot))
    return cluster.related(snapshot, (failure.pod_object for failure in failures), closely)

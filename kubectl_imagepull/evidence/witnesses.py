"""All checks together: what a snapshot knows beside the text of a failure."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_imagepull.cluster.snapshot import Snapshot
from kubectl_imagepull.evidence import Evidence
from kubectl_imagepull.evidence.neighbours import Neighbours, look_at_neighbours
from kubectl_imagepull.evidence.node import Nodes, look_at_node
from kubectl_imagepull.evidence.reference import look_at_reference
from kubectl_imagepull.evidence.usage import Found
from kubectl_imagepull.evidence.workload import History, look_at_workload
from kubectl_imagepull.failures import PullFailure
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.workload import Owners, Workload


class Witnesses:
    """The indices that the checks need; built once for a snapshot and its failures."""

    def __init__(self, snapshot: Snapshot, owners: Owners, found: Iterable[Found]) -> None:
        self.snapshot = snapshot
        self.neighbours = Neighbours(snapshot, found)
        self._nodes = Nodes(snapshot)
        self._history = History(snapshot, owners, self.neighbours.runs, self.neighbours.known)

    def about(self, failure: PullFailure, verdict: Verdict, chain: tuple[Workload, ...]) -> tuple[Evidence, ...]:
        """What all checks but that of the pull secrets say about a failure."""
        return (
            *look_at_reference(failure),
            *look_at_workload(failure, chain, self._history),
            *look_at_neighbours(failure, verdict, self.neighbours),
            *look_at_node(failure, verdict, self._nodes),
        )

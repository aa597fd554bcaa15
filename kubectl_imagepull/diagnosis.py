"""Failure + cause + evidence -> diagnosis; diagnoses -> root causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.causes import Cause, Confidence, Scope
from kubectl_imagepull.cluster.snapshot import Skipped, Source
from kubectl_imagepull.evidence import Evidence
from kubectl_imagepull.failures import PullFailure
from kubectl_imagepull.fixes import Fix
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.workload import Workload


@dataclass(frozen=True)
class Diagnosis:
    """One failure, its cause, and what proves and repairs it.

    `message` is the text that decided, as it stands in the cluster ("" if there is none), `message_source` where it
    stands; `key` the scope key as one string.
    """

    failure: PullFailure
    cause: Cause
    confidence: Confidence
    retryable: bool
    message: str
    message_source: str | None
    workload: Workload
    key: str
    alternatives: tuple[Cause, ...] = ()
    answered_by: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class RootCause:
    """Failures that have one cause and one scope key: what a user has to repair once.

    `failures` are indices into the report's diagnoses; `workloads` are `NAMESPACE/kind/name`, sorted, each once.
    """

    cause: Cause
    scope: Scope
    key: str
    summary: str
    confidence: Confidence
    retryable: bool
    failures: tuple[int, ...]
    workloads: tuple[str, ...]
    since: datetime | None
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class Report:
    """Everything that a run found; what every output format is made from.

    `seconds` is how long the run took, `now` the time that ages are counted to.
    """

    source: Source
    pods_scanned: int
    seconds: float
    now: datetime
    root_causes: tuple[RootCause, ...]
    diagnoses: tuple[Diagnosis, ...]
    skipped: tuple[Skipped, ...]

"""What a run found, as values: diagnoses, root causes and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.fixes import Case, Fix
from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope
from kubectl_imagepull.vocabulary.workload import Workload


@dataclass(frozen=True)
class Diagnosis:
    """One failure, its cause, and what proves and repairs it.

    `message` is the text that decided, as it stands in the cluster ("" if there is none), `message_source` where it
    stands; `key` the scope key as one string; `check` the commands that show whether a fix worked; `owners` the pod and
    its controllers, the workload last; `cluster` the context's name where several were read, else ""; `case` what its
    fixes were made from, None where they were not made from anything.
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
    short_fix: str = ""
    check: tuple[str, ...] = ()
    owners: tuple[Workload, ...] = ()
    cluster: str = ""
    case: Case | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class RootCause:
    """Failures of one cluster that have one cause and one scope key: what a user has to repair once.

    `failures` are indices into the report's diagnoses; `workloads` are `NAMESPACE/kind/name`, sorted, each once;
    `fixes` are those of its clearest failure, for all nodes that have it; `short_fix` is the first of them as one short
    sentence, for a table; `cluster` the context's name where several were
    read, else "".
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
    short_fix: str = ""
    cluster: str = ""


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

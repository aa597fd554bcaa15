"""What a run found, as values: diagnoses, root causes and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.evidence.findings import Findings
from kubectl_imagepull.evidence.platforms import Platforms
from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Reach, Skipped, Source
from kubectl_imagepull.messages.mentions import NO_MENTIONS, Mentions
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope
from kubectl_imagepull.vocabulary.command import Step
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment
from kubectl_imagepull.vocabulary.rollout_progress import RolloutProgress
from kubectl_imagepull.vocabulary.workload import Workload


@dataclass(frozen=True)
class Diagnosis:
    """One failure, its cause, and what proves and repairs it; the fixes are added last, by their own room."""

    failure: PullFailure
    cause: Cause
    confidence: Confidence
    retryable: bool
    #: The text that decided, as it stands in the cluster; "" where there is none.
    message: str
    #: Where that text stands: `waiting.message`, `event Failed`, `pod NAMESPACE/NAME`.
    message_source: str | None
    workload: Workload
    #: The scope key as one string: equal for failures that have one root cause.
    key: str
    #: Other causes that the text allows.
    alternatives: tuple[Cause, ...] = ()
    #: The host that answered where it is another than the image's.
    answered_by: str | None = None
    #: The registry host that the text is about, if it names one.
    host: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    #: What else the text names: the proxy, the resolver, an address, a directory, a certificate's names.
    mentions: Mentions = NO_MENTIONS
    evidence: tuple[Evidence, ...] = ()
    #: What a look at the pod's pull secrets gave.
    findings: Findings = field(default_factory=Findings, repr=False, compare=False)
    #: What the pod's node is.
    environment: NodeEnvironment = field(default_factory=lambda: NodeEnvironment(""), repr=False, compare=False)
    #: The nodes that would take such a pod, its own among them; () where none is known to.
    possible_nodes: tuple[str, ...] = field(default=(), repr=False, compare=False)
    #: Where else the image was seen.
    sightings: Sightings = field(default_factory=Sightings, repr=False, compare=False)
    #: The platforms of the node, of the image and of other nodes.
    platforms: Platforms = field(default_factory=Platforms, repr=False, compare=False)
    #: The revision that replaces the pod's, where there is a newer one.
    newer_revision: RolloutProgress | None = None
    #: The pod spec that the workload makes its pods from; None where the workload could not be read, or is the pod.
    template: JsonObject | None = field(default=None, repr=False, compare=False)
    #: How kubectl commands come to the cluster.
    reach: Reach = ()
    #: The pod and its controllers, the workload last.
    owners: tuple[Workload, ...] = ()
    #: The context's name where several clusters were read, else "".
    cluster: str = ""
    fixes: tuple[Fix, ...] = ()
    #: The first fix as one short sentence, for a table.
    short_fix: str = ""
    #: The commands that show whether a fix worked.
    verification: tuple[Step, ...] = ()


@dataclass(frozen=True)
class RootCause:
    """Failures of one cluster that have one cause and one scope key: what a user has to repair once."""

    cause: Cause
    scope: Scope
    key: str
    summary: str
    confidence: Confidence
    retryable: bool
    #: Indices into the report's diagnoses.
    failures: tuple[int, ...]
    #: `NAMESPACE/kind/name`, sorted, each once.
    workloads: tuple[str, ...]
    since: datetime | None
    #: Those of its clearest failure, for all nodes that have it.
    fixes: tuple[Fix, ...] = ()
    #: The first fix as one short sentence, for a table.
    short_fix: str = ""
    #: The context's name where several clusters were read, else "".
    cluster: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that a run found; what every output format is made from."""

    source: Source
    pods_scanned: int
    #: How long the run took.
    seconds: float
    #: The time that ages are counted to.
    now: datetime
    root_causes: tuple[RootCause, ...]
    diagnoses: tuple[Diagnosis, ...]
    skipped: tuple[Skipped, ...]

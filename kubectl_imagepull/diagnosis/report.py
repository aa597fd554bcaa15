"""What a run found, as values: diagnoses, root causes and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.evidence.platforms import Platforms
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings
from kubectl_imagepull.evidence.releases.release_finding import ReleaseFinding
from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Reach, Skipped, Source
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope
from kubectl_imagepull.vocabulary.command import Step
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.mentions import NO_MENTIONS, Mentions
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment
from kubectl_imagepull.vocabulary.rollout_progress import RolloutProgress
from kubectl_imagepull.vocabulary.site_rule import SiteRuleMatch
from kubectl_imagepull.vocabulary.workload import Workload


@dataclass(frozen=True)
class Diagnosis:
    """One failure, its cause, and what proves and repairs it; the fixes are added last, by their own room."""

    #: The container and image that can't be pulled.
    failure: PullFailure
    #: Why, after text and evidence.
    cause: Cause
    #: How sure that is.
    confidence: Confidence
    #: Whether the kubelet's own retries may succeed without any repair.
    retryable: bool
    #: The text that decided, as it stands in the cluster; "" where there is none.
    message: str
    #: Where that text stands: `waiting.message`, `event Failed`, `pod NAMESPACE/NAME`.
    message_source: str | None
    #: The object that a user would edit: the last of the owners.
    workload: Workload
    #: The scope key as one string: equal for failures that have one root cause.
    key: str
    #: Other causes that the text allows.
    alternatives: tuple[Cause, ...] = ()
    #: The host that answered where it is another than the image's.
    answered_by: str | None = None
    #: The registry host that the text is about, if it names one.
    host: str | None = None
    #: What belongs to the cause, by the names of the report: `stage`, `policy`.
    details: Mapping[str, Detail] = field(default_factory=dict)
    #: What else the text names: the proxy, the resolver, an address, a directory, a certificate's names.
    mentions: Mentions = NO_MENTIONS
    #: What all checks found, in the order in which they look.
    evidence: tuple[Evidence, ...] = ()
    #: What a look at the pod's pull secrets gave.
    findings: PullSecretFindings = field(default_factory=PullSecretFindings, repr=False, compare=False)
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
    #: Whether the registry, when it was asked, had what the text says it hasn't.
    there_now: bool = False
    #: The Helm release that made the workload; None where none did.
    release: ReleaseFinding | None = field(default=None, repr=False, compare=False)
    #: The object of Argo CD or Flux that writes the workload; None where none does, or it wasn't read.
    deployer: DeployerFinding | None = field(default=None, repr=False, compare=False)
    #: How kubectl commands come to the cluster.
    reach: Reach = ()
    #: The pod and its controllers, the workload last.
    owners: tuple[Workload, ...] = ()
    #: The context's name where several clusters were read, else "".
    cluster: str = ""
    #: The cause that the failure's own texts name, before any evidence.
    text_cause: Cause = Cause.UNKNOWN
    #: The rules of the user's site that read the text or its host, the one that named the text's cause first.
    site_rules: tuple[SiteRuleMatch, ...] = ()
    #: What repairs it, the first fix first; () until the fixes' room has added them.
    fixes: tuple[Fix, ...] = ()
    #: The first fix as one short sentence, for a table.
    short_fix: str = ""
    #: The commands that show whether a fix worked.
    verification: tuple[Step, ...] = ()
    #: The command that follows the pods after a fix until they run; () where it can't be written.
    following: tuple[Step, ...] = ()


@dataclass(frozen=True)
class RootCause:
    """Failures of one cluster that have one cause and one scope key: what a user has to repair once."""

    #: The cause that all of them have.
    cause: Cause
    #: Who has the fault.
    scope: Scope
    #: The scope key as one string: what all of them have in common.
    key: str
    #: One sentence: what is wrong with what.
    summary: str
    #: How sure the least sure of them is.
    confidence: Confidence
    #: Whether all of them may succeed without any repair.
    retryable: bool
    #: Indices into the report's diagnoses.
    failures: tuple[int, ...]
    #: `NAMESPACE/kind/name`, sorted, each once.
    workloads: tuple[str, ...]
    #: When the first of them began; None where that isn't known of any.
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

    #: Where the snapshot came from.
    source: Source
    #: How many pods were looked at, the healthy ones too.
    pods_scanned: int
    #: How long the run took.
    seconds: float
    #: The time that ages are counted to.
    now: datetime
    #: What has to be repaired, most pods first.
    root_causes: tuple[RootCause, ...]
    #: Every failure that was asked for.
    diagnoses: tuple[Diagnosis, ...]
    #: What could not be looked at, and why.
    skipped: tuple[Skipped, ...]
    #: How many failures there are beside those that were asked for by facts about them.
    left_out: int = 0
    #: Whether the reader has chosen the order of the root causes.
    is_sorted: bool = False

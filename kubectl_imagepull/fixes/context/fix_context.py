"""Everything that the fixes of one failure are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings
from kubectl_imagepull.fixes.context.failing_pods import FailingPod, FailingPods, PodGroup
from kubectl_imagepull.fixes.context.findings import FindingFacts
from kubectl_imagepull.fixes.context.image import ImageFacts
from kubectl_imagepull.fixes.context.node import NodeFacts
from kubectl_imagepull.fixes.context.pod import PodFacts
from kubectl_imagepull.fixes.context.registry import RegistryFacts
from kubectl_imagepull.fixes.context.way import WayFacts
from kubectl_imagepull.fixes.context.workload import WorkloadFacts
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.messages.particulars import Particular, says
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word


@dataclass(frozen=True)
class Siblings:
    """The diagnoses of pods that are repaired together; what is made of all of them is made once."""

    #: The diagnoses, by the pods' names.
    diagnoses: tuple[Diagnosis, ...] = ()

    @cached_property
    def pods(self) -> PodGroup:
        """Their pods."""
        return PodGroup(tuple(FailingPod(one.failure, one.evidence) for one in self.diagnoses))


NO_SIBLINGS = Siblings()


@dataclass(frozen=True)
class FixContext:
    """One failure with all that is known about it, subject by subject."""

    #: The failure with its cause and evidence.
    diagnosis: Diagnosis
    #: Every node that has the fault, where fixes are for more than this failure; () for its own alone.
    nodes: tuple[str, ...] = ()
    #: The diagnoses of the pods that are repaired together, by their names, its own among them; () for its own alone.
    siblings: Siblings = NO_SIBLINGS

    @property
    def cause(self) -> Cause:
        """The failure's cause."""
        return self.diagnosis.cause

    def detail(self, name: str) -> Detail | None:
        """A detail that belongs to the cause; None where it is not known."""
        return self.diagnosis.details.get(name)

    def says(self, particular: Particular) -> bool:
        """Whether the text that decided says something beyond its cause."""
        return says(self.diagnosis.message, particular)

    @cached_property
    def pod(self) -> PodFacts:
        """The pod and the container that fail."""
        return PodFacts(self.diagnosis.failure)

    @cached_property
    def workload(self) -> WorkloadFacts:
        """The object that a user would edit."""
        return WorkloadFacts(self.diagnosis.workload, self.pod)

    @cached_property
    def failing_pods(self) -> FailingPods:
        """The pods of the workload that fail for the same reason."""
        return FailingPods(_failing_pod(self.diagnosis), self.siblings.pods)

    @property
    def template(self) -> JsonObject:
        """The pod spec that the workload makes its pods from; where it isn't known, that of the pod."""
        own = self.workload.kind == "pod"
        return self.pod.spec if own or self.diagnosis.template is None else self.diagnosis.template

    @cached_property
    def image(self) -> ImageFacts:
        """The image that can't be pulled."""
        pod = self.pod
        return ImageFacts(pod.failure.image, self.diagnosis.sightings, pod.images, is_private=bool(pod.secrets))

    @cached_property
    def registry(self) -> RegistryFacts:
        """The registry that it comes from, and who answered."""
        return RegistryFacts(self.image.reference, self.diagnosis.host or "", self.diagnosis.answered_by or "")

    @cached_property
    def way(self) -> WayFacts:
        """The way from the node to the registry."""
        shown = self.diagnosis
        return WayFacts(shown.mentions, shown.evidence, shown.failure.node or "", shown.key)

    @cached_property
    def findings(self) -> FindingFacts:
        """What the checks found."""
        found = self.diagnosis.findings
        return FindingFacts(self.diagnosis.evidence, found.sent, self.pod.secrets, found.pull_secrets)

    @property
    def credentials(self) -> PullSecretFindings:
        """What a look at the pod's pull secrets gave."""
        return self.diagnosis.findings

    @cached_property
    def node(self) -> NodeFacts:
        """The nodes that have the fault."""
        own = self.diagnosis.failure.node
        nodes = self.nodes or ((own,) if own else ())
        is_dead = _failing_pod(self.diagnosis).is_on_dead_node
        return NodeFacts(self.diagnosis.environment, nodes, is_not_ready=is_dead)

    def kubectl(self, *words: Word, effects: frozenset[Effect] = frozenset()) -> Command:
        """A kubectl command for the cluster that the failure is in."""
        return Command(("kubectl", *self.reaching, *words), effects)

    def workload_command(self, *words: Word, effects: frozenset[Effect] = frozenset()) -> Command:
        """A command that acts on the workload: kubectl knows no DeploymentConfig's pod template, and oc does."""
        program = "oc" if self.workload.kind == "deploymentconfig" else "kubectl"
        return Command((program, *self.reaching, *words), effects)

    @cached_property
    def reaching(self) -> tuple[Word, ...]:
        """The words that lead a command to the failure's cluster; none where kubectl goes there anyway."""
        reach = self.diagnosis.reach
        return tuple(word for flag, value in reach for word in ((flag, _written(flag, value)) if value else (flag,)))


def _written(flag: str, value: str) -> Word:
    """A flag's value as a command may hold it: a terminal would act on characters that can't be seen."""
    name = flag.strip("-").replace("-", "_").upper()
    return value if value.isprintable() else Placeholder(name, "the name, which holds hidden characters")


def _failing_pod(diagnosis: Diagnosis) -> FailingPod:
    return FailingPod(diagnosis.failure, diagnosis.evidence)

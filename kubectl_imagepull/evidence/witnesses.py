"""All checks together: what a snapshot knows beside the text of a failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.evidence.image_mutated import look_at_mutation
from kubectl_imagepull.evidence.near_names import NearNames, look_at_near_names
from kubectl_imagepull.evidence.neighbours import Neighbours, look_at_neighbours, sightings_of
from kubectl_imagepull.evidence.node import Nodes, look_at_node
from kubectl_imagepull.evidence.node_environment import environment_by_pod, environment_of, look_at_environment
from kubectl_imagepull.evidence.other_secrets import OtherSecrets, look_at_other_secrets
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.evidence.placement import Placement
from kubectl_imagepull.evidence.platforms import Platforms, platforms_of
from kubectl_imagepull.evidence.reference import look_at_reference
from kubectl_imagepull.evidence.releases.release_finding import ReleaseFinding
from kubectl_imagepull.evidence.rollouts import Rollouts
from kubectl_imagepull.evidence.shared_fault import SharedFaults
from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.evidence.usage import ReadFailure
from kubectl_imagepull.evidence.workload import History, look_at_workload
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.helm_storage import release_of
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Scope, What
from kubectl_imagepull.vocabulary.manager import DEPLOYERS, ManagerKind
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment
from kubectl_imagepull.vocabulary.wording import clock
from kubectl_imagepull.vocabulary.workload import Workload

#: Events and starts this near to each other don't tell what came first.
_CLOCK = timedelta(minutes=1)


class Witnesses:
    """The indices that the checks need; built once for a snapshot and its failures."""

    def __init__(self, snapshot: Snapshot, owners: Owners, read_failures: Iterable[ReadFailure]) -> None:
        failures = tuple(read_failures)
        self.snapshot = snapshot
        self.neighbours = Neighbours(snapshot, failures)
        self.shared = SharedFaults(snapshot, failures)
        self.placement = Placement(snapshot)
        self.rollouts = Rollouts(snapshot)
        self._nodes = Nodes(snapshot)
        self._secrets = OtherSecrets(snapshot, self.neighbours.usage)
        self._history = History(snapshot, owners, self.neighbours.runs, self.neighbours.known)
        self._owners = owners
        self._near_names = NearNames(snapshot, self.neighbours.known)
        self._environments: dict[str, NodeEnvironment | None] = {}
        self._by_pod: dict[int, NodeEnvironment] = {}
        self._pods_by_node: dict[str, list[JsonObject]] = {}
        self._started: dict[str, datetime] = {}
        # the newest start on each node: one that an old error of the node could not have let through
        for run in self.neighbours.runs:
            if run.since and run.since > self._started.get(run.node, run.since - _CLOCK):
                self._started[run.node] = run.since

    def about(self, failure: PullFailure, verdict: Verdict, chain: tuple[Workload, ...]) -> tuple[Evidence, ...]:
        """What all checks but that of the pod's own pull secrets say about a failure."""
        workload = look_at_workload(failure, chain, self._history)
        previous = [image for item in workload if item.check is Check.PREVIOUS_IMAGE for image in item.values]
        return (
            *look_at_other_secrets(failure, verdict, self._secrets),
            *look_at_reference(failure),
            *workload,
            *look_at_mutation(failure, chain, self._owners, self.snapshot),
            *look_at_near_names(failure, verdict, self._near_names, previous),
            *look_at_neighbours(failure, verdict, self.neighbours),
            *self.shared.look(failure, verdict),
            *look_at_node(failure, verdict, self._nodes),
            *self._environment(failure),
            *self._later(failure, verdict),
        )

    def environment_of(self, failure: PullFailure) -> NodeEnvironment:
        """What the pod's node is, as far as the node, or else the pods on it, tell."""
        name = failure.node or ""
        if name not in self._environments:
            node = self._nodes.get(name) if name else None
            self._environments[name] = environment_of(node, self._pods_on(name)) if node else None
        if environment := self._environments[name]:
            return environment
        # the snapshot holds its pods, so that no other has the same id
        pod = id(failure.pod_object)
        if pod not in self._by_pod:
            self._by_pod[pod] = environment_by_pod(failure.pod_object)
        return self._by_pod[pod]

    def template_of(self, failure: PullFailure, workload: Workload) -> JsonObject | None:
        """The pod spec that a failure's workload makes its pods from, if the snapshot holds it."""
        return self._owners.template_of(failure.namespace, workload)

    def release_of(self, failure: PullFailure, workload: Workload) -> ReleaseFinding | None:
        """What the Helm release that made a failure's workload says; None where none made it."""
        held = self._owners.held(failure.namespace, workload)
        if held is None or release_of(held) is None:
            return None
        from kubectl_imagepull.evidence.releases.look import look_at_release

        return look_at_release(failure, workload, held, self.template_of(failure, workload), self.snapshot)

    def deployer_of(self, failure: PullFailure, workload: Workload) -> DeployerFinding | None:
        """What the object of Argo CD or Flux says that writes a failure's workload; None where none does."""
        if workload.managed_by is None or workload.managed_by.kind not in DEPLOYERS:
            return None
        if workload.managed_by.kind is ManagerKind.IMAGE_STREAM:
            from kubectl_imagepull.evidence.image_streams import look_at_image_stream

            held = self._owners.held(failure.namespace, workload)
            return look_at_image_stream(held, failure.container or "", self.snapshot) if held else None
        if workload.managed_by.kind is ManagerKind.OLM:
            from kubectl_imagepull.evidence.cluster_service_versions import look_at_cluster_service_version

            return look_at_cluster_service_version(workload.managed_by, failure, workload.name, self.snapshot)
        from kubectl_imagepull.evidence.deployers import look_at_deployer

        return look_at_deployer(
            workload.managed_by, failure.image, (failure.container or "", workload.name), self.snapshot
        )

    def unread_deployer(self, failure: PullFailure, workload: Workload) -> tuple[Evidence, ...]:
        """Why the object that writes a failure's workload could not be read, where it was asked for."""
        if workload.managed_by is None or workload.managed_by.kind not in DEPLOYERS:
            return ()
        if workload.managed_by.kind is ManagerKind.IMAGE_STREAM:
            from kubectl_imagepull.evidence.image_streams import image_stream_evidence

            held = self._owners.held(failure.namespace, workload) or {}
            return tuple(image_stream_evidence(held, failure.container or "", self.snapshot))
        from kubectl_imagepull.evidence.deployers import why_unread

        return tuple(why_unread(workload.managed_by, failure.namespace, self.snapshot))

    def sightings_of(self, failure: PullFailure) -> Sightings:
        """Where else the failure's image was seen."""
        return sightings_of(failure, self.neighbours)

    def platforms_of(self, failure: PullFailure, verdict: Verdict) -> Platforms:
        """The platforms that bear on the failure, where they are its cause."""
        if verdict.cause is not Cause.PLATFORM_MISMATCH:
            return Platforms()
        return platforms_of(failure, self.sightings_of(failure), self._nodes.get, self._nodes.platforms)

    def _environment(self, failure: PullFailure) -> Iterator[Evidence]:
        if failure.node:
            yield look_at_environment(self.environment_of(failure))

    def _pods_on(self, node: str) -> Iterator[JsonObject]:
        # asked for as soon as one node doesn't name its runtime, and then mostly for many
        if not self._pods_by_node:
            for pod in self.snapshot.pods:
                self._pods_by_node.setdefault(text_of(object_of(pod.get("spec")).get("nodeName")), []).append(pod)
        yield from self._pods_by_node.get(node, ())

    def _later(self, failure: PullFailure, verdict: Verdict) -> Iterator[Evidence]:
        """What speaks against a fault of the node that only an old event reports: pods that started there since."""
        if verdict.cause.scope is not Scope.NODE and failure.what is not What.SANDBOX:
            return
        started = self._started.get(failure.node or "")
        error_times = [text.time for text in failure.texts if text.time]
        if started is None or not error_times or started <= max(error_times) + _CLOCK:
            return
        times = clock(max(error_times), self.snapshot.now), clock(started, self.snapshot.now)
        yield Evidence(
            Check.NODE_CONDITION,
            Result.INFO,
            f"the last error is from {times[0]}, and other pods have started on node {failure.node} until "
            f"{times[1]}: it may be over, so recreate the pod before you change the node",
            failure.node or "",
        )

"""What fixes are made from: one failure, its cause, its owner and its evidence, with names that are safe to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.fixes.shell import EXISTING_TAG, is_usable, line, shown, usable
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, pull_secrets_of, text_of
from kubectl_imagepull.kube.snapshot import Reach
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, registry_of, try_parse
from kubectl_imagepull.vocabulary.wording import listed
from kubectl_imagepull.vocabulary.workload import Rollout, Workload

#: The key under which the kubelet looks for Docker Hub's credentials; with the slash at its end.
DOCKER_HUB_SERVER = "https://index.docker.io/v1/"
_DOCKER_HUB_HOST = "registry-1.docker.io"
_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
_SERVICES = {"containerd": "containerd", "cri-o": "crio", "docker": "docker"}
#: Kinds that make a deleted pod again.
REPLACING = frozenset({"deployment", "statefulset", "daemonset", "replicaset", "replicationcontroller"})
_ORDINAL = re.compile(r"[0-9]{1,9}\Z")
_OWN_GROUPS = frozenset({"v1", "apps/v1", "batch/v1"})


@dataclass(frozen=True)
class Case:
    """One failure with all that is known about it.

    `nodes` are all nodes that have the same fault, the failure's own first, where fixes are for more than this failure.
    """

    failure: PullFailure
    verdict: Verdict
    workload: Workload
    evidence: tuple[Evidence, ...] = ()
    reach: Reach = ()
    nodes: tuple[str, ...] = ()

    # -- the cluster --------------------------------------------------------------------------------------------

    @cached_property
    def reaching(self) -> tuple[str, ...]:
        """The words that lead a command to the pod's cluster; none where it is the one that kubectl takes anyway."""
        return tuple(
            word
            for flag, value in self.reach
            for word in ((flag, usable(value, _stand_in(flag))) if value else (flag,))
        )

    def kubectl(self, *words: str) -> str:
        """A kubectl command, as a line, for the pod's cluster."""
        return line("kubectl", *self.reaching, *words)

    # -- the pod ------------------------------------------------------------------------------------------------

    @cached_property
    def metadata(self) -> JsonObject:
        """The pod's metadata."""
        return object_of(self.failure.pod_object.get("metadata"))

    @cached_property
    def spec(self) -> JsonObject:
        """The pod's spec."""
        return object_of(self.failure.pod_object.get("spec"))

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return usable(self.failure.namespace, "NAMESPACE")

    @property
    def pod(self) -> str:
        """The pod's name."""
        return usable(self.failure.pod, "POD")

    @property
    def container(self) -> str:
        """The name of the container that fails."""
        return usable(self.failure.container or "", "CONTAINER")

    @property
    def the_node(self) -> str:
        """The node, or all that have the fault, in a sentence."""
        if self.on_many_nodes:
            return f"the {len(self.nodes):,} nodes"
        return f"node {self.node}" if self.failure.node else "the node"

    @property
    def on_node(self) -> str:
        """Where a step on the node is done, to begin a sentence with."""
        return f"On {'each of ' if self.on_many_nodes else ''}{self.the_node}"

    @property
    def on_many_nodes(self) -> bool:
        """Whether more nodes than the failure's own have the fault."""
        return len(self.nodes) > 1

    @property
    def their_names(self) -> str:
        """The nodes that have the fault, by name: the first, and how many more."""
        return listed([shown(node) for node in self.nodes])

    @property
    def node(self) -> str:
        """The node's name."""
        return usable(self.failure.node or "", "NODE")

    @property
    def service_account(self) -> str:
        """The service account that the pod runs as."""
        return usable(text_of(self.spec.get("serviceAccountName")) or "default", "SERVICE_ACCOUNT")

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The pull secrets that the pod names, each once."""
        return tuple(dict.fromkeys(usable(name, "SECRET_NAME") for name in pull_secrets_of(self.spec)))

    @cached_property
    def other_secrets(self) -> tuple[str, ...]:
        """Pull secrets of the namespace that the pod doesn't name, and that may hold what it lacks."""
        return self.values(Check.OTHER_PULL_SECRET)

    @property
    def volume(self) -> str:
        """The volume whose image fails."""
        for volume in objects_of(self.spec.get("volumes")):
            if text_of(object_of(volume.get("image")).get("reference")) == self.failure.image:
                return usable(text_of(volume.get("name")), "VOLUME")
        return "VOLUME"

    @property
    def job(self) -> str | None:
        """The Job that made the pod, if one did."""
        for owner in objects_of(self.metadata.get("ownerReferences")):
            if text_of(owner.get("kind")) == "Job":
                return usable(text_of(owner.get("name")), "JOB")
        return None

    @property
    def is_replaced(self) -> bool:
        """Whether the pod, once deleted, is made again and nothing else comes of it: a Job would count a failure."""
        if self.is_static:
            return False
        makers = [text_of(owner.get("kind")).lower() for owner in objects_of(self.metadata.get("ownerReferences"))]
        return any(maker in REPLACING for maker in makers or [self.kind])

    @property
    def is_static(self) -> bool:
        """Whether the kubelet made the pod from a file on its node."""
        return "kubernetes.io/config.mirror" in object_of(self.metadata.get("annotations"))

    @cached_property
    def on_dead_node(self) -> bool:
        """Whether the pod's node is NotReady: nobody there confirms that a deleted pod is gone."""
        return "NotReady" in self.values(Check.NODE_CONDITION, self.failure.node)

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the node's pause image that can't be pulled."""
        return self.failure.what is What.SANDBOX

    @cached_property
    def service(self) -> str | None:
        """The systemd unit of the node's runtime, if one of the pod's containers tells: containerd, crio, docker."""
        status = object_of(self.failure.pod_object.get("status"))
        for key in _STATUSES:
            for container in objects_of(status.get(key)):
                scheme = text_of(container.get("containerID")).partition("://")[0]
                if scheme in _SERVICES:
                    return _SERVICES[scheme]
        return None

    # -- the workload -------------------------------------------------------------------------------------------

    @cached_property
    def kind(self) -> str:
        """The workload's kind in small letters; "" for a kind that isn't Kubernetes' own."""
        if self.is_static:
            return "pod"
        return "" if self._group else self.workload.kind.lower()

    @cached_property
    def rollout(self) -> Rollout | None:
        """How the workload's pods get a change, if it is one that makes them itself and that is known."""
        return self.workload.rollout if self.kind in {"statefulset", "daemonset"} else None

    @property
    def place_below_partition(self) -> int | None:
        """The pod's place in a StatefulSet that gives it no change, because of its partition; None for others."""
        if self.kind != "statefulset" or self.rollout is None or self.rollout.on_delete:
            return None
        ordinal = self.failure.pod.rpartition("-")[2]
        place = int(ordinal) - self.rollout.first_ordinal if _ORDINAL.match(ordinal) else self.rollout.partition
        return place if place < self.rollout.partition else None

    @cached_property
    def target(self) -> str:
        """The workload as kubectl takes it: TYPE/NAME."""
        if self.is_static:
            return f"pod/{self.pod}"
        kind = self.workload.kind.lower() + (f".{self._group}" if self._group else "")
        name = self.workload.name
        return f"{kind}/{name}" if is_usable(kind) and is_usable(name) else "TYPE/NAME"

    @cached_property
    def _group(self) -> str:
        """The API group of an owner that has the kind of one of Kubernetes' own and is another."""
        for owner in objects_of(self.metadata.get("ownerReferences")):
            same = owner.get("kind") == self.workload.kind and owner.get("name") == self.workload.name
            version = text_of(owner.get("apiVersion"))
            if same and version and version not in _OWN_GROUPS:
                return version.partition("/")[0]
        return ""

    # -- the image ----------------------------------------------------------------------------------------------

    @cached_property
    def reference(self) -> ImageReference | None:
        """The image as the cluster reads it, if it is valid."""
        return try_parse(self.failure.image)

    @property
    def image(self) -> str:
        """The full reference that the cluster tries, for a sentence."""
        return shown(str(self.reference) if self.reference else self.failure.image)

    @property
    def repository(self) -> str:
        """The image without its tag."""
        return self.reference.repository if self.reference else "REGISTRY/REPOSITORY"

    @property
    def tag(self) -> str:
        """The tag that somebody wrote into the image, or what stands for one that exists."""
        tag = self.reference.tag if self.reference and not self.reference.implied_tag else None
        return tag if tag and tag != "latest" else EXISTING_TAG

    @property
    def names_no_registry(self) -> bool:
        """Whether the image names no registry, so that Docker Hub is asked."""
        reference = self.reference
        if reference is None or reference.registry != DOCKER_HUB:
            return False
        return not self.failure.image.startswith((f"{DOCKER_HUB}/", "index.docker.io/"))

    @property
    def registry(self) -> str:
        """The image's registry: the kubelet chooses credentials by it, whatever host answers."""
        if self.reference:
            return self.reference.registry
        return usable(registry_of(self.verdict.host or ""), "REGISTRY_HOST")

    @property
    def server(self) -> str:
        """The key that credentials for the image's registry stand under."""
        return DOCKER_HUB_SERVER if self.registry == DOCKER_HUB else self.registry

    @property
    def host(self) -> str:
        """The host (and port) that the node talks to: a mirror or token server where one answered."""
        host = usable(self.verdict.answered_by or self.verdict.host or self.registry, "REGISTRY_HOST")
        return _DOCKER_HUB_HOST if host == DOCKER_HUB else host

    @property
    def answering(self) -> str:
        """Who answered, in a sentence: Docker Hub has several hosts and one name."""
        return DOCKER_HUB if self.registry == DOCKER_HUB and self.host.endswith(".docker.io") else self.host

    @property
    def is_mirrored(self) -> bool:
        """Whether the host that answered is of another family than the image's registry."""
        return bool(self.verdict.answered_by) and _family(self.host) != _family(self.registry)

    @property
    def host_name(self) -> str:
        """The host without its port."""
        return re.sub(r":[0-9]+\Z", "", self.host)

    @property
    def host_and_port(self) -> str:
        """The host with its port, 443 where none is named."""
        return self.host if self.host != self.host_name else f"{self.host}:443"

    # -- the evidence -------------------------------------------------------------------------------------------

    def has(self, check: str) -> bool:
        """Whether a check found something: a fault or a fact."""
        return any(item.check == check and item.result in {Result.BAD, Result.INFO} for item in self.evidence)

    @property
    def revision(self) -> str:
        """The number of an earlier revision of the workload that is proven to have run, "" if there is none."""
        found = (
            item.about for item in self.evidence if item.check == Check.PREVIOUS_IMAGE and item.result is Result.INFO
        )
        return next((about for about in found if about.isdecimal()), "")

    def values(self, check: str, about: str | None = None) -> tuple[str, ...]:
        """What a check found, as far as it is safe to write; `about` narrows it to one name."""
        found = [
            value
            for item in self.evidence
            if item.check == check and item.result is not Result.SKIPPED and about in {None, item.about}
            for value in item.values
        ]
        return tuple(value for value in dict.fromkeys(found) if is_usable(value))

    def blamed(self, check: str) -> tuple[str, ...]:
        """The pod's pull secrets that a check speaks about, whatever it found."""
        about = [item for item in self.evidence if item.check == check and item.result is not Result.SKIPPED]
        return tuple(
            name
            for name in self.secrets
            if any(item.about == name if item.about else _speaks_of(item.text, name) for item in about)
        )

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """What stands in commands for names that can't be written there."""
        names = {
            "NAMESPACE": self.failure.namespace,
            "POD": self.failure.pod,
            "CONTAINER": self.failure.container or "-",
            "NODE": self.failure.node or "-",
        }
        names |= {_stand_in(flag): value for flag, value in self.reach if value}
        given = [stand_in for stand_in, name in names.items() if name != "-" and not is_usable(name)]
        given += [word for word in ("TYPE/NAME",) if self.target == word]
        return (*given, *(name for name in self.secrets if name == "SECRET_NAME"))


def _stand_in(flag: str) -> str:
    return flag.strip("-").replace("-", "_").upper()


def _family(host: str) -> list[str]:
    """The last two labels of a host: a registry's token and blob servers mostly share them."""
    return re.sub(r":[0-9]+\Z", "", host).split(".")[-2:]


def _speaks_of(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text) is not None

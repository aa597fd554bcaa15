"""The pod and the container that fail, as fixes name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, pull_secrets_of, text_of
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.command import Piece
from kubectl_imagepull.vocabulary.names import container_name, namespace_name, object_name

_LISTS = {
    What.INIT_CONTAINER: "initContainers",
    What.EPHEMERAL_CONTAINER: "ephemeralContainers",
}


@dataclass(frozen=True)
class PodFacts:
    """One failing pod; a name that breaks its grammar can't be written into a command."""

    #: The failure that tells which pod and container it is.
    failure: PullFailure

    @cached_property
    def metadata(self) -> JsonObject:
        """The pod's metadata."""
        return object_of(self.failure.pod_object.get("metadata"))

    @cached_property
    def spec(self) -> JsonObject:
        """The pod's spec."""
        return object_of(self.failure.pod_object.get("spec"))

    @property
    def namespace(self) -> Piece:
        """The pod's namespace."""
        return namespace_name(self.failure.namespace)

    @property
    def name(self) -> Piece:
        """The pod's name."""
        return object_name(self.failure.pod, "pod")

    @property
    def container(self) -> Piece:
        """The container that fails."""
        return container_name(self.failure.container or "")

    @property
    def container_list(self) -> str:
        """The list of the pod spec that the failing container stands in."""
        return _LISTS.get(self.failure.what, "containers")

    @cached_property
    def container_spec(self) -> JsonObject:
        """The failing container's own part of the spec; empty where it isn't known."""
        for container in objects_of(self.spec.get(self.container_list)):
            if container.get("name") == self.failure.container:
                return container
        return {}

    @cached_property
    def images(self) -> tuple[str, ...]:
        """The images of all its containers, as they are written."""
        containers = (one for name in ("initContainers", "containers") for one in objects_of(self.spec.get(name)))
        return tuple(dict.fromkeys(filter(None, (text_of(one.get("image")) for one in containers))))

    @property
    def pull_policy(self) -> str:
        """The container's pull policy; "" where it isn't known."""
        return text_of(self.container_spec.get("imagePullPolicy"))

    @property
    def service_account(self) -> Piece:
        """The service account that the pod runs as."""
        return object_name(text_of(self.spec.get("serviceAccountName")) or "default", "service account")

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The pull secrets that the pod names, as it writes them, each once."""
        return pull_secrets_of(self.spec)

    @property
    def volume(self) -> Piece:
        """The volume whose image fails."""
        for volume in objects_of(self.spec.get("volumes")):
            if text_of(object_of(volume.get("image")).get("reference")) == self.failure.image:
                return container_name(text_of(volume.get("name")))
        return container_name("")

    @property
    def is_static(self) -> bool:
        """Whether the kubelet made the pod from a file on its node."""
        return "kubernetes.io/config.mirror" in object_of(self.metadata.get("annotations"))

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the node's pause image that can't be pulled."""
        return self.failure.what is What.SANDBOX

    @property
    def is_ephemeral(self) -> bool:
        """Whether it is a debugging container, whose old entry stays in the pod for ever."""
        return self.failure.what is What.EPHEMERAL_CONTAINER

    @property
    def is_volume(self) -> bool:
        """Whether it is an image volume."""
        return self.failure.what is What.IMAGE_VOLUME

    @property
    def has_ephemeral_containers(self) -> bool:
        """Whether the pod holds debugging containers, with which it can't be made again."""
        return bool(objects_of(self.spec.get("ephemeralContainers")))

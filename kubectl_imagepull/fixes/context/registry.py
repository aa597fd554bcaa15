"""The registry that the image comes from, and the host that answered in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubectl_imagepull.vocabulary.blob_hosts import sends_blobs
from kubectl_imagepull.vocabulary.command import Piece
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, registry_of
from kubectl_imagepull.vocabulary.names import host_name, is_host, shown
from kubectl_imagepull.vocabulary.vendors import Vendor, all_public, is_vendors_own, nodes_log_in, vendor_of

#: The key under which the kubelet looks for Docker Hub's credentials; with the slash at its end.
DOCKER_HUB_SERVER = "https://index.docker.io/v1/"
_DOCKER_HUB_HOST = "registry-1.docker.io"
_PORT = re.compile(r":[0-9]+\Z")
_ADDRESS = re.compile(r"\[[0-9a-fA-F:]+\]\Z|[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z")
_LOCAL = ("localhost", "127.", "[::1]")


@dataclass(frozen=True)
class RegistryFacts:
    """The image's registry, and who answered; hosts of a message are parsed as hosts before they stand anywhere."""

    #: The image's reference, if it is valid.
    reference: ImageReference | None
    #: The registry host that the text is about, if it names one.
    host_in_text: str
    #: The host that answered where it is another than the image's; "" for none.
    answered_by: str

    @property
    def name(self) -> str:
        """The image's registry, for a sentence: the kubelet chooses credentials by it, whatever host answers."""
        if self.reference:
            return self.reference.registry
        host = registry_of(self.host_in_text)
        return host if is_host(host) else "the registry"

    @property
    def word(self) -> Piece:
        """The image's registry, for a command."""
        return self.name if self.reference else host_name(registry_of(self.host_in_text))

    @property
    def server(self) -> Piece:
        """The key that credentials for the image's registry stand under."""
        return DOCKER_HUB_SERVER if self.name == DOCKER_HUB else self.word

    @property
    def vendor(self) -> Vendor:
        """Whose registry it is, as far as its host tells."""
        return vendor_of(self.name)

    @property
    def is_docker_hub(self) -> bool:
        """Whether the image comes from Docker Hub."""
        return self.name == DOCKER_HUB

    @property
    def is_vendors_own(self) -> bool:
        """Whether strangers run it, with certificates that every system trusts."""
        return is_vendors_own(self.name)

    @property
    def is_all_public(self) -> bool:
        """Whether nothing there needs a login."""
        return all_public(self.name)

    @property
    def nodes_log_in(self) -> bool:
        """Whether a cloud's nodes log in there by themselves."""
        return nodes_log_in(self.name)

    @property
    def host(self) -> str:
        """The host (and port) that the node talks to, for a sentence: a mirror or token server where one answered."""
        host = self.answered_by or self.host_in_text or self.name
        host = host if is_host(host) else self.name
        return _DOCKER_HUB_HOST if host == DOCKER_HUB else host

    @property
    def is_forged(self) -> bool:
        """Whether the text names a host that can be none: somebody wrote it for whoever reads the fix."""
        return any(host and not is_host(host) for host in (self.answered_by, self.host_in_text))

    @property
    def host_word(self) -> Piece:
        """The host that the node talks to, for a command."""
        return host_name(self.host)

    @property
    def answering(self) -> str:
        """Who answered, in a sentence: Docker Hub has several hosts and one name."""
        return DOCKER_HUB if self.is_docker_hub and self.host.endswith(".docker.io") else self.host

    @property
    def is_mirrored(self) -> bool:
        """Whether the host that answered is neither of the registry's family nor where its layers come from."""
        return bool(self.answered_by) and _family(self.host) != _family(self.name) and not self.is_blob_host

    @property
    def is_blob_host(self) -> bool:
        """Whether the host that answered is where the registry's layers come from."""
        return bool(self.answered_by) and sends_blobs(self.name, self.host)

    @property
    def host_without_port(self) -> str:
        """The host that the node talks to, without its port."""
        return _PORT.sub("", self.host)

    @property
    def host_with_port(self) -> str:
        """The host that the node talks to with its port, 443 where none is named."""
        return self.host if self.host != self.host_without_port else f"{self.host}:443"

    @property
    def is_address(self) -> bool:
        """Whether the host that the node talks to is an address and no name."""
        return _ADDRESS.match(self.host_without_port) is not None

    @property
    def is_local(self) -> bool:
        """Whether the name means the node itself."""
        return self.host.startswith(_LOCAL)

    @property
    def text_shown(self) -> str:
        """The host as the text has it, for a sentence."""
        return shown(self.host_in_text)


def _family(host: str) -> list[str]:
    """The last two labels of a host: a registry's token and blob servers mostly share them."""
    return _PORT.sub("", host).split(".")[-2:]

"""The image that can't be pulled, as fixes name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.vocabulary.command import Placeholder, Word, joined
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, repository_named, try_parse
from kubectl_imagepull.vocabulary.names import shown_name
from kubectl_imagepull.vocabulary.reference_fault import FaultKind, ReferenceFault
from kubectl_imagepull.vocabulary.reference_mistakes import reference_fault
from kubectl_imagepull.vocabulary.vendors import Vendor, vendor_of

#: What only somebody who looks into the registry knows.
EXISTING_TAG = Placeholder("EXISTING_TAG", "a tag that exists")
RIGHT_REPOSITORY = Placeholder(
    "REPOSITORY", "the registry and path of the image, such as registry.example.com/team/app"
)

#: The registries that only their vendors publish in.
_VENDORS_ONLY = frozenset(
    {
        Vendor.KUBERNETES,
        Vendor.MICROSOFT,
        Vendor.NVIDIA,
        Vendor.RED_HAT,
        Vendor.CHAINGUARD,
        Vendor.ECR_PUBLIC,
        Vendor.ORACLE_DOWNLOADS,
    }
)
#: Those where everybody has a place of their own, by the first part of the path.
_SHARED = frozenset({Vendor.DOCKER_HUB, Vendor.GITHUB})
_SHARED_HOSTS = frozenset({"quay.io", "registry.gitlab.com"})


@dataclass(frozen=True)
class ImageFacts:
    """The image as it is written, as the cluster reads it, and where else it was seen."""

    #: As the pod has it.
    written: str
    #: Where else it was seen.
    sightings: Sightings = field(default_factory=Sightings)
    #: The images of the pod's containers, as it has them.
    beside: tuple[str, ...] = ()
    #: Whether the pod names pull secrets, as for a repository that isn't everybody's.
    is_private: bool = False

    @cached_property
    def reference(self) -> ImageReference | None:
        """The image as the cluster reads it, if it is valid."""
        return try_parse(self.written)

    @property
    def shown(self) -> str:
        """The full reference that the cluster tries, for a sentence."""
        return shown_name(str(self.reference) if self.reference else self.written)

    @property
    def brief(self) -> str:
        """The same with twelve digits of its digest: enough to tell it from others."""
        name, mark, digest = self.shown.rpartition("@sha256:")
        return f"{name}{mark}{digest[:12]}" if mark else self.shown

    @property
    def written_shown(self) -> str:
        """The image as it is written, for a sentence."""
        return shown_name(self.written)

    @property
    def word(self) -> Word:
        """The full reference that the cluster tries, for a command."""
        return str(self.reference) if self.reference else joined(RIGHT_REPOSITORY, ":", EXISTING_TAG)

    @property
    def as_given(self) -> Word:
        """The reference as it is written, for the programs of one's own machine, which know the image by that name."""
        return self.written if self.reference else self.word

    @property
    def repository(self) -> str:
        """Registry and path, for a sentence and a command; "" for an invalid reference."""
        return self.reference.repository if self.reference else ""

    @cached_property
    def loose_repository(self) -> str:
        """Registry and path, also where only the tag or capitals break the grammar; "" where it names none."""
        found, fault = repository_named(self.written), self.fault
        is_placeholder = fault and fault.kind is FaultKind.PLACEHOLDER and fault.piece.lower() in found.split("/")
        return "" if is_placeholder else found

    @property
    def path(self) -> str:
        """The path without the registry; "" for an invalid reference."""
        return self.reference.path if self.reference else ""

    @property
    def has_own_tag(self) -> bool:
        """Whether somebody wrote a tag that names a version."""
        return bool(self.reference and self.reference.tag and not self.reference.implied_tag and self.tag != "latest")

    @property
    def tag(self) -> str:
        """The tag, the implied one too; "" where there is only a digest."""
        return (self.reference.tag or "") if self.reference else ""

    @property
    def digest(self) -> str:
        """The digest; "" for none."""
        return (self.reference.digest or "") if self.reference else ""

    @property
    def mark(self) -> Word:
        """What stands behind the repository: the digest, the tag that somebody wrote, or a placeholder for one."""
        if self.digest:
            return f"@{self.digest}"
        return f":{self.tag}" if self.has_own_tag else joined(":", EXISTING_TAG)

    def in_repository(self, repository: Word) -> Word:
        """The same tag or digest in another repository."""
        return joined(repository, self.mark)

    @cached_property
    def fault(self) -> ReferenceFault | None:
        """The mistake in it, if it shows one."""
        return reference_fault(self.written)

    @property
    def is_strangers(self) -> bool:
        """Whether somebody else publishes it: nobody asks its user to build or push it.

        What stands in a place that everybody has one of is the user's own where other images of the pod come from it,
        or where the pod names a pull secret.
        """
        reference = self.reference
        if reference is None:
            return False
        vendor = vendor_of(reference.registry)
        if vendor in _VENDORS_ONLY or (reference.registry == DOCKER_HUB and reference.path.startswith("library/")):
            return True
        if self.is_private or (vendor not in _SHARED and reference.registry not in _SHARED_HOSTS):
            return False
        place = f"{reference.registry}/{reference.path.partition('/')[0]}/"
        others = (try_parse(image) for image in self.beside if image != self.written)
        return not any(other and other.repository.startswith(place) for other in others)

    @property
    def publisher(self) -> str:
        """Who publishes it, in a sentence."""
        return "whoever publishes it" if self.is_strangers else "whoever builds it"

    @property
    def names_no_registry(self) -> bool:
        """Whether the image names no registry, so that Docker Hub is asked."""
        if self.reference is None or self.reference.registry != DOCKER_HUB:
            return False
        return not self.written.startswith((f"{DOCKER_HUB}/", "index.docker.io/"))

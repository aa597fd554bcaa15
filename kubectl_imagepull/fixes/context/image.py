"""The image that can't be pulled, as fixes name it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.vocabulary.command import Placeholder, Word, joined
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, try_parse
from kubectl_imagepull.vocabulary.names import shown

#: What only somebody who looks into the registry knows.
EXISTING_TAG = Placeholder("EXISTING_TAG", "a tag that exists")
RIGHT_REPOSITORY = Placeholder("REPOSITORY", "the image's registry and path, such as registry.example.com/team/app")


@dataclass(frozen=True)
class ImageFacts:
    """The image as it is written, and as the cluster reads it."""

    written: str

    @cached_property
    def reference(self) -> ImageReference | None:
        """The image as the cluster reads it, if it is valid."""
        return try_parse(self.written)

    @property
    def shown(self) -> str:
        """The full reference that the cluster tries, for a sentence."""
        return shown(str(self.reference) if self.reference else self.written)

    @property
    def written_shown(self) -> str:
        """The image as it is written, for a sentence."""
        return shown(self.written)

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

    @property
    def names_no_registry(self) -> bool:
        """Whether the image names no registry, so that Docker Hub is asked."""
        if self.reference is None or self.reference.registry != DOCKER_HUB:
            return False
        return not self.written.startswith((f"{DOCKER_HUB}/", "index.docker.io/"))

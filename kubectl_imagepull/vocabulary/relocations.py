"""Places that images have moved away from: what happened there, and the name in the place that took over."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference

_GCR = ".gcr.io"


@dataclass(frozen=True)
class Relocation:
    """One place that moved.

    `place` is the registry, or registry and first part of the path; `why` the sentence that says what happened;
    `target` the repository prefix that took over, "" where only the owner knows the new name; `advice` is what to
    think of the new place. `versions_only` says that some of its tags are still there.
    """

    place: str
    why: str
    target: str = ""
    advice: str = ""
    versions_only: bool = False

    @property
    def text(self) -> str:
        """What happened, and what to think of the new place."""
        return f"{self.why} {self.advice}".rstrip()

    def new_name(self, reference: ImageReference) -> str | None:
        """The repository's name in the place that took over, without tag; None where only its owner knows it."""
        if not self.target:
            return None
        return f"{self.target}/{reference.repository.removeprefix(f'{self.place}/')}"


KUBERNETES = Relocation(
    "k8s.gcr.io",
    "k8s.gcr.io is frozen: the same images are at registry.k8s.io, newer ones only there.",
    "registry.k8s.io",
)
BITNAMI = Relocation(
    f"{DOCKER_HUB}/bitnami",
    "Bitnami moved its versioned tags to bitnamilegacy in 2025.",
    f"{DOCKER_HUB}/bitnamilegacy",
    "Take the image from there as a stop-gap only: it gets no updates any more.",
    versions_only=True,
)
GITHUB = Relocation("docker.pkg.github.com", "docker.pkg.github.com has become ghcr.io: name the image there.")
GOOGLE = Relocation(
    "gcr.io",
    "Google shut Container Registry down in March 2025: gcr.io names live on only in Artifact Registry",
)


def relocation_of(reference: ImageReference) -> Relocation | None:
    """The move that a reference's place has made, if it is one of those that moved."""
    registry = reference.registry
    for relocation in (KUBERNETES, GITHUB):
        if registry == relocation.place:
            return relocation
    if registry == GOOGLE.place or registry.endswith(_GCR):
        return GOOGLE
    return BITNAMI if reference.repository.startswith(f"{BITNAMI.place}/") else None

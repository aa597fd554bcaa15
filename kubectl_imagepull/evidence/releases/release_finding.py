"""What a look at a workload's Helm release gave, as a value: paths and an image's own pieces, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubectl_imagepull.evidence.releases.image_parts import ImageParts, image_parts

#: The keys that lead to a value, from the top.
ValuePath = tuple[str, ...]


@dataclass(frozen=True)
class ImageValues:
    """The paths of an image's parts: None for a part that no value gives."""

    #: The image as Helm rendered it.
    image: str
    #: The path of the whole name.
    whole: ValuePath | None = None
    #: That of the registry, where it stands apart.
    registry: ValuePath | None = None
    #: That of the repository, which may begin with the registry.
    repository: ValuePath | None = None
    #: That of the tag; a value that is empty now may be set there.
    tag: ValuePath | None = None
    #: That of the digest.
    digest: ValuePath | None = None
    #: Whether the digest is written without its `sha256:`.
    is_bare_digest: bool = False
    #: Whether a digest stands there now.
    has_digest: bool = False

    @property
    def paths(self) -> tuple[ValuePath, ...]:
        """The paths of all parts, in their order in the image's name."""
        return tuple(path for path in (self.whole, self.registry, self.repository, self.tag, self.digest) if path)

    @property
    def is_global(self) -> bool:
        """Whether a part is one that other images of the chart take as well."""
        return any(path[0] == "global" for path in self.paths)

    def settings(self, image: ImageParts) -> list[tuple[ValuePath, str]] | None:
        """What to set for another image, each path with its value; None where the values can't give it."""
        if self.whole:
            mark = f":{image.tag}" if image.tag else ""
            return [(self.whole, f"{image.repository}{mark}{f'@{image.digest}' if image.digest else ''}")]
        now, settings = image_parts(self.image), list[tuple[ValuePath, str]]()
        if image.repository != now.repository:
            place = self._place(now, image)
            if place is None:
                return None
            settings += place
        if image.tag != now.tag:
            if self.tag is None or not image.tag:
                return None
            settings.append((self.tag, image.tag))
        if image.digest != now.digest:
            if self.digest is None:
                return None
            settings.append((self.digest, image.digest.partition(":")[2] if self.is_bare_digest else image.digest))
        return settings

    def _place(self, now: ImageParts, image: ImageParts) -> list[tuple[ValuePath, str]] | None:
        if self.repository is None:
            return None
        if self.registry is None:
            return [(self.repository, image.repository)]
        # docker.io is what a name without a registry means
        registry = image.registry or "docker.io"
        apart = [(self.registry, registry)] if registry != (now.registry or "docker.io") else []
        return [*apart, *([(self.repository, image.path)] if image.path != now.path else [])]


@dataclass(frozen=True)
class SpecValues:
    """The paths of what a chart takes for the pod beside its images; None for what its values don't have."""

    #: The list of pull secrets.
    pull_secrets: ValuePath | None = None
    #: Whether that list holds names, and not objects with a name.
    holds_names: bool = False
    #: The names that it holds now.
    secret_names: tuple[str, ...] = ()
    #: The map of the node selector.
    node_selector: ValuePath | None = None
    #: The pull policy.
    pull_policy: ValuePath | None = None


@dataclass(frozen=True)
class EarlierImage:
    """What an earlier revision gave the container."""

    #: The number of the revision.
    revision: int
    #: The image that it rendered.
    image: str


@dataclass(frozen=True)
class ReleaseFinding:
    """The release of one failing container's workload."""

    #: Its name.
    name: str
    #: The namespace that it is kept in, which helm asks for with -n.
    namespace: str
    #: Why it could not be read; "" where it was, and then the rest holds.
    unread: str = ""
    #: The number of the newest revision.
    revision: int = 0
    #: What Helm says of that: `deployed`, `failed`, `pending-upgrade` ...
    status: str = ""
    #: The revision that is deployed, where that is an older one; 0 where it is the newest, or none is known.
    deployed: int = 0
    #: The chart's name; "" for one that no command may hold.
    chart: str = ""
    #: The chart's version; "" likewise.
    version: str = ""
    #: The image that the newest revision rendered for the container; "" where it rendered no such container.
    rendered: str = ""
    #: Where that comes from: () where no value tells, several where each of them gives this image.
    images: tuple[ImageValues, ...] = ()
    #: Where the rest of the pod comes from.
    spec: SpecValues = field(default_factory=SpecValues)
    #: What the revisions before it rendered for the container, newest first.
    earlier: tuple[EarlierImage, ...] = ()
    #: Whether the image was changed in the cluster since Helm wrote it.
    is_changed_since: bool = False

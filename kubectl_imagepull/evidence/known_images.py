"""Which images are known to exist: they run, or stand in a node's image list."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from kubectl_imagepull.evidence.runs import ImageRun, image_key
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.image_reference import ImageReference, try_parse

_NUMBER = re.compile(r"(\d+)")
#: What a tag that sorts behind all versions looks like: it names no version, or one that isn't finished.
_UNFINISHED = re.compile(r"(?i)[-_.](?:rc|alpha|beta|dev|snapshot|pre)")


@dataclass(frozen=True)
class KnownTag:
    """A tag that exists, as a full reference, and where it was seen."""

    #: The full reference with the tag.
    reference: str
    #: Where it was seen, for a sentence.
    where: str
    #: The other namespace that alone runs it, so that it proves nothing for this one; "" for none.
    stranger: str = ""


@dataclass
class SeenImage:
    """One image that really is, or was, in its registry, and where it was seen."""

    #: The image, with its tag or digest.
    reference: ImageReference
    #: One container that got it, by namespace.
    runs: dict[str, ImageRun] = field(default_factory=dict)
    #: How many containers got it.
    count: int = 0
    #: The nodes that have it in their image list.
    nodes: dict[str, None] = field(default_factory=dict)

    def stranger_to(self, namespace: str) -> str:
        """The other namespace that alone runs it; "" where this one does, or where only nodes tell."""
        return "" if namespace in self.runs else next(iter(self.runs), "")


class KnownImages:
    """The images that really are, or were, in their registries, by repository; and which node holds which image.

    A tag that just now can't be found is not known, whatever runs with it: `is_missing` says that of an image key.
    """

    def __init__(self, snapshot: Snapshot, runs: Iterable[ImageRun], is_missing: Callable[[str], bool]) -> None:
        self._is_missing = is_missing
        #: Image keys -> what was seen, by repository and by registry.
        self._repositories: dict[str, dict[str, SeenImage]] = {}
        self._registries: dict[str, dict[str, dict[str, SeenImage]]] = {}
        self._tags: dict[tuple[str, str], tuple[KnownTag, ...]] = {}
        for run in runs:
            if image := self._image(run.image):
                image.runs.setdefault(run.namespace, run)
                image.count += 1
        for node in snapshot.objects.get("Node", ()):
            name = text_of(object_of(node.get("metadata")).get("name"))
            for held in dict.fromkeys(_held_by(node)):
                if image := self._image(held):
                    image.nodes[name] = None

    def _image(self, name: str) -> SeenImage | None:
        reference = try_parse(name)
        if reference is None:
            return None
        repository = self._repositories.get(reference.repository)
        if repository is None:
            repository = self._repositories[reference.repository] = {}
            self._registries.setdefault(reference.registry, {})[reference.repository] = repository
        return repository.setdefault(image_key(name), SeenImage(reference))

    def seen(self, image: str) -> SeenImage | None:
        """Where an image was seen."""
        reference = try_parse(image)
        return self._repositories.get(reference.repository, {}).get(image_key(image)) if reference else None

    def nodes_with(self, image: str) -> Collection[str]:
        """The nodes that have the image, as far as they say: a kubelet lists its fifty largest."""
        seen = self.seen(image)
        return seen.nodes if seen else ()

    def is_on(self, image: str, node: str) -> bool:
        """Whether a node says that it has the image."""
        return node in self.nodes_with(image)

    @property
    def registries(self) -> Collection[str]:
        """The registries of all images that were seen."""
        return self._registries

    def repositories_at(self, registry: str) -> Collection[str]:
        """The repositories of a registry of which an image was seen."""
        return self._registries.get(registry, ())

    def images_at(self, repository: str) -> Iterator[SeenImage]:
        """The images of a repository that were seen and aren't missing by now."""
        images = self._repositories.get(repository, {})
        return (image for key, image in images.items() if not self._is_missing(key))

    def tags(self, repository: str, namespace: str) -> tuple[KnownTag, ...]:
        """The tags of a repository that are known to exist, newest versions first.

        Those that a namespace runs itself come first, then those that nodes have, last those of other namespaces.
        """
        if (repository, namespace) not in self._tags:
            self._tags[repository, namespace] = tuple(self._find_tags(repository, namespace))
        return self._tags[repository, namespace]

    def _find_tags(self, repository: str, namespace: str) -> Iterator[KnownTag]:
        usable = {
            key: image
            for key, image in self._repositories.get(repository, {}).items()
            if "@" not in key and not self._is_missing(key)
        }
        order = sorted(usable, key=version_order, reverse=True)
        for key in sorted(order, key=lambda key: _nearness(usable[key], namespace)):
            image = usable[key]
            run = image.runs.get(namespace) or next(iter(image.runs.values()), None)
            where = f"{'runs' if run.running else 'ran'} in {run.name}" if run else f"on node {next(iter(image.nodes))}"
            yield KnownTag(key, where, image.stranger_to(namespace))


def _nearness(image: SeenImage, namespace: str) -> int:
    if namespace in image.runs:
        return 0
    return 2 if image.runs else 1


def _held_by(node: JsonObject) -> Iterable[str]:
    for image in objects_of(object_of(node.get("status")).get("images")):
        names = image.get("names")
        for name in names if isinstance(names, list) else ():
            if (text := text_of(name)) and not text.startswith("<none>"):
                yield text


@lru_cache(maxsize=65536)
def version_order(key: str) -> tuple[bool, bool, list[tuple[int, str]]]:
    """The order of versions as people see it: v1.10 after v1.9, a release after its candidates, words before all."""
    tag = key.rpartition(":")[2]
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(tag.removeprefix("v"))[:9]]
    return bool(_NUMBER.search(tag)), not _UNFINISHED.search(tag), parts

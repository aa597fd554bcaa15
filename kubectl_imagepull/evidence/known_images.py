"""Which images are known to exist: they run, or stand in a node's image list."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from kubectl_imagepull.evidence.runs import Run, image_key
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.image_reference import try_parse

_NUMBER = re.compile(r"(\d+)")
#: What a tag that sorts behind all versions looks like: it names no version, or one that isn't finished.
_UNFINISHED = re.compile(r"(?i)[-_.](?:rc|alpha|beta|dev|snapshot|pre)")


@dataclass(frozen=True)
class KnownTag:
    """A tag that exists, as a full reference, and where it was seen."""

    reference: str
    where: str


class KnownImages:
    """The images that really are, or were, in their registries, by repository; and which node holds which image.

    A tag that just now can't be found is not known, whatever runs with it: `is_missing` says that of an image key.
    """

    def __init__(self, snapshot: Snapshot, runs: Iterable[Run], is_missing: Callable[[str], bool]) -> None:
        self._is_missing = is_missing
        self._runs: dict[str, dict[str, Run]] = {}
        self._nodes: dict[str, dict[str, None]] = {}
        self._held: dict[str, set[str]] = {}
        self._tags: dict[str, tuple[KnownTag, ...]] = {}
        for run in runs:
            self._runs.setdefault(_repository(run.image), {}).setdefault(image_key(run.image), run)
        for node in snapshot.objects.get("Node", ()):
            name = text_of(object_of(node.get("metadata")).get("name"))
            for key in dict.fromkeys(_image_keys(node)):
                self._nodes.setdefault(key, {})[name] = None
                self._held.setdefault(_repository(key), set()).add(key)

    def nodes_with(self, image: str) -> Collection[str]:
        """The nodes that have the image, as far as they say: a kubelet lists its fifty largest."""
        return self._nodes.get(image_key(image), {})

    def is_on(self, image: str, node: str) -> bool:
        """Whether a node says that it has the image."""
        return node in self._nodes.get(image_key(image), {})

    def tags(self, repository: str) -> tuple[KnownTag, ...]:
        """The tags of a repository that are known to exist: those that run first, then newest versions first."""
        if repository not in self._tags:
            self._tags[repository] = self._find_tags(repository)
        return self._tags[repository]

    def _find_tags(self, repository: str) -> tuple[KnownTag, ...]:
        found: dict[str, tuple[int, KnownTag]] = {}
        for key, run in self._runs.get(repository, {}).items():
            found[key] = (0, KnownTag(key, f"{'runs' if run.running else 'ran'} in {run.name}"))
        for key in self._held.get(repository, ()):
            found.setdefault(key, (1, KnownTag(key, f"on node {next(iter(self._nodes[key]))}")))
        usable = {key: value for key, value in found.items() if "@" not in key and not self._is_missing(key)}
        order = sorted(usable, key=_version, reverse=True)
        return tuple(usable[key][1] for key in sorted(order, key=lambda key: usable[key][0]))


def _image_keys(node: JsonObject) -> Iterable[str]:
    for image in objects_of(object_of(node.get("status")).get("images")):
        names = image.get("names")
        for name in names if isinstance(names, list) else ():
            if (text := text_of(name)) and not text.startswith("<none>") and _repository(text):
                yield image_key(text)


@lru_cache(maxsize=65536)
def _repository(image: str) -> str:
    reference = try_parse(image)
    return reference.repository if reference else ""


def _version(key: str) -> tuple[bool, bool, list[tuple[int, str]]]:
    """The order of versions as people see it: v1.10 after v1.9, a release after its candidates, words before all."""
    tag = key.rpartition(":")[2]
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(tag.removeprefix("v"))[:9]]
    return bool(_NUMBER.search(tag)), not _UNFINISHED.search(tag), parts

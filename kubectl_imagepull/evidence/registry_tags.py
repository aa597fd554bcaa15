"""A tag that isn't there, and the tags that are -> those that may be meant, the nearest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kubectl_imagepull.evidence.known_images import version_order
from kubectl_imagepull.vocabulary.likeness import edits, is_like_tag

_MOST = 3
#: Other edits than these make another tag.
_MOST_EDITS = 2
#: A tag as people write versions: numbers, then what kind of build it is.
_VERSION = re.compile(r"v?(?P<numbers>\d+(?:\.\d+)*)(?P<kind>(?:[-_+.][A-Za-z].*)?)\Z")
#: What is pushed beside images: signatures, attestations, SBOMs, caches.
_NOT_IMAGES = re.compile(r"sha256-[0-9a-f]{64}(?:\.[a-z]+)?\Z|.*\.(?:sig|att|sbom)\Z")


@dataclass(frozen=True)
class NearTags:
    """The tags of a repository that are nearest to one that isn't there."""

    #: The tag that is surely meant: the same but for a prefix, a separator or a typing mistake; "" where none is.
    meant: str = ""
    #: The nearest, best first; the one that is meant among them.
    nearest: tuple[str, ...] = ()
    #: The newest by the order of versions; "" where no tag looks like one.
    newest: str = ""


def near_tags(tag: str, tags: Sequence[str]) -> NearTags:
    """The tags that are nearest to one that isn't there."""
    images = [other for other in tags if not _NOT_IMAGES.match(other)]
    like = sorted(other for other in images if is_like_tag(tag, other))
    ranked = dict.fromkeys([*like, *_of_version(tag, images), *_by_letters(tag, images)])
    versions = [other for other in images if _VERSION.match(other)]
    plain = [other for other in versions if not _kind_of(other)] or versions
    newest = max(plain, key=version_order, default="")
    return NearTags(like[0] if len(like) == 1 else "", tuple(ranked)[:_MOST], newest)


def _of_version(tag: str, tags: Sequence[str]) -> Iterator[str]:
    """Tags of the same version in another build, then newer and older ones of the same line and the same build."""
    own = _VERSION.match(tag)
    if own is None:
        return
    matches = [(other, found) for other in tags if (found := _VERSION.match(other))]
    numbers = own["numbers"].split(".")
    same = [other for other, found in matches if found["numbers"] == own["numbers"]]
    yield from sorted(same, key=len)
    for length in range(max(len(numbers) - 1, 1), 0, -1):
        line = numbers[:length]
        of_line = [
            other
            for other, found in matches
            if found["numbers"].split(".")[:length] == line and found["kind"] == own["kind"]
        ]
        yield from sorted(of_line, key=version_order, reverse=True)


def _by_letters(tag: str, tags: Sequence[str]) -> list[str]:
    near = [(edits(tag, other, _MOST_EDITS), other) for other in tags if not _VERSION.match(other)]
    return [other for distance, other in sorted(near) if distance <= min(_MOST_EDITS, len(tag) // 3)]


def _kind_of(tag: str) -> str:
    found = _VERSION.match(tag)
    return found["kind"] if found else ""

"""Which values of a release give an image: the search from an image back to the paths of its parts.

The usual conventions: one string; a map of registry, repository, tag and digest beside each other; a registry that is
global; a tag that is the chart's appVersion, or the subchart's; a tag alone, where the template has the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.image_parts import ImageParts, image_parts
from kubectl_imagepull.evidence.releases.release_finding import ImageValues, ValuePath
from kubectl_imagepull.kube.objects import JsonObject, object_of
from kubectl_imagepull.vocabulary.image_reference import same_image

_TAG = re.compile(r"(?:\A|.*[a-z_-])(?:tag|version)\Z", re.IGNORECASE)
_DIGEST = re.compile(r"(?:.*[a-z_-])?(?:digest|sha|sha256)\Z", re.IGNORECASE)
_REGISTRY = re.compile(r".*(?:registry|hub|host|domain|server|url)\Z", re.IGNORECASE)
#: Keys whose text is no image by itself, even where it is that of one: a command, a label.
_NO_IMAGE = re.compile(r".*(?:command|args|label|annotation|description|notes?)s?\Z", re.IGNORECASE)
#: Where charts look for what is the same for all of their images.
_GLOBALS: tuple[ValuePath, ...] = (("global",), ("global", "image"), ("image",))
#: A path is printed only where each of its keys is as plain as this; others may be anything.
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}\Z")
_MOST_FOUND = 20


def image_values(image: str, values: ChartValues, names: Sequence[str]) -> tuple[ImageValues, ...]:
    """Where an image comes from, the likeliest first; () where no value tells, several where more than one may.

    `names` are those of the container and its workload: of several places the one whose path holds one of them counts.
    """
    places: list[ImageValues] = []
    keys = _Keys(values)
    for path, items in values.maps():
        places += _in_map(image, keys, path, items)
        if len(places) >= _MOST_FOUND:
            break
    writable = [place for place in places if all(map(_is_plain, place.paths))]
    if not writable:
        return ()
    best = max(map(_weight, writable))
    left = list(dict.fromkeys(place for place in writable if _weight(place) == best))
    named = [place for place in left if _is_named(place, names)]
    return tuple(named if len(named) == 1 else left)


class _Keys:
    """The keys of a release's values by what they may hold; a map is looked through once, however large it is."""

    def __init__(self, values: ChartValues) -> None:
        self.values = values
        self._matching: dict[tuple[ValuePath, re.Pattern[str]], list[str]] = {}

    def matching(self, scope: ValuePath, pattern: re.Pattern[str]) -> list[str]:
        """The keys of a map that match, some of very many."""
        if (scope, pattern) not in self._matching:
            items = object_of(self.values.at(scope))
            self._matching[scope, pattern] = [key for key in items if pattern.match(key)][:_MOST_FOUND]
        return self._matching[scope, pattern]


def _in_map(image: str, keys: _Keys, path: ValuePath, items: JsonObject) -> Iterator[ImageValues]:
    parts = image_parts(image)
    for key in items:
        if _NO_IMAGE.match(key):
            continue
        own = (*path, key)
        for text in keys.values.texts_at(own):
            # a name without a tag is whole only where nothing beside it gives one
            if same_image(text, image) and (parts.tag or parts.digest or not keys.matching(path, _TAG)):
                yield ImageValues(image, whole=own)
            elif text and (place := _of_repository(text, own, parts, keys)) is not None:
                yield from _with_marks(image, parts, keys, path, place)
            elif _TAG.match(key) and text == parts.tag and not parts.digest:
                yield ImageValues(image, tag=own)


def _of_repository(
    text: str, path: ValuePath, parts: ImageParts, keys: _Keys
) -> tuple[ValuePath | None, ValuePath] | None:
    """The paths of registry and repository, where a text is the image's repository with or without its registry."""
    if text.rpartition("/")[2] != parts.path.rpartition("/")[2]:
        return None
    if text == parts.repository:
        return None, path
    for scope in (path[:-1], *_scopes(path)):
        for key in keys.matching(scope, _REGISTRY):
            registry = (*scope, key)
            prefixes = (prefix.rstrip("/") for prefix in keys.values.texts_at(registry))
            if any(prefix and same_image(f"{prefix}/{text}", parts.repository) for prefix in prefixes):
                return registry, path
    # docker.io and library/ may have been left out
    return (None, path) if same_image(text, parts.repository) else None


def _with_marks(
    image: str,
    parts: ImageParts,
    keys: _Keys,
    path: ValuePath,
    place: tuple[ValuePath | None, ValuePath],
) -> Iterator[ImageValues]:
    """A repository with the tag and digest that go with it."""
    tag, digest = _tag(parts, keys, path), _digest(parts, keys, path)
    if parts.digest and digest is None:
        return
    yield ImageValues(
        image,
        registry=place[0],
        repository=place[1],
        tag=tag,
        digest=digest[0] if digest else None,
        is_bare_digest=digest[1] if digest else False,
        has_digest=bool(parts.digest),
    )


def _tag(parts: ImageParts, keys: _Keys, path: ValuePath) -> ValuePath | None:
    """The path of a tag that is the image's; else one that is empty, for then the chart fills in its appVersion."""
    empty: ValuePath | None = None
    for scope in (path, *_scopes((*path, ""))):
        for key in keys.matching(scope, _TAG):
            own = (*scope, key)
            if parts.tag and parts.tag in keys.values.texts_at(own):
                return own
            # a global tag that is empty is nobody's
            if scope == path and keys.values.at(own) in (None, "") and empty is None:
                empty = own
    return empty


def _digest(parts: ImageParts, keys: _Keys, path: ValuePath) -> tuple[ValuePath, bool] | None:
    """The path of the digest that the image has, or of the empty one; and whether its algorithm is left out there."""
    for key in keys.matching(path, _DIGEST):
        texts = keys.values.texts_at((*path, key))
        if parts.digest and parts.digest in texts:
            return (*path, key), False
        if parts.digest and parts.digest.partition(":")[2] in texts:
            return (*path, key), True
        if not parts.digest and keys.values.at((*path, key)) in (None, ""):
            return (*path, key), "digest" not in key.lower()
    return None


def _scopes(path: ValuePath) -> Iterator[ValuePath]:
    """Where a chart looks for what its images share: beside them, above them, and in its globals."""
    for depth in range(max(len(path) - 2, 0), -1, -1):
        yield path[:depth]
        yield from ((*path[:depth], *place) for place in _GLOBALS)


def _weight(place: ImageValues) -> int:
    """A place that explains more of the image is likelier to be where it comes from."""
    if place.whole:
        return 5
    explained = sum(part is not None for part in (place.repository, place.tag))
    return 2 * explained


def _is_named(place: ImageValues, names: Iterable[str]) -> bool:
    keys = {key.lower() for path in place.paths for key in path[:-1]} - {"image", "images", "global"}
    return any(key in name.lower() or name.lower() in key for key in keys for name in names if name)


def _is_plain(path: ValuePath) -> bool:
    return all(_PLAIN_KEY.match(key) for key in path)

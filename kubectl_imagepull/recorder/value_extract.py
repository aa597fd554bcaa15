"""The values of a chart or of an operator's resource -> of them what gives an image; all else stays in the cluster.

Values may hold anything, passwords too. What is kept are texts that are an image of the recording, or a piece of one,
and whether a tag or registry stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.image_parts import image_parts
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.recorder.credential_stand_ins import MARK
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.redaction import redacted_image

#: Keys that may hold a piece of an image: that one stands there counts, even if its text is another image's.
_PIECE = re.compile(
    r"(?:.*[a-z_-])?(?:tag|version|digest|sha|sha256|registry|hub|host|domain|server|url)\Z", re.IGNORECASE
)
_SECRET = re.compile(r"passw|secret|token|credential|apikey|api_key|private", re.IGNORECASE)
#: Fields of a pod that a chart takes beside its images, with the type of each.
_POD_FIELDS: Mapping[str, type] = {
    "imagePullSecrets": list,
    "pullSecrets": list,
    "pullPolicy": str,
    "imagePullPolicy": str,
    "nodeSelector": dict,
}
_POLICIES = frozenset({"Always", "IfNotPresent", "Never"})
_MOST_DEPTH = 20


class ImageTexts:
    """The texts that images of a recording consist of."""

    def __init__(self, images: Iterable[str]) -> None:
        self._texts: set[str] = set()
        for image in images:
            parsed = try_parse(image)
            for one in (image, str(parsed)) if parsed else (image,):
                self._add(one)

    def holds(self, text: str) -> bool:
        """Whether a text is one of them, or the end of a repository that is written in another way."""
        return text.rstrip("/") in self._texts

    def _add(self, image: str) -> None:
        parts = image_parts(redacted_image(image))
        self._texts |= {redacted_image(image), parts.tag, parts.digest, parts.digest.partition(":")[2]}
        steps = parts.repository.split("/")
        for start in range(len(steps)):
            # any run of steps may stand in a value of its own
            self._texts |= {"/".join(steps[start:end]) for end in range(start + 1, len(steps) + 1)}
            self._texts |= {f"{'/'.join(steps[start:])}{mark}" for mark in _marks(parts.tag, parts.digest)}
        self._texts -= {""}


def _marks(tag: str, digest: str) -> Iterable[str]:
    return (f":{tag}" if tag else "", f"@{digest}" if digest else "", f":{tag}@{digest}" if tag and digest else "")


def extract_of(values: ChartValues, texts: ImageTexts) -> JsonObject:
    """What of the values gives an image or another field of a pod, at the same paths."""
    return _Extract(values, texts).of_map(values.merged, (), 0)


def piece_of(path: str, value: Any, texts: ImageTexts) -> Any:
    """A single value if it is a piece of an image, a stand-in where one may stand there; None where none does."""
    key = path.rpartition(".")[2]
    made = _Extract(ChartValues({key: value}, "", ""), texts).of_map({key: value}, (), 0)
    return made.get(key)


class _Extract:
    def __init__(self, values: ChartValues, texts: ImageTexts) -> None:
        self._values = values
        self._texts = texts

    def of_map(self, items: JsonObject, path: tuple[str, ...], depth: int) -> JsonObject:
        if depth > _MOST_DEPTH:
            return {}
        made = {str(key): self._kept_value(str(key), value, (*path, str(key)), depth) for key, value in items.items()}
        return {key: value for key, value in made.items() if value is not _NOTHING}

    def _kept_value(self, key: str, value: Any, path: tuple[str, ...], depth: int) -> Any:
        if key in _POD_FIELDS and (value is None or isinstance(value, _POD_FIELDS[key])):
            return _pod_field(value)
        if isinstance(value, dict):
            return self.of_map(value, path, depth + 1) or _NOTHING
        if _SECRET.search(key) or isinstance(value, list):
            return _NOTHING
        rest = MARK if _PIECE.match(key) else _NOTHING
        if value in (None, ""):
            return rest if rest is _NOTHING else value
        # a value that is a template is kept as what it gives
        pieces = (text for text in self._values.texts_at(path) if self._texts.holds(text))
        return next((text if isinstance(value, str) else value for text in pieces), rest)


def _pod_field(value: Any) -> Any:
    """Of a field of a pod that isn't its image the kind, the names of pull secrets and the policy."""
    if isinstance(value, list):
        return [
            {"name": text_of(object_of(one).get("name"))} if isinstance(one, dict) else text_of(one)
            for one in value
            if isinstance(one, (dict, str))
        ]
    if isinstance(value, dict):
        return {MARK: MARK} if value else {}
    return value if not value or value in _POLICIES else MARK


#: Stands for a value of which nothing is kept.
_NOTHING = object()

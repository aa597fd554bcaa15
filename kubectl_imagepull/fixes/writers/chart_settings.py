"""What a change of a workload is in the values of its chart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kubectl_imagepull.evidence.releases.image_parts import ImageParts, image_parts
from kubectl_imagepull.evidence.releases.release_finding import ImageValues, ReleaseFinding, SpecValues
from kubectl_imagepull.kube.objects import objects_of
from kubectl_imagepull.vocabulary.command import Piece, Placeholder, Word, pieces_of
from kubectl_imagepull.vocabulary.fix import NewSpec, WorkloadEdit
from kubectl_imagepull.vocabulary.names import shown

#: A path in a release's values, with what is to stand there.
Setting = tuple[tuple[str, ...], Word]

#: What ends a key where helm reads a path.
_OF_PATHS = "\\.[]=,"
#: More places than this that give one image are too many to change unseen.
_MOST_PLACES = 3
#: Stands in the place of a tag that only the reader knows, while the name is taken apart.
_LATER = "later"


def settings_for(edit: WorkloadEdit, finding: ReleaseFinding, known_secrets: Collection[str]) -> list[Setting] | None:
    """The values to set, each with what is to stand there; None where they are not known.

    `known_secrets` are the pull secrets that the pod names: what else the values hold is not to be shown.
    """
    if isinstance(edit, NewSpec):
        return _of_spec(edit.spec, finding.spec, known_secrets)
    image: Word = edit.image
    if not finding.images or len(finding.images) > _MOST_PLACES or not image:
        return None
    settings: list[Setting] = []
    for place in finding.images:
        found = _of_image(image, place)
        if found is None:
            return None
        settings += [one for one in found if one not in settings]
    return settings or None


def _of_image(image: Word, place: ImageValues) -> list[Setting] | None:
    text, *rest = _merged(image)
    if isinstance(text, str) and not rest:
        return [*(place.settings(image_parts(text)) or ())] or None
    # REPOSITORY: and a tag that the reader has to find
    if not isinstance(text, str) or not text.endswith(":") or len(rest) != 1 or not isinstance(rest[0], Placeholder):
        return [(place.whole, image)] if place.whole else None
    if place.whole:
        return [(place.whole, image)]
    parts = image_parts(f"{text}{_LATER}")
    settings = place.settings(ImageParts(parts.registry, parts.path, _LATER, ""))
    if settings is None:
        return None
    return [(path, rest[0] if value == _LATER else value) for path, value in settings]


def _merged(word: Word) -> list[Piece]:
    """The pieces of a word, with strings that stand beside each other made one."""
    merged: list[Piece] = []
    for piece in pieces_of(word):
        before = merged[-1] if merged else None
        if isinstance(piece, str) and isinstance(before, str):
            merged[-1] = before + piece
        else:
            merged.append(piece)
    return merged


def _of_spec(spec: Mapping[str, Any], places: SpecValues, known_secrets: Collection[str]) -> list[Setting] | None:
    settings: list[Setting] = []
    for key, value in spec.items():
        found: list[Setting] | None = None
        if key == "imagePullSecrets":
            found = _of_secrets(value, places, known_secrets)
        elif key == "nodeSelector" and places.node_selector:
            found = [((*places.node_selector, name), text) for name, text in value.items()]
        elif key in {"containers", "initContainers"} and places.pull_policy:
            policies = [one.get("imagePullPolicy") for one in objects_of(value)]
            is_policy = all(set(one) == {"name", "imagePullPolicy"} for one in objects_of(value))
            found = [(places.pull_policy, policy) for policy in policies if policy] if is_policy else None
        if not found:
            return None
        settings += found
    return settings or None


def _of_secrets(
    items: Sequence[Mapping[str, Any]], places: SpecValues, known_secrets: Collection[str]
) -> list[Setting] | None:
    """The whole list, with what is added and without what is taken out: helm replaces lists."""
    if places.pull_secrets is None or not set(places.secret_names) <= set(known_secrets):
        return None
    out = {_plain(item["name"]) for item in items if "$patch" in item}
    names: list[Word] = [name for name in places.secret_names if name not in out]
    names += [item["name"] for item in items if "$patch" not in item and item["name"] not in names]
    inside = () if places.holds_names else ("name",)
    return [((*places.pull_secrets, f"[{number}]", *inside), name) for number, name in enumerate(names)]


def _plain(word: Word) -> str:
    return "".join(map(str, pieces_of(word)))


def shown_setting(setting: Setting) -> str:
    """A setting in a sentence: `image.tag to v1`."""
    path, value = setting
    pieces = pieces_of(value)
    text = "".join(piece for piece in pieces if isinstance(piece, str)).rstrip(":")
    placeholders = [piece.means for piece in pieces if isinstance(piece, Placeholder)]
    return f"{value_path(path)} to {' with '.join((*filter(None, [shown(text)]), *placeholders)) or 'nothing'}"


def value_path(path: Sequence[str]) -> str:
    """A path as helm reads it; what would end a key is escaped."""
    return ".".join(escaped(key, _OF_PATHS) if not key.startswith("[") else key for key in path).replace(".[", "[")


def escaped(text: str, special: str) -> str:
    """A text with a backslash before each special character."""
    return "".join(f"\\{character}" if character in special else character for character in text)

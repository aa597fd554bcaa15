"""Takes a strategic merge patch of a pod spec back by another one.

What such a patch does to lists is in k8s.io/apimachinery pkg/util/strategicpatch: those of a pod spec that fixes change
(containers, volumes, imagePullSecrets) are merged by name, and `$patch: delete` takes an item out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.command import Word, pieces_of
from kubectl_imagepull.vocabulary.redaction import redacted_image

#: Names, tags, labels, quantities: what else may have stood there no command holds.
_PLAIN = re.compile(r"[A-Za-z0-9._:/@+-]*\Z")
_DIRECTIVE = "$patch"


def inverse_patch(before: JsonObject, patch: Mapping[str, Any]) -> dict[str, Any] | None:
    """The patch that takes `patch` back, which changes `before`; None where no command may hold what was there."""
    inverse = _of_object(before, patch)
    return inverse if _is_plain(inverse) else None


def _of_object(before: JsonObject, patch: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _of_value(before.get(key), value) for key, value in patch.items()}


def _of_value(before: Any, patch: Any) -> Any:
    if isinstance(patch, list):
        return _of_list(objects_of(before), patch)
    if isinstance(patch, Mapping) and isinstance(before, dict):
        return _of_object(before, patch)
    # null takes out what wasn't there
    return before


def _of_list(before: Sequence[JsonObject], patch: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    held = {text_of(item.get("name")): item for item in before}
    inverse: list[dict[str, Any]] = []
    for item in patch:
        name = _text_of(item["name"])
        if name not in held:
            # what isn't there can't have been taken out either
            inverse += [] if _DIRECTIVE in item else [{_DIRECTIVE: "delete", "name": name}]
        elif _DIRECTIVE in item:
            inverse.append(object_of(held[name]))
        elif fields := _of_object(held[name], {key: value for key, value in item.items() if key != "name"}):
            inverse.append({"name": name, **fields})
    return inverse


def _text_of(word: Word) -> str:
    return "".join(map(str, pieces_of(word)))


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(key == _DIRECTIVE or _is_plain(key) for key in value) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    # an image may hold a login
    return not isinstance(value, str) or (_PLAIN.match(value) is not None and redacted_image(value) == value)

"""Two states of an object -> what a user would call the change, as lines of text."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from e2e.admin import Json

#: What the server writes on every change, or hands out to each object that is made.
_NOISE = frozenset({"resourceVersion", "managedFields", "generation", "creationTimestamp", "uid"})
#: The same, as an annotation.
_COUNTER = "deprecated.daemonset.template.generation"
#: Where a random name, a time or an object's own uid stands in a path or value.
_RANDOM = (
    (re.compile(r"\b(debugger|node-debugger-[\w-]+)-[a-z0-9]{5}\b"), r"\1-*"),
    (re.compile(r"^20\d\d-.*Z$"), "now"),
)


def differences(key: str, before: Json | None, after: Json | None) -> list[str]:
    """The lines: one for an object that is made or gone, one for each field that differs."""
    whole = before or after
    if whole is None:
        return [f"{key}: written"]
    metadata = whole["metadata"]
    name = _plain(f"{whole['kind']} {'/'.join(filter(None, (metadata.get('namespace'), metadata['name'])))}")
    if after is None:
        return [f"{name} is gone"]
    if before is None:
        return [f"{name} is made{_facts(after)}"]
    again = before["metadata"]["uid"] != after["metadata"]["uid"]
    old, new = fields_of(before), fields_of(after)
    lines = [f"{name} is made again"] if again else []
    paths = [path for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]
    # a Job has its uid in its selector
    told = [path for path in paths if not again or old.get(path) != before["metadata"]["uid"]]
    return [*lines, *(f"{name}: {_plain(path)} = {_plain(new.get(path, '(none)'))}" for path in told)]


def _facts(made: Json) -> str:
    """What is worth telling of an object that was made."""
    if made["kind"] == "Secret":
        return f", {made['type']} {config_of(made)}"
    if made["kind"] == "Pod":
        (container,) = made["spec"]["containers"]
        return f", {container['image']} on {made['spec']['nodeName']}: {' '.join(container.get('command', ()))}"
    return ""


def config_of(secret: Json) -> str:
    """The Docker configuration in a pull secret."""
    return b64decode(secret["data"].get(".dockerconfigjson", "")).decode()


def fields_of(item: Json) -> dict[str, str]:
    """Path -> value of every field that somebody chose; items of a list that have names go by them."""
    kept = {name: value for name, value in item.items() if name != "status"}
    kept["metadata"] = {name: value for name, value in item["metadata"].items() if name not in _NOISE}
    annotations = item["metadata"].get("annotations", {})
    kept["metadata"]["annotations"] = {name: value for name, value in annotations.items() if name != _COUNTER}
    if item["kind"] == "Secret":
        kept["data"] = {name: b64decode(value).decode(errors="replace") for name, value in item.get("data", {}).items()}
    return dict(_walk("", kept))


def _walk(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            name = inner.get("name", number) if isinstance(inner, dict) else number
            yield from _walk(f"{path}[{name}]", inner)
    else:
        yield path, str(value)


def _plain(text: str) -> str:
    for pattern, replacement in _RANDOM:
        text = pattern.sub(replacement, text)
    return text

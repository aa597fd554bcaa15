"""YAML or JSON text -> documents whose mappings know the lines that their values stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

#: What a file may hold together, aliases counted each time: nine lines of aliases can stand for a billion values.
_MOST_VALUES = 2_000_000
_MOST_DEPTH = 100
_TOO_MUCH = "it stands for more values than a manifest has"
_NO_KEY = "a mapping stands where a name has to"
_NULL, _BOOLEAN, _INTEGER = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int"))
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PlacedMapping(dict[str, Any]):
    """A mapping that knows on which line of its file, counted from 1, each of its values stands."""

    lines: dict[str, int]


@dataclass(frozen=True)
class PlacedDocuments:
    """What a text holds."""

    #: Its documents, with PlacedMapping for mappings; numbers that are no integers are the text that they were.
    documents: list[Any]
    #: What is wrong with it, from some line on; "" for nothing.
    fault: str = ""


class _UnusableError(ValueError):
    """The text stands for what no manifest is; it says what."""


def read_placed(text: str, most_values: int = _MOST_VALUES) -> PlacedDocuments:
    """The documents of a text, up to the first that can't be read or stands for more values than that."""
    documents: list[Any] = []
    loader = _LOADER(text)
    try:
        left = most_values
        while loader.check_node():
            node = loader.get_node()
            left = _left(left, node)
            documents.append(_value(node, 0))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return PlacedDocuments(documents, f"line {line}: {error.problem or 'it is no YAML'}{_hint(text)}")
    except (yaml.YAMLError, _UnusableError, RecursionError) as error:
        why = str(error) if isinstance(error, _UnusableError) else "it holds characters that YAML doesn't allow"
        return PlacedDocuments(documents, f"{why}{_hint(text)}")
    finally:
        loader.dispose()
    return PlacedDocuments(documents)


def _hint(text: str) -> str:
    return "; render it first, as 'helm template' does" if "{{" in text else ""


def _left(most: int, node: yaml.Node) -> int:
    """How many values there may be beside those of a document."""
    left = most - _count(node, {}, 0)
    if left < 0:
        raise _UnusableError(_TOO_MUCH)
    return left


def _count(node: yaml.Node, counted: dict[int, int], depth: int) -> int:
    """How many values a node stands for: each node is looked at once, and an alias counts as much as its anchor."""
    if depth > _MOST_DEPTH:
        # a node that holds itself comes here too
        raise _UnusableError(_TOO_MUCH)
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in counted:
        values = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else node.value
        counted[id(node)] = 1 + sum(_count(value, counted, depth + 1) for value in values)
    return counted[id(node)]


def _value(node: yaml.Node, depth: int) -> Any:
    if depth > _MOST_DEPTH:
        raise _UnusableError(_TOO_MUCH)
    if isinstance(node, yaml.MappingNode):
        mapping = PlacedMapping()
        mapping.lines = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                # {{ .Values.image }} is YAML for a mapping whose key is a mapping
                raise _UnusableError(f"line {key.start_mark.line + 1}: {_NO_KEY}")
            mapping[key.value] = _value(value, depth + 1)
            mapping.lines[key.value] = value.start_mark.line + 1
        merged = [mapping.pop("<<")] if "<<" in mapping else []
        for other in merged:
            for one in other if isinstance(other, list) else [other]:
                if isinstance(one, PlacedMapping):
                    # what the mapping says itself stands
                    mapping.update({name: one[name] for name in one if name not in mapping})
                    mapping.lines = {**one.lines, **mapping.lines}
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, depth + 1) for item in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if node.tag == _NULL:
        return None
    if node.tag == _BOOLEAN:
        return text.lower() in {"true", "yes", "on", "y"}
    if node.tag == _INTEGER and text.isdecimal() and len(text) < 19:  # noqa: PLR2004 - what 64 bits hold
        return int(text)
    return text

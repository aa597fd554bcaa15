"""YAML text -> documents, built straight from the parser's events.

That is twice as fast as the library's own loader, keeps times as the strings that they are, gives the whole items of a
document that breaks off, and counts what aliases stand for before anything walks through it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Any

import yaml

from kubectl_imagepull.kube.objects import JsonObject

#: Documents are read one by one; a line that begins so can't be a part of anything else (YAML 1.2, section 9.1.2).
_SEPARATOR = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_NOTHING = re.compile(r"(?:\s|---|\.\.\.$|[#%].*$)*\Z", re.MULTILINE)
#: The kind of a document in block style.
_KIND = re.compile(r"""^kind:[ \t]*["']?([A-Za-z]+)["']?[ \t]*\r?$""", re.MULTILINE)
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_NUMBER_STARTS = frozenset("-+.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,99}\.[0-9]{0,99}|\.[0-9]{1,99})(?:[eE][-+]?[0-9]{1,3})?\Z")
#: libyaml's time grows with the square of the depth of `[[[`; Kubernetes' objects are some 20 deep.
_MOST_DEPTH = 200
#: What all aliases of a document may stand for together, in values: nine lines can stand for a billion.
_MOST_ALIASED = 1_000_000
#: Damaged documents after which a text is given up.
_MOST_FAULTS = 1000


class _FaultError(ValueError):
    """The document can't be read any further."""


def read_yaml(text: str, kinds: Collection[str] | None = None) -> tuple[list[Any], list[str]]:
    """The documents in the text, and what could not be read of it, a sentence each.

    A list that breaks off is given with the items that are whole. With `kinds`, a document of another kind (and a list
    of another kind) is not parsed at all: it is given as an object that has nothing but its kind.
    """
    documents: list[Any] = []
    faults: list[str] = []
    line = 1
    for document in _split(text):
        if not _NOTHING.match(document):
            other = _other_kind(document, kinds) if kinds is not None else None
            if other:
                documents.append({"kind": other})
            else:
                builder = _Builder()
                if fault := builder.build(document):
                    faults.append(f"line {line + fault[0]} {fault[1]}")
                documents += builder.documents
                if len(faults) > _MOST_FAULTS:
                    return documents, faults
        line += document.count("\n")
    return documents, faults


def _split(text: str) -> Iterable[str]:
    starts = [0, *(mark.start() for mark in _SEPARATOR.finditer(text) if mark.start()), len(text)]
    return (text[start:end] for start, end in pairwise(starts))


def _other_kind(text: str, kinds: Collection[str]) -> str | None:
    match = _KIND.search(text)
    if match is None:
        return None
    kind = match[1]
    return None if kind in kinds or kind == "List" or kind.removesuffix("List") in kinds else kind


class _Builder:
    """Builds documents from events; what is open stands on a stack, so that depth costs no recursion."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self._stack: list[_OpenNode] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._values = 0
        self._aliased = 0

    def build(self, text: str) -> tuple[int, str] | None:
        """Reads the documents; gives the line (from 0) and the sentence of a fault that ended it."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        line = 0
        try:
            for event in yaml.parse(text, Loader=loader):
                line = event.start_mark.line if event.start_mark else line
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            # The mark at the end of the text stands on a line of its own.
            line = min(mark.line, text.rstrip().count("\n")) if mark else line
            return line, f"is cut off or damaged: {self._rescued()}"
        except (yaml.YAMLError, UnicodeError):
            return line, f"has characters that YAML doesn't allow: {self._rescued()}"
        except _FaultError as error:
            return line, f"{error}: {self._rescued()}"
        return self._missing_end(text)

    def _take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = event.value
            if event.implicit[0]:
                value = _plain(value)
            if event.anchor:
                self._anchors[event.anchor] = (value, 1)
            self._put(value)
        elif kind is yaml.MappingStartEvent:
            self._open({}, event.anchor)
        elif kind is yaml.SequenceStartEvent:
            self._open([], event.anchor)
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            closed = self._stack.pop()
            if closed.anchor:
                self._anchors[closed.anchor] = (closed.value, self._values - closed.before)
        elif kind is yaml.AliasEvent:
            self._alias(event.anchor)
        elif kind is yaml.DocumentStartEvent:
            self._anchors.clear()
            self._aliased = 0

    def _open(self, value: Any, anchor: str | None) -> None:
        if len(self._stack) >= _MOST_DEPTH:
            raise _FaultError("is nested too deeply")
        before = self._values
        self._put(value)
        self._stack.append(_OpenNode(value, anchor, before))

    def _alias(self, anchor: str) -> None:
        if anchor not in self._anchors:
            raise _FaultError("has an alias for something that isn't defined before it")
        value, size = self._anchors[anchor]
        self._aliased += size
        if self._aliased > _MOST_ALIASED:
            raise _FaultError("has aliases that expand to too much")
        self._put(value)
        self._values += size - 1

    def _put(self, value: Any) -> None:
        self._values += 1
        if not self._stack:
            self.documents.append(value)
            return
        parent = self._stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.has_key:
            parent.value[parent.key] = value
            parent.has_key = False
        elif isinstance(value, (dict, list)):
            raise _FaultError("has a key that isn't a string")
        else:
            parent.key = value if isinstance(value, str) else _key(value)
            parent.has_key = True

    def _missing_end(self, text: str) -> tuple[int, str] | None:
        """Finds a list that breaks off where a line ends: `kind` stands behind the items, as tools sort their keys."""
        document = self.documents[-1] if self.documents else None
        if not isinstance(document, dict) or "apiVersion" not in document or "kind" in document:
            return None
        items = document.get("items")
        if not isinstance(items, list) or not items:
            return None
        document["kind"] = "List"
        items.pop()
        return text.count("\n"), f"is cut off: {_whole(items)}, without the last"

    def _rescued(self) -> str:
        """Takes the unfinished rest off the document that broke off, and says what is left of it."""
        if self._stack:
            document: list[Any] | JsonObject = self._stack[0].value
            items = document if isinstance(document, list) else document.get("items")
            if isinstance(items, list):
                depth = 1 if items is document else 2
                if len(self._stack) > depth and items and items[-1] is self._stack[depth].value:
                    items.pop()
                if isinstance(document, dict):
                    document.setdefault("kind", "List")
                return _whole(items)
            self.documents.pop()
        return "the rest of the document is lost"


class _OpenNode:
    """A mapping or sequence that isn't complete; `before` is how many values stood before it."""

    __slots__ = ("anchor", "before", "has_key", "key", "value")

    def __init__(self, value: Any, anchor: str | None, before: int) -> None:
        self.value = value
        self.anchor = anchor
        self.before = before
        self.key = ""
        self.has_key = False


def _whole(items: list[Any]) -> str:
    return f"{len(items)} whole item{'' if len(items) == 1 else 's'} could be read"


def _plain(value: str) -> Any:
    """A scalar without quotes: null, true, false or a number; anything else, times among it, is a string."""
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if value[0] in _NUMBER_STARTS:
        if _INTEGER.match(value):
            return int(value)
        if _FLOAT.match(value):
            return float(value)
    return value


def _key(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)

"""JSON text -> documents: one, several one behind the other, mixed with logs, or damaged."""

from __future__ import annotations

import json
import re
from typing import Any

from kubectl_imagepull.kube.documents.json_extent import end_of_value

#: What may stand between two documents (RFC 7464 puts a record separator there) or two items.
_GAP = re.compile(r"[\s,\x1e]*")
#: Where reading can start again: a line that begins a document or a log section.
_NEXT_DOCUMENT = re.compile(r"^(?:[{\[]|==== START logs )", re.MULTILINE)
#: `kubectl cluster-info dump` without a directory writes the pods' logs between the lists
#: (k8s.io/kubectl pkg/cmd/clusterinfo/clusterinfo_dump.go).
_LOG_START = re.compile(r"==== START logs (for container .*? of pod .*? ====)[ \t]*$", re.MULTILINE)
#: The beginning of a list as Kubernetes' tools write it, up to its first item; kubectl puts `kind` behind the items.
_LIST_START = re.compile(
    r'\{\s*(?:"(?:apiVersion|selfLink)"\s*:\s*"[^"]*"\s*,\s*|"kind"\s*:\s*"(?P<kind>[^"]*)"\s*,\s*'
    r'|"metadata"\s*:\s*\{[^{}]*\}\s*,\s*)*"items"\s*:\s*\['
)
#: The beginning of the next item behind a damaged one.
_NEXT_ITEM = re.compile(r',\s*(\{\s*"(?:apiVersion|kind|metadata)"\s*:)')
#: Damaged places after which a text is given up: each may cost one look at all that follows.
_MOST_FAULTS = 100

#: A surrogate may stand alone in JSON's escapes; no output can be written with one.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

_decoder = json.JSONDecoder()


def read_json(text: str) -> tuple[list[Any], list[str]]:
    """The documents in the text, and what could not be read of it, a sentence each.

    A list that is cut off or damaged is given with the items that are whole.
    """
    reader = _Reader(text)
    reader.read()
    if _SURROGATE.search(text):
        _replace_surrogates(reader.documents)
    return reader.documents, reader.faults


class _Reader:
    def __init__(self, text: str) -> None:
        self.documents: list[Any] = []
        self.faults: list[str] = []
        self._text = text
        self._attempts = 0
        self._place, self._line = 0, 1

    def read(self) -> None:
        text, at = self._text, 0
        while (at := _end_of_gap(text, at)) < len(text):
            if log := _LOG_START.match(text, at):
                at = self._behind_log(log)
            elif text[at] in "{[":
                at = self._document(at)
            else:
                self._fault(at, "is no JSON")
                at = self._next_document(at + 1)
            if self._attempts > _MOST_FAULTS:
                self._fault(at, "damaged in too many places: the rest was not read")
                return

    def _document(self, at: int) -> int:
        """Reads the document that begins here, and gives where the next may begin."""
        try:
            document, end = _decoder.raw_decode(self._text, at)
        except RecursionError:
            self._attempts += 1
            return self._shallow_items(at)
        except ValueError as error:
            self._attempts += 1
            place = error.pos if isinstance(error, json.JSONDecodeError) else at
            return self._rescue(at, place)
        self.documents.append(document)
        return end

    def _rescue(self, at: int, place: int) -> int:
        """Reads the whole items of the damaged list that begins here; anything else that is damaged is lost."""
        text = self._text
        start = _LIST_START.match(text, at)
        if start is None and text[at] != "[":
            self._fault(place, "is cut off or damaged")
            return self._next_document(at + 1)
        items, end = self._items(start.end() if start else at + 1)
        self._fault(place, f"is cut off or damaged: {_count(len(items), 'whole item')} could be read")
        self.documents.append({"kind": (start and start["kind"]) or "List", "items": items})
        return self._next_document(end)

    def _shallow_items(self, at: int) -> int:
        """Reads the items of a list that aren't nested too deeply to be read; gives where the next document may begin.

        Anything else that is nested so is lost.
        """
        text = self._text
        end = end_of_value(text, at)
        start = _LIST_START.match(text, at)
        if end is None or (start is None and text[at] != "["):
            self._fault(at, "is nested too deeply")
            return self._next_document(at + 1) if end is None else end
        items, place = [], start.end() if start else at + 1
        while (place := _end_of_gap(text, place)) < end and text[place] not in "]}":
            whole = self._item(place)
            if whole is None:
                self._fault(place, "has an object that is damaged or nested too deeply")
                place = end_of_value(text, place) or end
            else:
                items.append(whole[0])
                place = whole[1]
            if self._attempts > _MOST_FAULTS:
                break
        self.documents.append({"kind": (start and start["kind"]) or "List", "items": items})
        return end

    def _items(self, at: int) -> tuple[list[Any], int]:
        text, limit, strict = self._text, len(self._text), False
        items: list[Any] = []
        while (at := _end_of_gap(text, at)) < limit and text[at] not in "]}":
            whole = self._item(at)
            if whole is None:
                limit = self._next_document(at + 1)
                following = _NEXT_ITEM.search(text, at + 1, limit)
                if following is None or self._attempts > _MOST_FAULTS:
                    return items, at + 1
                at, strict = following.start(1), True
                continue
            item, at = whole
            # Behind a damaged place, what looks like an item may be a part of one: only named objects count.
            if not strict or _is_named(item):
                items.append(item)
        return items, at

    def _item(self, at: int) -> tuple[Any, int] | None:
        try:
            return _decoder.raw_decode(self._text, at)
        except (ValueError, RecursionError):
            self._attempts += 1
            return None

    def _behind_log(self, log: re.Match[str]) -> int:
        end = f"==== END logs {log[1]}"
        place = self._text.find(end, log.end())
        if place < 0:
            self._fault(log.start(), "is cut off in the middle of a container's log")
            return len(self._text)
        return place + len(end)

    def _next_document(self, at: int) -> int:
        following = _NEXT_DOCUMENT.search(self._text, at)
        return following.start() if following else len(self._text)

    def _fault(self, at: int, why: str) -> None:
        between = self._text.count("\n", *sorted((self._place, at)))
        self._line += between if at >= self._place else -between
        self._place = at
        self.faults.append(f"line {self._line} {why}")


def _end_of_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _is_named(item: object) -> bool:
    metadata = item.get("metadata") if isinstance(item, dict) else None
    return isinstance(metadata, dict) and "name" in metadata


def _replace_surrogates(root: list[Any]) -> None:
    """Puts a question mark for every lone surrogate in the values' strings and keys, in place."""
    pending: list[Any] = [root]
    while pending:
        container = pending.pop()
        places = list(container.items()) if isinstance(container, dict) else list(enumerate(container))
        for place, value in places:
            if isinstance(value, (dict, list)):
                pending.append(value)
            elif isinstance(value, str) and not value.isascii():
                container[place] = _without_surrogates(value)
            if isinstance(place, str) and not place.isascii():
                container[_without_surrogates(place)] = container.pop(place)


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

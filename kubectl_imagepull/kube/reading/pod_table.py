"""The API server's Table of pods, read for the few rows that matter, and what such a row allows.

A Table (meta.k8s.io/v1) has the columns that `kubectl get pods -o wide` shows, which the server computes
(k8s.io/kubernetes pkg/printers/internalversion/printers.go, printPod): READY counts the containers that run and are
ready, of those of the spec and the restartable init containers; STATUS shows the reason of one container, so another's
may hide behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from kubectl_imagepull.kube.objects import object_of, objects_of, text_of

#: What to ask for to get a Table; a server that has none gives the objects.
ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
_COLUMNS = ["Name", "Ready", "Status"]
_NODE = "Node"
_ROWS = b'"rows":'
_ROW = b'"cells":'
#: A row whose READY is x/y with x unlike y. Inside a string the quotation marks of these names would be escaped.
_UNREADY = re.compile(rb'"cells":(?!\["[^"\\]*","(\d+)/\1",)')
_READY = re.compile(r"(\d+)/(\d+)\Z")
#: What STATUS shows of a container that is none of ours, or the phase. With a single container that is not ready it is
#: that one's, and so nothing can hide behind it. Any other text, words of the kubelet's among them, is looked into.
_NOT_A_PULL = frozenset(
    {
        *("Running", "NotReady", "Completed", "Error", "OOMKilled", "ContainerCannotRun", "ContainerStatusUnknown"),
        *("CrashLoopBackOff", "ContainerCreating", "PodInitializing", "CreateContainerConfigError", "StartError"),
    }
)


@dataclass(frozen=True)
class PodRow:
    """A pod's row."""

    #: The pod's name; a Table has no namespaces.
    name: str
    #: How many of its containers are ready.
    ready: int
    #: How many it has.
    containers: int
    #: The column STATUS.
    status: str
    #: Its node, "" if that is not known.
    node: str

    @property
    def may_hide_failure(self) -> bool:
        """Whether some container's status may show a failed pull, whatever STATUS shows.

        A container that can't be pulled is not ready, and so is counted among those that are missing in READY.
        """
        missing = self.containers - self.ready
        return missing > 1 or (missing == 1 and self.status not in _NOT_A_PULL)


@dataclass(frozen=True)
class PodTable:
    """What a Table says of pods."""

    #: How many rows there are.
    total: int
    #: The rows of pods that are not ready.
    unready: tuple[PodRow, ...]


def read_pod_table(body: bytes) -> PodTable | None:
    """Reads a Table of pods; None if it is none, or not one of pods.

    What the server writes without spaces is not decoded as a whole: ready rows, almost all, cost no object.
    """
    start = body.find(_ROWS)
    if start < 0 or not body[start + len(_ROWS) :].startswith((b"[{" + _ROW + b"[", b"[]", b"null")):
        return _decoded(body)
    try:
        document = json.loads(body[:start].rstrip(b", ") + b"}")
    except ValueError:
        return _decoded(body)
    names = _column_names(document)
    if document.get("kind") != "Table" or names[: len(_COLUMNS)] != _COLUMNS:
        return None
    return _table(body.count(_ROW, start), _unready(body, start, names))


def _table(total: int, rows: Iterable[PodRow | None]) -> PodTable | None:
    unready = [row for row in rows if row is None or row.ready != row.containers]
    return None if None in unready else PodTable(total, tuple(row for row in unready if row))


def _unready(body: bytes, start: int, names: list[str]) -> Iterator[PodRow | None]:
    for match in _UNREADY.finditer(body, start):
        yield _row(_array_at(body, match.end()), names)


def _array_at(body: bytes, start: int) -> object:
    """The JSON array that begins there; None if it has no end. What follows a row is not decoded with it."""
    end = start
    while (end := body.find(b"]", end) + 1) > 0:
        with suppress(ValueError):  # the bracket stood in a string
            return json.loads(body[start:end])
    return None


def _decoded(body: bytes) -> PodTable | None:
    """A Table in any spelling of JSON: a proxy may have written it anew."""
    try:
        document = object_of(json.loads(body))
    except (ValueError, RecursionError):
        return None
    names = _column_names(document)
    if document.get("kind") != "Table" or names[: len(_COLUMNS)] != _COLUMNS:
        return None
    rows = objects_of(document.get("rows"))
    return _table(len(rows), (_row(row.get("cells"), names) for row in rows))


def _column_names(document: object) -> list[str]:
    return [text_of(column.get("name")) for column in objects_of(object_of(document).get("columnDefinitions"))]


def _row(cells: object, names: list[str]) -> PodRow | None:
    """One row; None where it can't be understood, and so the Table can't be relied on."""
    if not isinstance(cells, list) or len(cells) < len(_COLUMNS):
        return None
    by_name = dict(zip(names, cells, strict=False))
    ready = _READY.match(text_of(by_name["Ready"]))
    if ready is None:
        return None
    node = text_of(by_name.get(_NODE))
    return PodRow(
        name=text_of(by_name["Name"]),
        ready=int(ready[1]),
        containers=int(ready[2]),
        status=text_of(by_name["Status"]),
        node="" if node == "<none>" else node,
    )

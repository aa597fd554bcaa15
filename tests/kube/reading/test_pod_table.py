from __future__ import annotations

import json
from typing import Any

import pytest

from kubectl_imagepull.kube.reading.pod_table import PodRow, PodTable, read_pod_table

COLUMNS = ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates"]


def cells(name: str, ready: str, status: str, node: str = "node-a") -> list[Any]:
    return [name, ready, status, "3 (5m ago)", "4h", "10.0.0.7", node, "<none>", "<none>"]


def table(*rows: list[Any], columns: list[str] = COLUMNS, kind: str = "Table") -> dict[str, Any]:
    return {
        "kind": kind,
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": "7"},
        "columnDefinitions": [{"name": name, "type": "string", "priority": 0} for name in columns],
        "rows": [{"cells": row} for row in rows],
    }


def compact(document: object) -> bytes:
    """JSON as Go writes it."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


ROWS = [
    cells("web-1", "2/2", "Running"),
    cells("web-2", "1/2", "ImagePullBackOff"),
    cells("web-3", "12/12", "Running"),
    cells("web-4", "1/12", "Running", "<none>"),
    cells("web-5", "0/1", 'illegal "base64" data ], at [input'),
]


@pytest.mark.parametrize("spelling", [compact, lambda one: json.dumps(one, indent=2).encode()])
def test_gives_the_rows_that_are_not_ready_and_counts_all(spelling: Any) -> None:
    assert read_pod_table(spelling(table(*ROWS))) == PodTable(
        5,
        (
            PodRow("web-2", 1, 2, "ImagePullBackOff", "node-a"),
            PodRow("web-4", 1, 12, "Running", ""),
            PodRow("web-5", 0, 1, 'illegal "base64" data ], at [input', "node-a"),
        ),
    )


@pytest.mark.parametrize("rows", [[], None])
def test_no_rows(rows: object) -> None:
    assert read_pod_table(compact({**table(), "rows": rows})) == PodTable(0, ())


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "PodList", "apiVersion": "v1", "items": []},
        table(*ROWS, kind="List"),
        table(*ROWS, columns=["Name", "Created At"]),
        table(cells("web-1", "all", "Running")),
        table(["web-1", "1/2"]),
        {"rows": []},
        [],
    ],
)
def test_what_is_no_table_of_pods_is_none(document: object) -> None:
    assert read_pod_table(compact(document)) is None


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"kind":"Table","rows":[{"cells":["a","0/1"'])
def test_broken_bodies_are_none(body: bytes) -> None:
    assert read_pod_table(body) is None


def test_text_in_a_cell_cannot_pass_for_a_row() -> None:
    evil = cells("web-1", "0/1", 'x"},{"cells":["other","0/1","ImagePullBackOff"]},"rows":[')
    found = read_pod_table(compact(table(evil, cells("web-2", "1/1", "Running"))))
    assert found is not None
    assert (found.total, [row.name for row in found.unready]) == (2, ["web-1"])


@pytest.mark.parametrize(
    ("ready", "status", "hides"),
    [
        ((1, 2), "ImagePullBackOff", True),
        ((1, 2), "Init:ErrImagePull", True),
        ((1, 2), "CreateContainerError", True),
        ((1, 2), "Terminating", True),
        ((1, 2), "illegal base64 data at input byte 12", True),
        ((1, 2), "SomethingNew", True),
        ((1, 2), "CrashLoopBackOff", False),
        ((1, 2), "Running", False),
        ((0, 1), "Completed", False),
        # the reason of one container stands before that of the other
        ((0, 2), "CrashLoopBackOff", True),
        ((1, 3), "Completed", True),
        ((1, 3), "NotReady", True),
        ((0, 2), "Running", True),
        ((2, 2), "Running", False),
    ],
)
def test_what_a_row_may_hide(ready: tuple[int, int], status: str, *, hides: bool) -> None:
    assert PodRow("web-1", *ready, status, "node-a").may_hide_failure is hides

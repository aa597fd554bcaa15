from __future__ import annotations

from typing import Any

import pytest
from clusters import NOT_FOUND, at, cluster, pod, running, waiting

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading.watched_cluster import DepartedPods
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.runs.scan_watch import is_gone


def made(name: str, status: JsonObject, phase: str = "Pending", **metadata: Any) -> JsonObject:
    """A pod of the Deployment web."""
    owner = {"kind": "ReplicaSet", "name": "web-a", "controller": True}
    about = {"ownerReferences": [owner], "labels": {"pod-template-hash": "a"}, **metadata}
    return pod(name, {"app": status}, phase=phase, uid=f"u-{name}", metadata=about)


@pytest.mark.parametrize(
    ("deleted", "now", "working", "gone"),
    [
        ({"u-a", "u-b"}, [], [], True),
        ({"u-a"}, [], [], False),
        (set(), [], [], False),
        ({"u-a", "u-b"}, [made("c", waiting("ContainerCreating"))], [], True),
        ({"u-a", "u-b"}, [made("c", running(), "Running")], [], False),
        ({"u-a", "u-b"}, [], [made("c", running(), "Running")], False),
        ({"u-a", "u-b"}, [made("c", running(), "Running", deletionTimestamp=at(59))], [], True),
        ({"u-a", "u-b"}, [pod("other", {"app": running()}, phase="Running")], [], True),
    ],
)
def test_a_root_cause_whose_pods_were_deleted_is_gone_unless_something_works_instead(
    deleted: set[str], now: list[JsonObject], working: list[JsonObject], *, gone: bool
) -> None:
    failing = [made(name, waiting("ErrImagePull", NOT_FOUND)) for name in ("a", "b")]
    last = report_on(cluster(failing), 0.0)
    left = DepartedPods(frozenset(deleted), tuple(working))
    assert is_gone(last.root_causes[0], last, cluster(now), left) is gone

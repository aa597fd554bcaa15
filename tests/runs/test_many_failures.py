"""Twice as much of anything takes at most twice the work: calls are counted, since times depend on the machine."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from typing import Any

import pytest
from clusters import BACK_OFF, at, cluster, event, failed, pod, running, waiting

from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.examine import report_on

FEW = 60
#: What is counted once for a run, and what grows a little faster than linearly: sorting.
SLACK = 1.15


def owned(name: str, kind: str = "ReplicaSet") -> dict[str, Any]:
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "o", "controller": True}
    return {"ownerReferences": [owner], "labels": {"pod-template-hash": "7d9c"}}


def failing(number: int, **fields: Any) -> dict[str, Any]:
    return pod(f"web-7d9c-{number}", {"app": waiting("ImagePullBackOff", BACK_OFF)}, uid=f"u{number}", **fields)


def about(number: int, message: str | None = None, **fields: Any) -> dict[str, Any]:
    texts = {} if message is None else {"message": message}
    one = failed(at(1), **texts, name=f"web-7d9c-{number}", uid=f"u{number}", **fields)
    return {**one, "metadata": {**one["metadata"], "name": f"e{number}"}}


def different_messages(count: int) -> Snapshot:
    return cluster(
        [failing(n, metadata=owned(f"web{n}-7d9c")) for n in range(count)],
        [
            about(n, f"failed to do request: registry {n} says: the {n}th thing went wrong: E{n * 7919}")
            for n in range(count)
        ],
    )


def one_workload(count: int) -> Snapshot:
    return cluster([failing(n, metadata=owned("web-7d9c")) for n in range(count)], [about(n) for n in range(count)])


def different_images(count: int) -> Snapshot:
    images = [f"r{n}.example.com/team/app{n}:v{n}" for n in range(count)]
    return cluster(
        [failing(n, image=images[n], metadata=owned(f"web{n}-7d9c")) for n in range(count)],
        [about(n, image=images[n]) for n in range(count)],
    )


def events_of_one_pod(count: int) -> Snapshot:
    events = [about(0) for _ in range(count)]
    return cluster(
        [failing(0)], [{**one, "metadata": {"name": f"e{n}", "namespace": "shop"}} for n, one in enumerate(events)]
    )


def nodes_without_a_runtime(count: int) -> Snapshot:
    pods = [failing(n, spec={"nodeName": f"node-{n}"}) for n in range(count)]
    nodes = [{"kind": "Node", "metadata": {"name": f"node-{n}"}, "status": {}} for n in range(count)]
    return cluster(pods, [about(n) for n in range(count)], Node=nodes)


def namespaces(count: int) -> Snapshot:
    secrets = [{"name": "regcred"}]
    broken = [failing(n, namespace=f"team-{n}", spec={"imagePullSecrets": secrets}) for n in range(count)]
    refused = "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized"
    events = [about(n, refused) for n in range(count)]
    for number, one in enumerate(events):
        one["metadata"]["namespace"] = one["involvedObject"]["namespace"] = f"team-{number}"
    well = [
        pod(f"ok-{n}", {"app": running()}, namespace=f"team-{n}", phase="Running", uid=f"w{n}") for n in range(count)
    ]
    return cluster([*broken, *well], events, Secret=[])


def crash_loops(count: int) -> Snapshot:
    status = waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container")
    pods = [pod(f"web-7d9c-{n}", {"app": status}, uid=f"u{n}", phase="Running") for n in range(count)]
    pulled = [
        event("Pulled", "Container image already present on machine", at(2), name=f"web-7d9c-{n}") for n in range(count)
    ]
    return cluster([*pods, failing(count)], [*pulled, about(count)])


def calls(snapshot: Snapshot, output: Output) -> int:
    profile = cProfile.Profile()
    profile.enable()
    try:
        render(report_on(snapshot, 0), output, detailed=False)
    finally:
        profile.disable()
    count: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]  # the stub has none of its numbers
    return count


@pytest.mark.parametrize("output", [Output.TABLE, Output.JSON])
@pytest.mark.parametrize(
    "made",
    [
        *(different_messages, one_workload, different_images, events_of_one_pod, nodes_without_a_runtime, namespaces),
        crash_loops,
    ],
)
def test_twice_as_many_take_twice_the_work(made: Callable[[int], Snapshot], output: Output) -> None:
    # what is remembered of the texts, and loaded
    calls(made(4 * FEW), output)
    single, double, four = (calls(made(count), output) for count in (FEW, 2 * FEW, 4 * FEW))
    assert four - double <= 2 * (double - single) * SLACK

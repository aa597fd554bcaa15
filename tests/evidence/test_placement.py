"""Which other nodes would take a pod whose pull fails on its own."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster, pod, running, waiting

from kubectl_imagepull.evidence.placement import Placement
from kubectl_imagepull.kube.snapshot import JsonObject

HARD = [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}]
SSD = {"disk": "ssd", "zone": "a"}


def node(name: str, labels: JsonObject | None = None, *, ready: str = "True", **spec: Any) -> JsonObject:
    return {
        "metadata": {"name": name, "labels": labels or {}},
        "spec": spec,
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def others(nodes: list[JsonObject] | None, *more: JsonObject, **fields: Any) -> tuple[str, ...]:
    failing = pod(statuses={"app": waiting("ErrImagePull", "x")}, **fields)
    kinds = {} if nodes is None else {"Node": nodes}
    found = Placement(cluster([failing, *more], **kinds)).nodes_for(failing)
    return tuple(name for name in found if name != "node-a")


def test_other_nodes_that_are_ready_and_open_take_it() -> None:
    nodes = [node("node-a"), node("node-b"), node("node-c", ready="Unknown"), node("node-d", unschedulable=True)]
    assert others(nodes) == ("node-b",)
    assert others([node("node-a")]) == ()
    assert others(None) == ()


def test_a_taint_is_to_be_tolerated() -> None:
    soft = [{"key": "dedicated", "effect": "PreferNoSchedule"}]
    nodes = [node("node-b", taints=HARD), node("node-c", taints=soft)]
    assert others(nodes) == ("node-c",)
    for toleration in (
        {"operator": "Exists"},
        {"key": "dedicated", "operator": "Exists"},
        {"key": "dedicated", "value": "gpu"},
    ):
        assert others(nodes, spec={"tolerations": [toleration]}) == ("node-b", "node-c")
    for toleration in ({"key": "dedicated", "value": "x"}, {"key": "dedicated", "value": "gpu", "effect": "NoExecute"}):
        assert others(nodes, spec={"tolerations": [toleration]}) == ("node-c",)


def test_a_selector_is_to_be_met() -> None:
    nodes = [node("node-b", SSD), node("node-c")]
    assert others(nodes, spec={"nodeSelector": {"disk": "ssd"}}) == ("node-b",)
    assert others(nodes, spec={"nodeSelector": {"disk": "hdd"}}) == ()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"key": "disk", "operator": "In", "values": ["ssd"]}, ("node-b",)),
        ({"key": "disk", "operator": "NotIn", "values": ["ssd"]}, ("node-c",)),
        ({"key": "disk", "operator": "Exists"}, ("node-b",)),
        ({"key": "disk", "operator": "DoesNotExist"}, ("node-c",)),
        ({"key": "disk", "operator": "Gt", "values": ["1"]}, ()),
    ],
)
def test_a_required_affinity_is_to_be_met(expression: JsonObject, expected: tuple[str, ...]) -> None:
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    assert others([node("node-b", SSD), node("node-c")], spec={"affinity": affinity}) == expected


def test_a_term_that_names_single_nodes_is_met_by_no_other() -> None:
    fields = [{"key": "metadata.name", "operator": "In", "values": ["node-a"]}]
    terms = {"nodeSelectorTerms": [{"matchFields": fields}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    assert others([node("node-b")], spec={"affinity": affinity}) == ()


def test_what_may_be_bound_to_its_node_goes_nowhere() -> None:
    nodes = [node("node-b")]
    for kind in ("DaemonSet", "Node"):
        assert others(nodes, metadata={"ownerReferences": [{"kind": kind, "name": "x"}]}) == ()
    assert others(nodes, spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}) == ()


def healthy(name: str, on: str, kind: str = "ReplicaSet", *, phase: str = "Running", **spec: Any) -> JsonObject:
    owners = [{"kind": kind, "name": "x"}]
    return pod(
        name, {"app": running()}, phase=phase, spec={"nodeName": on, **spec}, metadata={"ownerReferences": owners}
    )


def test_a_node_that_was_not_read_is_proven_by_an_ordinary_pod_that_runs_there() -> None:
    well = [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}]
    more = (
        healthy("b", "node-b", tolerations=well),
        healthy("c", "node-c", "DaemonSet"),
        healthy("d", "node-d", tolerations=[{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]),
        healthy("e", "node-e", phase="Succeeded"),
        healthy("f", "node-f", tolerations=[{"operator": "Exists"}]),
    )
    assert others([node("node-a")], *more) == ("node-b",)
    assert others([node("node-a"), node("node-b", unschedulable=True)], *more) == ()
    assert others([node("node-a")], *more, spec={"nodeSelector": {"disk": "ssd"}}) == ()

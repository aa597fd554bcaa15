"""Comparing a node with one that pulls, and letting the pod start elsewhere."""

from __future__ import annotations

from clusters import at, event
from node_tasks import NamedTasks
from registry_failures import POD, context, fails, lines, node, runs, shell_lines

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.other_nodes import (
    away_from_node,
    compare_nodes,
    lone_node_clause,
    only_here,
    pulling_nodes,
)
from kubectl_imagepull.vocabulary.fix import Basis, Who

BROKEN = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
NODES = (node(), node("node-b"))
STAYS = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}


def alone(**spec: object) -> FixContext:
    """One node fails, and node-b got the same image since."""
    return context(fails(BROKEN, **spec), runs(), nodes=NODES)  # type: ignore[arg-type]  # the builder's own


def test_a_node_that_fails_alone_is_compared_with_one_that_pulls() -> None:
    here = alone()
    assert pulling_nodes(here) == ("node-b",)
    assert lone_node_clause(here) == "Only node node-a fails, and the same image is pulled on node node-b"
    (fix,) = compare_nodes(here, NamedTasks(here).compare_settings(lone_node_clause(here)))
    assert fix.text == f"compare_settings: {lone_node_clause(here)}"
    assert (fix.basis, fix.brief) == (Basis.EVIDENCE, "Compare node node-a with node-b, which can pull")
    assert fix.notes == ("Run the same on node node-b, which can pull, and add what is missing on node node-a.",)


def test_a_node_that_alone_can_t_pull_from_a_registry_is_compared_too() -> None:
    pulled = event("Pulled", 'Successfully pulled image "registry.corp.example/shop/api:1" in 1s', at(31), uid="o")
    here = context(fails(BROKEN), nodes=NODES, events=[pulled | {"source": {"host": "node-b"}}])
    assert pulling_nodes(here) == ("node-b",)
    assert lone_node_clause(here) == (
        "Only node node-a fails, and images of registry.corp.example are pulled on node node-b"
    )


def test_what_only_says_a_way_out_gets_no_note() -> None:
    here = alone()
    (fix,) = compare_nodes(here, NamedTasks(here).mirror())
    assert fix.notes == ()


def test_the_pod_starts_elsewhere_until_the_node_is_repaired() -> None:
    (fix,) = away_from_node(alone())
    assert fix.text == "Until node node-a is fixed, keep pods off it: the pod can start on node node-b."
    assert lines(fix) == ["kubectl cordon node-a &&", f"kubectl delete pod {POD} -n shop"]
    assert shell_lines(fix.undo) == ("kubectl uncordon node-a",)
    assert (fix.who, fix.basis, fix.brief) == (
        Who.CLUSTER_ADMIN,
        Basis.EVIDENCE,
        "Keep pods off node node-a until it is fixed",
    )


def test_nobody_is_sent_where_no_other_node_would_take_the_pod() -> None:
    assert away_from_node(context(fails(BROKEN), nodes=[node()])) == []
    assert away_from_node(alone(**STAYS)) == []
    assert away_from_node(alone(owner=None)) == []
    job = {"kind": "Job", "apiVersion": "batch/v1", "name": "report-1", "controller": True}
    assert away_from_node(alone(owner=job)) == []


def test_of_several_nodes_with_one_fault_none_is_compared_or_avoided() -> None:
    here = FixContext(alone().diagnosis, ("node-a", "node-c"))
    assert compare_nodes(here, NamedTasks(here).mirror()) == []
    assert away_from_node(here) == []


def test_without_a_node_that_pulls_nothing_is_said_of_others() -> None:
    here = context(fails(BROKEN), nodes=NODES)
    assert only_here(here, NamedTasks(here).mirror()) == []
    assert len(only_here(alone(), NamedTasks(here).mirror())) == 2
    # a fault of the node itself is another matter: the pod may run elsewhere, whoever else pulls
    assert [fix.basis for fix in away_from_node(here)] == [Basis.TEXT]

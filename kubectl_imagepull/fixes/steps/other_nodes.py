"""What other nodes are good for where one fails: to compare with it, and to run the pod meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import delete_pods
from kubectl_imagepull.vocabulary.command import Effect, chain
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.wording import on_nodes

_NODE = frozenset({Effect.CHANGES_NODE})


def pulling_nodes(context: FixContext) -> tuple[str, ...]:
    """The nodes that pull the same image, or from the same registry, where this one fails alone; else ()."""
    if context.node.are_several or not context.findings.has(Check.ONLY_THIS_NODE):
        return ()
    return context.findings.values(Check.ONLY_THIS_NODE)


def lone_node_clause(context: FixContext) -> str:
    """The clause that begins a comparison with a node that pulls the same image, or from the same registry."""
    others = on_nodes([shown(name) for name in pulling_nodes(context)])
    by_image = context.pod.failure.node in context.findings.about(Check.ONLY_THIS_NODE)
    what = "the same image is pulled" if by_image else f"images of {context.registry.name} are pulled"
    return f"Only {context.node.shown} fails, and {what} {others}"


def compare_nodes(context: FixContext, looks: Iterable[Fix]) -> list[Fix]:
    """What is looked at on the node, to be held against a node that pulls; nothing where none does."""
    others = pulling_nodes(context)
    if not others:
        return []
    other = shown(others[0])
    short = (f"Compare {context.node.shown} with {other}, which can pull", f"Compare it with {other}, which can pull")
    note = f"Run the same on node {other}, which can pull, and add what is missing on {context.node.shown}."
    return [
        replace(
            fix,
            basis=Basis.EVIDENCE,
            short=(*short, *fix.short),
            notes=(*fix.notes, note) if fix.commands else fix.notes,
        )
        for fix in looks
    ]


def only_here(context: FixContext, looks: Iterable[Fix]) -> list[Fix]:
    """Where one node fails alone: compares it with one that pulls, and lets the pod start there; else nothing."""
    return [*compare_nodes(context, looks), *away_from_node(context)] if pulling_nodes(context) else []


def away_from_node(context: FixContext) -> list[Fix]:
    """Keeps pods off the node and lets this one start elsewhere; nothing where no other node would take it.

    Only for a fault of the node: elsewhere the pod would fail for the registry's.
    """
    others = [name for name in context.diagnosis.possible_nodes if name not in context.node.nodes]
    if not others or context.node.are_several or not context.node.nodes or not context.workload.is_replaced:
        return []
    pulling = [name for name in pulling_nodes(context) if name in others]
    where = on_nodes([shown(name) for name in pulling or others]).removeprefix("on ")
    text = f"Until {context.node.shown} is fixed, keep pods off it: the pod can start on {where}."
    node = context.node.name
    cordon = context.kubectl("cordon", node, effects=_NODE)
    uncordon = context.kubectl("uncordon", node, effects=_NODE)
    return [
        Fix(
            text,
            chain(cordon, delete_pods(context, on_own_node=True)),
            Who.CLUSTER_ADMIN,
            Basis.EVIDENCE if pulling else Basis.TEXT,
            Where.CLUSTER,
            (uncordon,),
            (f"Keep pods off {context.node.shown} until it is fixed", "Keep pods off the node"),
        )
    ]

"""Fixes that put an image where it is asked for: pushed again, brought back, or kept where a node still has it."""

from __future__ import annotations

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import change_spec
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.wording import listed

_SOON = "the kubelet picks it up within five minutes, and nothing else has to change."


def was_there(context: FixContext) -> bool:
    """Whether the image could be pulled once: it ran, or a node has it."""
    return context.image.sightings.was_there


def publish_again(context: FixContext) -> Fix:
    """Has an image pushed again that was there and is gone, and spares the nodes that still have it."""
    seen = context.image.sightings
    where = "was pulled before"
    if seen.pods:
        where = f"runs in {seen.pods} pods" if seen.pods > 1 else "runs in a pod"
    what = "digest" if context.image.digest else "tag"
    text = (
        f"{context.image.brief} {where}, and is gone from {context.registry.name}: deleted, or removed by a "
        f"retention rule. Have this {what} pushed again, or publish a new one and use that."
    )
    short = (
        f"Publish {context.image.path}:{context.image.tag} again, or a new tag",
        f"Publish {context.image.path} again: it was deleted",
        "Publish the image again: it was deleted",
    )
    keep = f"Until then don't drain, restart or clean up {_nodes(seen.nodes)}: they still have it."
    who = Who.PUBLISHER
    return Fix(text, (), who, Basis.EVIDENCE, Where.REGISTRY, short=short, notes=(keep,) if seen.nodes else ())


def push_from_node(context: FixContext) -> list[Fix]:
    """Pushes the copy that a node still has; nothing where none says that it has one."""
    nodes = context.image.sightings.nodes
    if not nodes:
        return []
    text = (
        f"Or push it again from a node that still has it ({listed([shown(name) for name in nodes])}): someone with "
        "access to that node can export it from the runtime, load it elsewhere and push it."
    )
    return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.NODE, nodes=nodes)]


def use_the_nodes_copy(context: FixContext) -> list[Fix]:
    """Lets the kubelet start what the node has, where the pull policy asks the registry each time."""
    if not context.image.sightings.is_on_node or context.pod.pull_policy != "Always" or context.pod.is_volume:
        return []
    spec = {context.pod.container_list: [{"name": context.pod.container, "imagePullPolicy": "IfNotPresent"}]}
    text = (
        f"{context.image.brief} is gone from {context.registry.name}, and {context.node.shown} still has it: as a "
        "stopgap, let it start that copy, because pull policy Always asks the registry every time."
    )
    short = (f"Set imagePullPolicy: IfNotPresent in {context.workload.shown}", "Set imagePullPolicy: IfNotPresent")
    return [change_spec(context, spec).as_fix(text, basis=Basis.EVIDENCE, short=short)]


def push_it(context: FixContext) -> list[Fix]:
    """Has the missing image pushed by whoever builds it; nothing where that is a stranger."""
    if context.image.is_strangers:
        return []
    text = f"Have {context.image.brief} pushed, if a build should have done so: {_SOON}"
    short = (f"Push {context.image.tag or 'the image'}", "Push the image")
    return [Fix(text, (), Who.PUBLISHER, Basis.TEXT, Where.REGISTRY, short=short)]


def fails_everywhere(context: FixContext) -> bool:
    """Whether the image's content fails on several nodes, so that it isn't one node's."""
    seen = context.image.sightings
    return len(seen.failing_on) > 1 and not context.findings.has(Check.ONLY_THIS_NODE)


def _nodes(names: tuple[str, ...]) -> str:
    listing = listed([shown_name(name) for name in names])
    return f"node {listing}" if len(names) == 1 else f"nodes {listing}"

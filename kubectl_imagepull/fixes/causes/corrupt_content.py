"""CorruptContent: the image's content does not check out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_images import previous_revision
from kubectl_imagepull.fixes.steps.publishing import fails_everywhere
from kubectl_imagepull.fixes.steps.workload_changes import retry
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Runtime

_ONLY_HERE = "Other nodes have the image, so this node's copy is damaged"


def fixes(context: FixContext) -> Sequence[Fix]:
    """By where the damage is: on this node alone, or in what all nodes get."""
    if context.says(Particular.ZSTD) and context.node.environment.runtime in {None, Runtime.DOCKER}:
        return [_update_docker(context), *previous_revision(context)]
    clean, push = _clean(context), _push(context)
    if context.findings.has(Check.ONLY_THIS_NODE) or context.says(Particular.EMPTY_CONTENT):
        return [*clean, push]
    if fails_everywhere(context):
        return [*previous_revision(context), push, _way(context), *clean[:1]]
    return [*clean, *previous_revision(context), push, _way(context)]


def _clean(context: FixContext) -> list[Fix]:
    """What the node holds of the image deleted, and the pod made again so that it is pulled at once."""
    why = "The node's copy may be damaged" if not context.findings.has(Check.ONLY_THIS_NODE) else _ONLY_HERE
    tasks = tasks_for(context)
    if context.says(Particular.EMPTY_CONTENT):
        why = "An empty, unfinished download of the image was left behind"
        return [*tasks.clear_downloads(why), *_again(context)]
    return [*tasks.delete_image(why), *_again(context)]


def _again(context: FixContext) -> list[Fix]:
    steps = retry(context)
    return [Fix("Then recreate the pod so that it pulls at once.", steps, basis=Basis.GUESS)] if steps else []


def _push(context: FixContext) -> Fix:
    nodes = context.image.sightings.failing_on
    proof = f": it fails on {len(nodes)} nodes" if len(nodes) > 1 else ""
    text = (
        f"The copy of {context.image.brief} at {context.registry.name} is damaged{proof}: have it pushed again from "
        "where it was built."
    )
    if context.image.is_strangers:
        text = f"If other nodes fail too, {context.image.brief} is damaged at its source: tell whoever publishes it."
    short = (
        f"Have {context.image.path}:{context.image.tag} pushed again",
        "Have the image pushed again: it is damaged",
    )
    basis = Basis.EVIDENCE if len(nodes) > 1 else Basis.GUESS
    return Fix(text, (), Who.PUBLISHER, basis, Where.REGISTRY, short=short)


def _way(context: FixContext) -> Fix:
    if context.registry.is_mirrored:
        text = f"{context.registry.host} answered for {context.registry.name}: ask whoever runs it to delete its copy."
        return Fix(text, (), Who.REGISTRY_OWNER, Basis.EVIDENCE, Where.REGISTRY)
    text = (
        f"Or something between the nodes and {context.registry.host} changes the data, such as a proxy that "
        "intercepts TLS or scans downloads: ask whoever runs the network."
    )
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE)


def _update_docker(context: FixContext) -> Fix:
    text = (
        "The image's layers are compressed with zstd, which needs Docker 23 or later: update Docker on "
        f"{context.node.each}. Pushing the image again only helps if it is rebuilt with gzip."
    )
    fix = Fix(
        text,
        (),
        Who.CLUSTER_ADMIN,
        Basis.TEXT,
        Where.NODE,
        short=(("Update Docker: this version can't read zstd layers"),),
    )
    return replace(fix, nodes=context.node.nodes)


RUNBOOK = Runbook(
    confirm=(
        "If one node fails, its own copy is damaged; if all fail, the registry's copy is, or a cache in front of it.",
        "Digest sha256:e3b0c442... is that of empty data: a stale containerd download.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Delete the node's copy of the image (crictl rmi IMAGE), then delete the pod.",
        ),
        (
            ANY_REGISTRY,
            "Push the image again; check mirrors, caches and proxies in between.",
        ),
        (
            "containerd",
            "A stale ingest directory causes 'unexpected commit digest': clear it while containerd is stopped.",
        ),
        (
            "Docker",
            (
                "'archive/tar: invalid tar header' on Docker before 23 means zstd layers: update Docker; pushing "
                "again doesn't help."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.CORRUPT_CONTENT, fixes, RUNBOOK)

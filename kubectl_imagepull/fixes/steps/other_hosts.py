"""Fixes that name the same image at another host."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.command import Placeholder, Word, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix

RIGHT_HOST = Placeholder("RIGHT_HOST", "the right host of the registry, with its port if it has one")
REACHED_HOST = Placeholder("REACHED_REGISTRY", "a registry that the nodes can reach and that has the image")


def at_host(context: FixContext, host: Word) -> Word:
    """The same path, tag and digest at another host."""
    reference = context.image.reference
    if reference is None:
        return context.image.word
    tag = f":{reference.tag}" if reference.tag else ""
    digest = f"@{reference.digest}" if reference.digest else ""
    return joined(host, f"/{reference.path}{tag}{digest}")


def name_host(
    context: FixContext, host: Word, text: str, *, short: tuple[str, ...] = (), basis: Basis = Basis.TEXT
) -> list[Fix]:
    """Names another host in the image; nothing where no image or no workload names this one."""
    if context.image.reference is None or context.registry.is_mirrored:
        return []
    return [set_image(context, at_host(context, host)).as_fix(text, basis=basis, short=short)]

"""Pulling an image by hand on the node, for the runtime's own words."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.node_environment import Platform

#: Nodes that have no crictl.
_WITHOUT_CRICTL = frozenset({Platform.MICROK8S, Platform.TALOS, Platform.BOTTLEROCKET, Platform.FARGATE})
#: The program that carries crictl, where it isn't one of its own.
_CARRIERS = {Platform.K3S: ("k3s",)}


@dataclass(frozen=True)
class PullByHand:
    """The pull, and the sentence that begins its fix."""

    #: The sentence that begins the fix.
    why: str
    #: The pull, as the node's own runtime does it.
    command: Command


def pull_by_hand(context: FixContext) -> PullByHand | None:
    """How the image is pulled by hand on the node; None for no valid image, or a node that has no program for it."""
    environment = context.node.environment
    if context.image.reference is None or environment.windows or environment.platform in _WITHOUT_CRICTL:
        return None
    words = ("sudo", *_CARRIERS.get(environment.platform, ()), "crictl", "pull", context.image.word)
    why = f"Pull {context.image.shown} by hand to see the runtime's own error: this doesn't use the pod's credentials."
    return PullByHand(why, Command(words))

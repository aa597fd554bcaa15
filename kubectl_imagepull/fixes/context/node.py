"""The nodes that have the fault, as fixes name them."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.vocabulary.command import Piece
from kubectl_imagepull.vocabulary.names import object_name, shown_name
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment
from kubectl_imagepull.vocabulary.wording import listed


@dataclass(frozen=True)
class NodeFacts:
    """The failure's own node first, then all others that have the same fault."""

    #: What the failure's own node is.
    environment: NodeEnvironment
    #: Every node that has the fault, the failure's own first; () where the pod is on none.
    nodes: tuple[str, ...]
    #: Whether the failure's own node is NotReady: nobody there confirms that a deleted pod is gone.
    is_not_ready: bool = False

    @property
    def name(self) -> Piece:
        """The failure's own node, for a command."""
        return object_name(self.nodes[0] if self.nodes else "", "node")

    @property
    def are_several(self) -> bool:
        """Whether more nodes than the failure's own have the fault."""
        return len(self.nodes) > 1

    @property
    def shown(self) -> str:
        """The node or nodes, in a sentence: `node worker-a`, `nodes a and b`, `the node`."""
        if not self.nodes:
            return "the node"
        names = listed([shown_name(node) for node in self.nodes])
        return f"nodes {names}" if self.are_several else f"node {names}"

    @property
    def each(self) -> str:
        """Where a step on the node is done, in a sentence: `node worker-a`, `each of nodes a and b`."""
        return f"each of {self.shown}" if self.are_several else self.shown

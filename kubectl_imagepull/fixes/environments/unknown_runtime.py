"""Nodes of which nothing tells the runtime: containerd's steps, and how one learns whether they are the right ones."""

from __future__ import annotations

from functools import cached_property

from kubectl_imagepull.fixes.environments.access import Access, LoginShell, ssh_notes
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks


class UnknownRuntimeTasks(ContainerdTasks):
    """Most nodes run containerd; the note says how one sees it."""

    @cached_property
    def access(self) -> Access:
        """As on any node of one's own; first of all, what it runs."""
        node = self.context.node.name
        look = self.context.kubectl("get", "node", node, "-o", "wide")
        note = f"These steps are for containerd. {look} shows under CONTAINER-RUNTIME whether the node runs it."
        return LoginShell((note, *ssh_notes(self.context)))

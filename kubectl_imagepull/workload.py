"""The object that a user would edit to change a pod: its owner's owner, up to the top."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """A workload's kind and name, as kubectl names them; a bare pod is its own workload.

    `managed_by` says who writes the workload (a Helm release, an Argo CD application ...), if that is known.
    """

    kind: str
    name: str
    managed_by: str | None = None

    def __str__(self) -> str:
        """Kind and name as kubectl takes them: `deployment/web`."""
        return f"{self.kind.lower()}/{self.name}"

"""The object that a user would edit to change a pod, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.vocabulary.manager import Manager


@dataclass(frozen=True)
class Rollout:
    """How a StatefulSet or DaemonSet gives its pods a template that was changed."""

    #: Only to pods that are deleted (updateStrategy OnDelete).
    on_delete: bool = False
    #: To one pod only if those before it are ready (podManagementPolicy OrderedReady).
    ordered: bool = False
    #: To no pod with a lower ordinal.
    partition: int = 0
    #: The lowest ordinal that there is.
    first_ordinal: int = 0


@dataclass(frozen=True)
class Workload:
    """A workload as kubectl names it; a bare pod is its own workload."""

    #: As objects have it: `Deployment`.
    kind: str
    #: Its name.
    name: str
    #: Who writes the workload, if anybody is known to.
    managed_by: Manager | None = None
    #: How its pods get a change, if that is known.
    rollout: Rollout | None = None

    def __str__(self) -> str:
        """Kind and name as kubectl takes them: `deployment/web`."""
        return f"{self.kind.lower()}/{self.name}"

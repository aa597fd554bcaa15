"""What was read of one scope, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Skipped


@dataclass(frozen=True)
class PodsAndEvents:
    """The pods and events of one scope."""

    #: The pods that were read whole.
    pods: list[JsonObject]
    #: The events about them; None where none could be read.
    events: list[JsonObject] | None
    #: What could not be looked at.
    skipped: tuple[Skipped, ...] = ()
    #: How many pods there are where not all of them were read whole, else None.
    total: int | None = None

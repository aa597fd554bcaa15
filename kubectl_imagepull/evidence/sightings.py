"""Where else an image was seen, as a value for fixes: whether it ran, and which nodes still have it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sightings:
    """Where the image of a failure was seen beside it; nothing of it says that it is in the registry now."""

    #: How many pods got it.
    pods: int = 0
    #: The nodes that those pods are on, by name.
    running_on: tuple[str, ...] = ()
    #: The nodes that say that they have it.
    held_by: tuple[str, ...] = ()
    #: Whether the failure's own node says so.
    is_on_node: bool = False
    #: The nodes on which its pull fails, the failure's own among them.
    failing_on: tuple[str, ...] = ()

    @property
    def was_there(self) -> bool:
        """Whether it could be pulled once, so that its name is right."""
        return bool(self.pods or self.held_by)

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes that have it, or run it."""
        return tuple(sorted({*self.running_on, *self.held_by}))

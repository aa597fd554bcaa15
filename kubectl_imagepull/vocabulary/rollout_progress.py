"""How far a workload has come with a newer revision than a pod's, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RolloutProgress:
    """A newer revision is on its way: what fails in a pod of an older one need not be repaired there."""

    #: The newer revision's number where it has one, else its mark.
    revision: str
    #: How many pods are wanted; None where it isn't known.
    wanted: int | None
    #: How many of them the newer revision has.
    updated: int
    #: How many of the newer revision's pods are ready.
    ready: int
    #: What the failing container's image is in the newer revision; "" where it isn't known.
    image: str
    #: Whether the controller waits for the failing pod instead of replacing it.
    waits_for_pod: bool = False

    def __str__(self) -> str:
        """The revision and how far it is, to go on with after `is rolling out`."""
        name = f"revision {self.revision}" if self.revision.isdecimal() else "a newer revision"
        image = f" with image {self.image}" if self.image else ""
        wanted = f" of {self.wanted}" if self.wanted is not None else ""
        return f"{name}{image}, {self.updated}{wanted} updated and {self.ready} ready"

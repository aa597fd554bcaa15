"""One cause's page in the runbook, as a value."""

from __future__ import annotations

from dataclasses import dataclass

#: The heading of what holds wherever the image comes from, and whatever pulls it.
ANY_REGISTRY = "any registry"
ANY_RUNTIME = "any runtime"


@dataclass(frozen=True)
class Runbook:
    """How to confirm a cause, and what repairs it: (registry or runtime, text) pairs."""

    confirm: tuple[str, ...]
    fixes: tuple[tuple[str, str], ...]

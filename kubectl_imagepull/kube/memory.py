"""What the garbage collector may cost."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: Objects more than before after which cycles are looked for; Python's own is 700 or 2,000.
_ALLOCATIONS = 100_000


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keeps the garbage collector from walking a growing heap again and again: decoding takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def collect_rarely() -> None:
    """Lets the garbage collector look for cycles now and then only, for this whole process.

    A run lives for seconds and makes few cycles; looking for them takes a tenth of a start, mostly among imports.
    """
    gc.set_threshold(_ALLOCATIONS, 20, 20)

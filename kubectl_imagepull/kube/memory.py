"""What the garbage collector may cost."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: Objects more than before after which cycles are looked for; Python's own is 700 or 2,000.
_ALLOCATIONS = 100_000
#: Objects that were made meanwhile and are still there, from which on a walk through them is too long.
_VERY_MANY = 500_000


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keeps the garbage collector from walking a growing heap again and again: decoding takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _VERY_MANY:
            # what a large recording holds is there to the end: a walk through it takes a second, and finds nothing
            gc.freeze()
        if enabled:
            gc.enable()


def collect_rarely() -> None:
    """Lets the garbage collector look for cycles now and then only, for this whole process.

    A run lives for seconds and makes few cycles; looking for them takes a tenth of a start, mostly among imports.
    """
    gc.set_threshold(_ALLOCATIONS, 20, 20)

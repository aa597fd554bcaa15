"""What a run is reading at this moment, for whoever wants to show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class Progress:
    """What is being read and how many of it have come; several threads may tell it at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[str, int] = {}
        self._readers: Counter[str] = Counter()

    @contextmanager
    def reading(self, what: str) -> Iterator[Callable[[int], None]]:
        """Says that something is being read, until it is done; gives what to tell of each part that came."""
        with self._lock:
            self._counts.setdefault(what, 0)
            self._readers[what] += 1
        try:
            yield lambda count: self._add(what, count)
        finally:
            with self._lock:
                self._readers[what] -= 1
                if not self._readers[what]:
                    del self._counts[what]

    @property
    def text(self) -> str:
        """What is being read, with the numbers that have come: `pods 12,500, events`; empty when nothing is."""
        with self._lock:
            counts = dict(self._counts)
        return ", ".join(f"{what} {count:,}" if count else what for what, count in counts.items())

    def _add(self, what: str, count: int) -> None:
        with self._lock:
            self._counts[what] += count

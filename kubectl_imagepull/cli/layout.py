"""Which of its forms a report has on the screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A table or pages, and how they are shown."""

    #: Whether each root cause has a page, and not a row.
    detailed: bool
    #: Whether a page holds all that is known, and not the answer alone; whether each root cause has a row of its own.
    everything: bool = False
    #: Whether more than a screenful goes through the reader's pager.
    paged: bool = False

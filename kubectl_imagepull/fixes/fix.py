"""Fixes as values: what the report shows, and what the modules here make it from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Fix:
    """One way to repair: a sentence, and commands ready to paste (none where the fix lies outside the cluster)."""

    text: str
    commands: tuple[str, ...] = ()


class Change(NamedTuple):
    """Commands that change the workload, and a sentence that says what else they do ("" for nothing unexpected)."""

    commands: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True)
class Draft:
    """A fix on its way: `changes` says that it changes the workload, `hint` stands in the report only once."""

    text: str
    commands: tuple[str, ...] = ()
    hint: str = ""
    changes: bool = False

    @classmethod
    def of(cls, text: str, change: Change, *, before: tuple[str, ...] = ()) -> Draft:
        """A draft that runs `before` and then changes the workload."""
        return cls(text, (*before, *change.commands), change.hint, changes=True)

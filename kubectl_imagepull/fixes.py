"""Cause + evidence -> fixes: a sentence and the commands that do it, shell-quoted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fix:
    """One way to repair: a sentence, and commands ready to paste (none where the fix lies outside the cluster)."""

    text: str
    commands: tuple[str, ...] = ()

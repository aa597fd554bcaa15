"""How the program ends."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a script can rely on; an interrupt is the same where typer sees to it."""

    OK = 0
    FOUND = 1
    USAGE = 2
    UNREADABLE = 3
    PARTLY_READ = 4
    TIME_UP = 5
    INTERRUPTED = 130

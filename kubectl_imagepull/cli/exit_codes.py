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
    #: A defect of the program (EX_SOFTWARE of sysexits.h): never 1, which means that a failed pull was found.
    INTERNAL = 70
    INTERRUPTED = 130

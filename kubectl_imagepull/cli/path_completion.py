"""Lets the shell complete the value of a flag that is a path; beside the flags, for completion itself reads those."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import typer


class Directive(IntEnum):
    """What a shell is to do beside offering the candidates."""

    FILES = 0
    NO_FILES = 4
    DIRECTORIES = 16


@dataclass
class CompletionState:
    """What a flag's value turned out to be while its candidates were looked for; the parser passes it on."""

    #: What the shell is to do.
    directive: Directive = Directive.NO_FILES


def complete_files(ctx: typer.Context) -> list[str]:
    """Lets the shell complete a file's name: it does that itself, unless told otherwise."""
    if isinstance(ctx.obj, CompletionState):
        ctx.obj.directive = Directive.FILES
    return []


def complete_directories(ctx: typer.Context) -> list[str]:
    """Lets the shell complete a directory's name."""
    if isinstance(ctx.obj, CompletionState):
        ctx.obj.directive = Directive.DIRECTORIES
    return []

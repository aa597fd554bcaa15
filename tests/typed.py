"""Commands for tests of what shows them: as somebody would type them."""

from __future__ import annotations

from kubectl_imagepull.vocabulary.command import Command, ShellText


def typed(*lines: str) -> tuple[Command, ...]:
    """A command for each line, which stands as it is."""
    return tuple(Command((ShellText(line),)) for line in lines)

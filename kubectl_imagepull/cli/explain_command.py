"""What `explain` does: a cause -> its runbook."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color
from kubectl_imagepull.report.explanation import explanation
from kubectl_imagepull.report.runbook import UnknownCauseError, causes_list


def explain_cause(words: Sequence[str], color: Color) -> None:
    """Shows the page of a cause, what the words may stand for, or the list of all.

    Raises BadParameter for what stands for nothing.
    """
    width, colored = terminal.terminal_width(), terminal.wants_color(color)
    if not words:
        terminal.print_text(causes_list(width=width, color=colored))
        return
    try:
        terminal.print_text(explanation(" ".join(words), width=width, color=colored))
    except UnknownCauseError as error:
        raise typer.BadParameter(str(error)) from error

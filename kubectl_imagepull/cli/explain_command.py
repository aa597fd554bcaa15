"""What `explain` does: a cause -> its runbook."""

from __future__ import annotations

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color
from kubectl_imagepull.report.runbook import UnknownCauseError, cause_page, causes_list


def explain_cause(cause: str | None, color: Color) -> None:
    """Shows the page of a cause, or the list of all; raises BadParameter for one that there isn't."""
    width, colored = terminal.terminal_width(), terminal.wants_color(color)
    if not cause:
        terminal.print_text(causes_list(width=width, color=colored))
        return
    try:
        terminal.print_text(cause_page(cause, width=width, color=colored))
    except UnknownCauseError as error:
        raise typer.BadParameter(str(error)) from error

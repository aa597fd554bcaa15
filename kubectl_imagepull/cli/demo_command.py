"""What `demo` does: show the recorded cluster that ships with the program."""

from __future__ import annotations

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.demonstration import demonstration, recorded_report


def show_recorded_cluster(output: Output, color: Color) -> None:
    """Shows the table and some pages as text, in any other format what `scan` prints."""
    width, colored = terminal.terminal_width(), terminal.wants_color(color)
    if output is Output.TABLE:
        terminal.print_text(demonstration(width=width, color=colored))
        return
    report = recorded_report()
    terminal.print_text(render(report, output, detailed=False, all_namespaces=True, width=width, color=colored))

"""What `demo` does: show the recorded cluster that ships with the program."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from kubectl_imagepull import COMMAND, PROGRAM
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.report.text import usable_width, visible, wrap
from kubectl_imagepull.runs.demonstration import demonstration, recorded_report


def show_recorded_cluster(output: Output, color: Color) -> None:
    """Shows the table and some pages as text, in any other format what `scan` prints."""
    width, colored = terminal.terminal_width(), terminal.wants_color(color)
    if output is Output.TABLE:
        terminal.print_text(demonstration(width=width, color=colored))
        if not shutil.which(PROGRAM):
            terminal.print_text("\n".join(wrap(visible(_how_to_run()), usable_width(width))))
        return
    report = recorded_report()
    terminal.print_text(render(report, output, detailed=False, all_namespaces=True, width=width, color=colored))


def _how_to_run() -> str:
    """What to type where kubectl can't find the program."""
    called = Path(sys.argv[0])
    # kubectl itself is no help before the program is on PATH
    path = Path(os.path.relpath(called)) if called.is_absolute() and called.is_relative_to(Path.cwd()) else called
    # a package has no sources that pipx could install
    how = "" if getattr(sys, "frozen", False) else " (pipx install .)"
    return (
        f"'{COMMAND}' works once {PROGRAM} is on your PATH{how}; until then it is '{path} scan -A', "
        f"'{path} diagnose' and so on."
    )

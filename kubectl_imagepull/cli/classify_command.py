"""What `classify` does: messages from anywhere -> their causes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color, TextOutput
from kubectl_imagepull.messages.lines import answers
from kubectl_imagepull.report.answers import as_json_lines, as_text


def classify_message(words: Sequence[str], output: TextOutput, color: Color) -> None:
    """Shows the cause in the message that the words are, or in each line of standard input where there are none."""
    if not words:
        terminal.announce_input(["-"])
    read = answers([" ".join(words)] if words else sys.stdin or ())
    if output is TextOutput.JSON:
        terminal.write(as_json_lines(read))
    else:
        terminal.print_text(as_text(read, width=terminal.terminal_width(), color=terminal.wants_color(color)))

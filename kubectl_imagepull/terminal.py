"""The terminal: its width, whether it takes colours, and how text gets out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from shutil import get_terminal_size

from kubectl_imagepull.options import Color


def width() -> int | None:
    """The columns of the terminal; None where the output goes to a file or pipe."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def wants_color(when: Color) -> bool:
    """Whether to colour: on a terminal that takes it, unless NO_COLOR is set (https://no-color.org)."""
    if when is Color.AUTO:
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return when is Color.ALWAYS


def say(text: str) -> None:
    """Writes a text and a newline to standard output; nothing for an empty text."""
    if text:
        write((f"{text}\n",))


def write(texts: Iterable[str]) -> None:
    """Writes texts to standard output; once their reader (head, less) has gone, the rest goes nowhere."""
    try:
        sys.stdout.writelines(texts)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(text: str) -> None:
    """Writes a line to standard error."""
    sys.stderr.write(f"{text}\n")


def take_any_text() -> None:
    """Lets a terminal that can't show a character show its escape instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

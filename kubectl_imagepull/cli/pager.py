"""More than a screenful goes through the reader's pager, as git's output does."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

from kubectl_imagepull.cli import terminal

#: The variables that name a pager, the first that is set counts; empty for none.
_VARIABLES = ("KUBECTL_IMAGEPULL_PAGER", "PAGER")
_DEFAULT = "less"
#: As git sets it where LESS isn't set: end where all fits, show colours, leave the text on the screen.
_LESS = "FRX"
#: What passes its input on and asks for nothing.
_NO_PAGER = "cat"


def show_in_pager(text: str) -> bool:
    """Shows a text in the pager; False where it fits on the screen, or there is no terminal or no pager.

    The text has to be safe for a terminal already: a pager may pass its colours on.
    """
    command = _command()
    if not command or not terminal.is_terminal() or not _is_taller_than_screen(text):
        return False
    environment = {"LESS": _LESS, "LV": "-c", **os.environ}
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - the user's own pager
    except OSError:
        return False
    # Ctrl-C is the pager's while it runs
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        # a reader who has seen enough closes it early
        with suppress(BrokenPipeError):
            process.communicate(f"{text}\n".encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def _command() -> list[str]:
    named = next((os.environ[name] for name in _VARIABLES if name in os.environ), _DEFAULT)
    try:
        words = shlex.split(named)
    except ValueError:
        return []
    return words if words and words != [_NO_PAGER] and shutil.which(words[0]) else []


def _is_taller_than_screen(text: str) -> bool:
    return len(text.split("\n")) >= shutil.get_terminal_size().lines

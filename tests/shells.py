"""Shells on a terminal, with somebody who types and presses TAB."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Mapping

import pytest

#: How each starts, with nobody's settings.
_START = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "-i"),
}
#: What it needs before anything completes in it.
_SETUP = {
    "bash": "source /usr/share/bash-completion/bash_completion",
    "zsh": "autoload -U compinit; compinit -u -D",
    "fish": "true",
}
#: Loads what a command prints.
_LOAD = {"bash": "source <({})", "zsh": "source <({})", "fish": "{} | source"}
_BEGINNING_OF_LINE = "\x01"
_SECONDS = 30.0

SHELLS = tuple(_START)


def needs(shell: str) -> None:
    """Skips a test whose shell, or what completes in it, isn't installed."""
    for program in (shell, "setsid"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    if shell == "bash" and not os.path.exists("/usr/share/bash-completion/bash_completion"):  # noqa: PTH110 - a constant
        pytest.skip("bash-completion is not installed")


def completed(shell: str, script: str, typed: str, environment: Mapping[str, str]) -> str:
    """What becomes of a line that is typed and ended with TAB, where the shell has loaded what `script` prints."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ("setsid", "--ctty", *_START[shell]),  # fish wants to be in charge of its terminal
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "dumb", "PS1": "> "},
    )
    os.close(theirs)
    try:
        _enter(ours, f"{_SETUP[shell]}; {_LOAD[shell].format(script)}; echo ready''now", "readynow")
        # the line isn't run but printed: its beginning is typed when it is complete
        shown = _enter(ours, f"{typed}\t{_BEGINNING_OF_LINE}echo '<' ", r"\n< [^\r\n]*\r?\n")
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return re.findall(r"\n< ([^\r\n]*)\r?\n", shown)[-1].rstrip()


def _enter(terminal: int, text: str, until: str) -> str:
    """Types a line and reads what is shown until a pattern is."""
    os.write(terminal, f"{text}\n".encode())
    shown, end = "", time.monotonic() + _SECONDS
    while not re.search(until, shown):
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    return shown

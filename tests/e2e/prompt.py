"""A command on a terminal of its own, with somebody who answers what it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Mapping
from typing import NamedTuple

_SECONDS = 30.0
#: What holds the terminal, as somebody's own shell does: it outlives the one whose command is ended by Ctrl-C.
_HOLDER = 'trap : INT; "$@"; code=$?; sleep 0.5; exit $code'
#: How long somebody takes from reading a question to typing: by then the shell waits for what is typed, in seconds.
_REACTION = 0.5


class Answered(NamedTuple):
    """What came of a command."""

    code: int
    #: All that the terminal showed.
    shown: str
    #: Whether the terminal shows again what is typed, a moment later at most.
    echoes: bool


def answer(shell: str, command: str, prompt: str, typed: str, environment: Mapping[str, str]) -> Answered:
    """Runs a command in a shell on a terminal, types something when it is asked, and waits for its end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ("setsid", "--ctty", "--wait", "sh", "-c", _HOLDER, "sh", shell, "-c", command),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    try:
        shown, end = _read_until(ours, prompt), time.monotonic() + _SECONDS
        time.sleep(_REACTION)
        os.write(ours, typed.encode())
        while process.poll() is None:
            assert time.monotonic() < end, shown
            shown += _read(ours)
        return Answered(process.returncode, shown + _read(ours), bool(termios.tcgetattr(theirs)[3] & termios.ECHO))
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


def _read_until(terminal: int, text: str) -> str:
    shown, end = "", time.monotonic() + _SECONDS
    while text not in shown:
        assert time.monotonic() < end, shown
        shown += _read(terminal)
    return shown


def _read(terminal: int) -> str:
    """What a terminal shows by now."""
    if not select.select([terminal], [], [], 0.1)[0]:
        return ""
    return os.read(terminal, 65536).decode(errors="replace")

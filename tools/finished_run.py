"""Runs a program to its end, and tells what that took: what all benches measure."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class FinishedRun:
    """What one run of a program took."""

    #: Seconds from its start to its end.
    seconds: float
    #: Seconds of the processor.
    cpu: float
    #: The most memory that it had, in bytes.
    memory: int


def run_to_end(
    command: Sequence[str],
    variables: Mapping[str, str] | None = None,
    *,
    stdin: IO[bytes] | int | None = subprocess.DEVNULL,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
) -> FinishedRun:
    """Runs a program to its end; ends this one with its messages where it fails.

    Its memory is what the system counted for it. That count starts with what this process has when it starts another,
    so nothing large may be read here.
    """
    with tempfile.TemporaryFile() as messages:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=variables, stdin=stdin, stdout=stdout, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            messages.seek(0)
            said = messages.read().decode(errors="replace")
            sys.exit(f"{shlex.join(command)} ended with {process.returncode}: {said}")
    return FinishedRun(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)

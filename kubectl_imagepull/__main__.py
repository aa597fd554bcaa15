"""Begins the program, as `python -m kubectl_imagepull` or by its own name.

It stands apart from the program, which takes a while to load: whoever presses Ctrl-C in that while sees no traceback.
"""

from __future__ import annotations

import os
import signal
from typing import NoReturn

from kubectl_imagepull.kube.memory import collect_rarely

_INTERRUPTED = 130


def start() -> NoReturn:
    """Loads the program and runs it."""
    # where interrupts are ignored (a job in the background), they stay so
    awaited = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if awaited:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    collect_rarely()
    from kubectl_imagepull.cli.program import program

    if awaited:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    program()


if __name__ == "__main__":
    start()

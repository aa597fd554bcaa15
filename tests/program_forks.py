"""The program in forks of a process that has loaded it: to load it is most of what a short run costs.

A fork is given arguments, environment, directory and standard streams as a new process is, and goes through
`kubectl_imagepull.__main__:start` to its own end. It serves wherever a start isn't what a test is about;
tests/test_program_forks.py holds both ways against each other.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

PROGRAM = Path(sys.executable).with_name("kubectl-imagepull")
_SECONDS = 60.0
_MOST_BYTES = 1 << 20
_STREAMS = 3

text_file = partial(tempfile.TemporaryFile, "w+", encoding="utf-8")


def run_program(environment: Mapping[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the program in the current directory with this environment and no other.

    Raises ValueError for variables that Python itself reads when it starts, and subprocess.TimeoutExpired.
    """
    read_at_start = [name for name in environment if name.startswith(("PYTHON", "LC_"))]
    if read_at_start:
        raise ValueError(f"a fork has started already: it can't take {', '.join(read_at_start)}")
    with text_file() as given, text_file() as out, text_file() as err:
        given.write(stdin)
        given.seek(0)
        request = {"arguments": arguments, "environment": dict(environment), "directory": str(Path.cwd())}
        code = _loaded().run(request, [stream.fileno() for stream in (given, out, err)])
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


@cache
def _loaded() -> LoadedProgram:
    return LoadedProgram()


class LoadedProgram:
    """A process that has loaded the program, and forks for each run; it ends when this one does."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(_SECONDS)
        command = [sys.executable, __file__, str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env={"LANG": "C.UTF-8"}, start_new_session=True
        )
        theirs.close()
        atexit.register(self._end)

    def _end(self) -> None:
        self._channel.close()
        self._process.wait()

    def run(self, request: Mapping[str, Any], streams: list[int]) -> int:
        """The exit code of a run, or the negative number of the signal that ended it."""
        socket.send_fds(self._channel, [json.dumps(request).encode() + b"\n"], streams)
        try:
            answer = self._channel.recv(_MOST_BYTES)
        except TimeoutError:
            os.killpg(self._process.pid, signal.SIGKILL)
            _loaded.cache_clear()
            raise subprocess.TimeoutExpired(request["arguments"], _SECONDS) from None
        return int(answer)


def _serve(channel: socket.socket) -> None:
    """Forks for each request until the other end is gone."""
    while True:
        text, streams, _, _ = socket.recv_fds(channel, _MOST_BYTES, _STREAMS)
        if not text:
            return
        while not text.endswith(b"\n"):
            text += channel.recv(_MOST_BYTES)
        process = os.fork()
        if process == 0:
            _become(json.loads(text), streams)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(process, 0)
        channel.sendall(b"%d" % os.waitstatus_to_exitcode(status))


def _become(request: Mapping[str, Any], streams: list[int]) -> NoReturn:
    """Makes of this process what a start makes of a new one, and runs the program."""
    from kubectl_imagepull.__main__ import start

    for target, stream in enumerate(streams):
        os.dup2(stream, target)
    os.closerange(_STREAMS, max(streams) + 1)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape")  # noqa: SIM115 - to the end
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115 - the same
    sys.stderr = sys.__stderr__ = open(2, "w", 1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - the same
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["directory"])
    sys.argv = [str(PROGRAM), *request["arguments"]]
    try:
        start()
    except BaseException:  # noqa: BLE001 - what a new process would print and end with
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _load() -> None:
    """Imports all that a run may."""
    package = import_module("kubectl_imagepull")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    import_module("typer._completion_classes")
    for module in ("tabulate", "wcwidth"):
        import_module(module)
    # what is loaded stays: a run's collections needn't look at it
    gc.freeze()


if __name__ == "__main__":
    # beside this script lie modules of the tests, and none of them is the program's
    sys.path.remove(str(Path(__file__).parent))
    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))

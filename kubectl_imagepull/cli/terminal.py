"""The terminal: its width, whether it takes colours, and how text gets out."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from shutil import get_terminal_size
from threading import Event, Thread
from typing import NoReturn

from kubectl_imagepull.cli.flags import Color
from kubectl_imagepull.report.text import usable_width, wrap

#: Seconds after which progress is shown, and between two looks at it.
_PATIENCE = 1.0
_REFRESH = 0.2
_HANGING = "  "
_CLEAR_LINE = "\r\x1b[K"
_HOME, _CLEAR_REST, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


class OutputError(Exception):
    """Standard output can't be written; the text says why."""


def terminal_width() -> int | None:
    """The columns of the terminal; None where the output goes to a file or pipe."""
    return get_terminal_size().columns if is_terminal() else None


def wants_color(when: Color) -> bool:
    """Whether to colour: on a terminal that takes it, unless NO_COLOR is set (https://no-color.org)."""
    if when is Color.AUTO:
        return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return when is Color.ALWAYS


def is_terminal() -> bool:
    """Whether the output goes to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def print_text(text: str) -> bool:
    """Writes a text and a newline to standard output, nothing for an empty text; gives whether it has a reader."""
    return write((f"{text}\n",) if text else ())


class Screen:
    """The whole terminal, drawn anew again and again."""

    def __init__(self) -> None:
        self._size: os.terminal_size | None = None

    @property
    def height(self) -> int:
        """The lines that it has room for."""
        return get_terminal_size().lines - 1

    @property
    def resized(self) -> bool:
        """Whether it has another size than when it was drawn."""
        return self._size is not None and get_terminal_size() != self._size

    def draw(self, text: str) -> bool:
        """Puts a text in place of what it shows; gives whether it has a reader.

        The first time what was there is scrolled up, where it stays.
        """
        before, self._size = self._size, get_terminal_size()
        lines = (f"{line}{_CLEAR_REST}\n" for line in text.split("\n"))
        return write(("" if before else "\n" * self._size.lines, _HOME, *lines, _CLEAR_BELOW))

    def end(self, text: str) -> bool:
        """Leaves a text there that may be longer than it; gives whether it has a reader."""
        return write((_HOME, _CLEAR_BELOW, f"{text}\n")) if self._size else True


def write(texts: Iterable[str]) -> bool:
    """Writes texts to standard output; once their reader (head, less) has gone, the rest goes nowhere.

    Gives whether the reader is still there. Raises OutputError where it can't be written: a full disk, a closed stream.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    # flushed: a reader that has gone shows here, and not at exit
    try:
        sys.stdout.writelines(texts)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
        return False
    except OSError as error:
        _discard()
        raise OutputError(error.strerror or str(error)) from error
    return True


def _discard() -> None:
    """Lets what is left in the buffer, and the flush at exit, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(text: str) -> None:
    """Writes a line to standard error; on a terminal as several, broken between words, where it is too narrow.

    A standard error that is closed or full changes no result: there is no other place to say it.
    """
    if sys.stderr is None:
        return
    lines = wrap(text, usable_width(_columns_of_errors()), hanging=_HANGING)
    with suppress(OSError, ValueError):
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()


def _columns_of_errors() -> int | None:
    """The columns of the terminal that shows errors, which standard output need not go to; None for a file or pipe."""
    if not sys.stderr.isatty():
        return None
    if is_terminal():
        return get_terminal_size().columns
    # where output goes to a file the environment's COLUMNS is not about the terminal of errors
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return None


def end_process(code: int) -> NoReturn:
    """Ends the program at once: what is to be done at exit is done, and no thread is waited for."""
    atexit._run_exitfuncs()  # noqa: SLF001 - nothing else does that without joining threads first
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # what could not be written was said where it was to be
            if stream is not None:
                stream.flush()
    os._exit(code)


def take_any_text() -> None:
    """Lets a terminal that can't show a character show its escape, and reads bytes that are no text as U+FFFD."""
    for stream, errors in ((sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace"), (sys.stdin, "replace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


def announce_input(paths: Sequence[str]) -> None:
    """Says on a terminal that input is waited for, where one of the paths is standard input (`-`)."""
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        warn("reading from standard input; end it with Ctrl-D")


@contextmanager
def progress_line(text: Callable[[], str]) -> Iterator[None]:
    """Shows what takes longer than a second, on a line of the terminal that is gone at the end; nothing in a pipe."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    done = Event()
    thread = Thread(target=_show, args=(text, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _show(text: Callable[[], str], done: Event) -> None:
    wait, shown = _PATIENCE, False
    while not done.wait(wait):
        wait = _REFRESH
        # while nothing is being read the terminal is somebody else's: a login plugin may be asking something
        what = text()
        if what or shown:
            # the last column stays free: some terminals go to the next line as soon as it is written
            line = f"reading {what} ..."[: get_terminal_size().columns - 1] if what else ""
            sys.stderr.write(f"{_CLEAR_LINE}{line}")
            sys.stderr.flush()
            shown = bool(what)
    if shown:
        sys.stderr.write(_CLEAR_LINE)
        sys.stderr.flush()

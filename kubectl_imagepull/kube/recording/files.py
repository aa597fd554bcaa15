"""Paths of a recording -> the bytes of its files: files, directories, archives and standard input."""

from __future__ import annotations

import io
import mmap
import os
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO

from kubectl_imagepull.kube.recording.archive import is_archive, read_archive
from kubectl_imagepull.kube.snapshot import Skipped

#: What standard input is called on the command line, and in texts.
STDIN = "-"
STDIN_NAME = "standard input"
_ENDINGS = (".json", ".yaml", ".yml")
#: What a file or standard input may hold: a recording of 50,000 pods has some 300 MB; /dev/zero has no end.
_MOST_BYTES = 1 << 30
#: What is read at once where nobody says how much there is.
_BLOCK = 1 << 20
_TOO_LARGE = f"is larger than {_MOST_BYTES >> 30} GiB; record one namespace at a time"
_HEAD = 512
#: Files from this size on are mapped.
_MAPPED = 16 << 10

#: A file's name and content, or what could not be read.
RecordedFile = tuple[str, bytes | bytearray | str | mmap.mmap] | Skipped
#: Takes how many bytes more were read.
Tell = Callable[[int], object]


def read_files(path: str, stdin: BinaryIO | TextIO | None = None, tell: Tell = id) -> Iterator[RecordedFile]:
    """Gives the files that a path means.

    A directory is walked: its files that end in .json, .yaml or .yml count, links to directories are not followed. A
    tar archive, compressed or not, counts as a directory. `-` is `stdin`, by default the process's standard input.
    `tell` is told of what comes from it.
    """
    if path == STDIN:
        yield from _read_stdin(stdin, tell)
        return
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a path as the user gave it, "./" and all
    except (OSError, ValueError) as error:
        yield Skipped(display(path), _why(error))
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path)
    else:
        yield from _read_file(path)


def display(path: str) -> str:
    """The path as it can be printed: bytes that are no text become question marks."""
    return path.encode("utf-8", "replace").decode("utf-8")


def is_wanted(path: str) -> bool:
    """Whether a file that nobody named may hold objects; `._x` is what macOS puts beside `x` in archives."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(_ENDINGS) and not name.startswith("._")


def _read_stdin(stdin: BinaryIO | TextIO | None, tell: Tell) -> Iterator[RecordedFile]:
    stream = sys.stdin if stdin is None else stdin
    if stream is None:
        yield Skipped(STDIN_NAME, "is closed")
        return
    try:
        data = _read_blocks(getattr(stream, "buffer", stream), tell)
    except (OSError, ValueError) as error:
        yield Skipped(STDIN_NAME, _why(error))
        return
    if data is None:
        yield Skipped(STDIN_NAME, _TOO_LARGE)
        return
    if isinstance(data, bytearray) and is_archive(data):
        yield from read_archive(io.BytesIO(data), STDIN_NAME, is_wanted)
    else:
        yield STDIN_NAME, data


def _walk(path: str) -> Iterator[RecordedFile]:
    faults: list[OSError] = []
    for directory, subdirectories, names in os.walk(path, onerror=faults.append):
        subdirectories.sort()
        for name in sorted(names):
            full = os.path.join(directory, name)  # noqa: PTH118 - a path as the user gave it
            if is_wanted(name) and os.path.isfile(full):  # noqa: PTH113 - no pipe or device
                yield from _read_file(full)
    for fault in faults:
        yield Skipped(display(str(fault.filename)), _why(fault))


def _read_file(path: str) -> Iterator[RecordedFile]:
    name = display(path)
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path as the user gave it
            if file.seekable() and is_archive(file.read(_HEAD)):
                file.seek(0)
                yield from read_archive(file, name, is_wanted)
                return
            if file.seekable():
                file.seek(0)
            size = os.fstat(file.fileno()).st_size
            data = (_mapped(file) if _MAPPED <= size <= _MOST_BYTES else None) or _read_whole(file, size)
    except OSError as error:
        yield Skipped(name, _why(error))
        return
    yield Skipped(name, _TOO_LARGE) if data is None else (name, data)


def _read_blocks(stream: Any, tell: Tell) -> bytearray | str | None:
    """All that a stream of bytes or text has, as it comes; None where that is more than may be read."""
    blocks: list[str] = []
    data, length = bytearray(), 0
    while block := stream.read(_BLOCK):
        length += len(block)
        if length > _MOST_BYTES:
            return None
        tell(len(block))
        if isinstance(block, str):
            blocks.append(block)
        else:
            # it grows in place: pieces that are joined in the end take twice as much memory
            data += block
    return "".join(blocks) if blocks else data


def _mapped(file: BinaryIO) -> mmap.mmap | None:
    """A large file as memory that the system can take back once it was decoded; None where it can't be mapped."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None


def _read_whole(stream: Any, expected: int) -> Any:
    """All that a stream of bytes or text has, about `expected` bytes; None where that is more than may be read.

    Memory is taken for what comes and not for what might: a process may have little.
    """
    blocks: list[Any] = []
    length, wanted = 0, min(max(expected, _BLOCK), _MOST_BYTES) + 1
    while block := stream.read(wanted):
        length, wanted = length + len(block), _BLOCK
        if length > _MOST_BYTES:
            return None
        blocks.append(block)
    empty = blocks[0][:0] if blocks else b""
    return blocks[0] if len(blocks) == 1 else empty.join(blocks)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "doesn't exist"
    if isinstance(error, PermissionError):
        return "can't be read: permission denied"
    if isinstance(error, OSError):
        return f"can't be read: {(error.strerror or str(error)).lower()}"
    # Python's wording for a path with a NUL in it changes from version to version; the other case is a closed stream
    return f"can't be read: {'its name contains a NUL' if 'null' in str(error) else str(error).lower()}"

"""The files in a tar archive, or one compressed file, read in memory: must-gathers and support bundles come so."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from kubectl_imagepull.kube.snapshot import Skipped

_GZIP = b"\x1f\x8b"
_TAR = b"ustar"
_TAR_AT = 257
_TAR_HEADER = 512
_BLOCK = 1 << 20
#: A file of an archive that is larger is left out.
_MOST_FILE = 1 << 30
#: What all of an archive may come to when it is unpacked: a small one can hold any amount of zeros.
_MOST_ALL = 8 << 30
#: How many times its own size an archive may come to, and what any may: recordings shrink to a twentieth.
_MOST_TIMES = 100
_ALWAYS = 256 << 20


class _TooLargeError(OSError):
    """The archive holds more than can be read."""


def is_archive(data: bytes | bytearray) -> bool:
    """Whether a file that begins so is a tar archive or compressed with gzip."""
    return data.startswith(_GZIP) or data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR


def read_archive(stream: BinaryIO, name: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes] | Skipped]:
    """Gives path and content of each wanted file, and what could not be read; nothing is written to disk.

    A damaged or truncated archive gives the files that stand before the damage. Paths begin with the archive's name. A
    single file that is only compressed counts as that file.
    """
    compressed = stream.read(len(_GZIP)) == _GZIP
    stream.seek(0)
    plain = _Bounded(gzip.GzipFile(fileobj=stream) if compressed else stream, _bound(stream))
    try:
        if compressed and _is_text(plain):
            yield name, plain.read_all()
            return
        # The archive is never extracted, so its paths and links do no harm.
        with tarfile.open(fileobj=plain, mode="r:") as archive:
            for member in archive:
                if not member.isreg() or member.issparse() or not wanted(member.name):
                    continue
                path = f"{name}:{member.name}"
                if member.size > _MOST_FILE:
                    yield Skipped(path, f"is larger than {_MOST_FILE >> 20} MiB")
                    continue
                file = archive.extractfile(member)
                if file is not None:
                    yield path, file.read()
    except _TooLargeError:
        yield Skipped(name, f"holds more than {plain.bound >> 20} MiB: the rest was not read")
    # ValueError: tarfile lets it through for headers that hold no numbers.
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError):
        yield Skipped(name, "isn't a tar archive, or is cut off or damaged: only the files before the damage were read")


def _is_text(plain: _Bounded) -> bool:
    """Whether one compressed file is here, and no archive, whose headers hold NULs as no text does."""
    head = plain.read(_TAR_HEADER)
    plain.seek(0)
    return b"\0" not in head and not is_archive(head)


def _bound(stream: BinaryIO) -> int:
    """What an archive may come to: a few kilobytes can be packed so that they come to gigabytes of zeros."""
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return min(_MOST_ALL, max(_ALWAYS, length * _MOST_TIMES))


class _Bounded(io.BufferedIOBase):
    """A stream that gives up instead of giving without end."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, bound: int) -> None:
        super().__init__()
        self._stream = stream
        #: The bytes that it gives at most.
        self.bound = bound

    def read(self, size: int | None = -1) -> bytes:
        """Reads at most `size` bytes; the largest that tarfile asks for are files and extended headers."""
        if size is None or size < 0 or size > min(_MOST_FILE, self.bound):
            raise _TooLargeError
        data = self._stream.read(size)
        self._check(self._stream.tell())
        return data

    def read_all(self) -> bytes:
        """All that there is."""
        blocks = []
        while block := self.read(_BLOCK):
            blocks.append(block)
        return b"".join(blocks)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to a place that is not too far away."""
        self._check(offset)
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """The place in the unpacked archive."""
        return self._stream.tell()

    def _check(self, offset: int) -> None:
        if offset > self.bound:
            raise _TooLargeError

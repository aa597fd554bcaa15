"""A small file that somebody wrote by hand -> its text."""

from __future__ import annotations

import sys

from kubectl_imagepull.kube.documents.encoding import BinaryError, decode

_STDIN = "-"


class UnreadableFileError(ValueError):
    """The file can't be read; the text says why, to go on with after its name."""


def read_bounded(path: str, most_bytes: int) -> str:
    """The text of a file, or of standard input for `-`; raises UnreadableFileError, also for a larger one.

    No more than that is read, so that a device without an end costs nothing.
    """
    try:
        if path == _STDIN:
            data = sys.stdin.buffer.read(most_bytes + 1) if sys.stdin else b""
        else:
            with open(path, "rb") as file:  # noqa: PTH123 - a path as the user gave it
                data = file.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise UnreadableFileError(f"is larger than {most_bytes >> 10} KiB")
        return decode(data)[0]
    except BinaryError as error:
        raise UnreadableFileError("is a binary file") from error
    except OSError as error:
        why = (
            "doesn't exist" if isinstance(error, FileNotFoundError) else f"can't be read: {str(error.strerror).lower()}"
        )
        raise UnreadableFileError(why) from error
    except ValueError as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError("can't be read: its name contains a NUL") from error

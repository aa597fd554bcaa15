"""Bytes of a recording -> text: encodings and byte order marks."""

from __future__ import annotations

import codecs

# UTF-32 stands before UTF-16: its mark begins with the other's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How much of a file shows whether it is text.
_HEAD = 4096
#: A file of which more than one character in this many is no text is binary.
_RARELY = 50
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class BinaryError(ValueError):
    """The bytes are no text."""


def decode(data: bytes | bytearray) -> tuple[str, str | None]:
    """The text, and what had to be repaired to read it (None: nothing).

    Reads UTF-8, UTF-16 and UTF-32 with a byte order mark (Windows PowerShell's `>` writes UTF-16 with one), and UTF-16
    without; single bytes that are wrong are replaced. Raises BinaryError for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding)
    head = data[:4]
    if len(head) > 1 and head[0] and not head[1] and not head[3:]:
        return _decode(data, "utf-16-le")
    if len(head) > 3 and not any(head[1::2]) and all(head[::2]):  # noqa: PLR2004 - two characters
        return _decode(data, "utf-16-le")
    if len(head) > 3 and not any(head[::2]) and all(head[1::2]):  # noqa: PLR2004 - two characters
        return _decode(data, "utf-16-be")
    return _decode(data, "utf-8")


def _decode(data: bytes | bytearray, encoding: str) -> tuple[str, str | None]:
    try:
        text, repaired = data.decode(encoding), None
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        repaired = f"has bytes that aren't valid {encoding.upper()} (the first at {error.start}); they were replaced"
        if text.count(_REPLACEMENT) * _RARELY > len(text):
            raise BinaryError from error
    if text.count("\0", 0, _HEAD) * _RARELY > min(len(text), _HEAD):
        raise BinaryError
    return text, repaired

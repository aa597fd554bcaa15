"""Escapes, measures, cuts and wraps: everything that comes from a cluster is somebody else's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import lru_cache

#: What stands where something was left out.
ELLIPSIS = "..."
#: What each line of a quoted text begins with: a text from the cluster can't look like ours.
QUOTE = "| "
#: What stands in place of a command that can't be shown.
LEFT_OUT = "# a command is left out here: a name in it holds characters that can't be shown"

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# letters and marks that take no ink (Default_Ignorable_Code_Point outside the categories that isprintable knows)
_NO_INK = frozenset(
    code
    for first, last in (
        (0x34F, 0x34F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
_DIGEST = re.compile(r"(@[a-z0-9]+:[0-9a-f]{12})[0-9a-f]{20,}(?![0-9a-f])")
_GAP = re.compile(" {2,}")
_BREAK_AFTER = re.compile(r".*[/@,;&?=]")
_COLUMN_GAP = "  "
_LEAST_WIDTH = 40
_LEAST_HEAD = 8

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 31536000
# up to a limit: the unit and its letter, then the smaller unit that is still said, if any
_DURATIONS = (
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 0, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (2 * _DAY, _HOUR, "h", 0, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 0, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
)


def visible(text: str) -> str:
    r"""The text with everything written out that a terminal would obey or not show: `\x1b`, `\u202e`, `\n`.

    What stays are graphic characters and the plain space; other spaces, controls, bidi overrides, zero-width and
    unassigned characters are escaped.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def cell(text: str) -> str:
    r"""A name made visible, with no gap in it that would look like the one between two columns: `a \x20b`."""
    return _GAP.sub(lambda gap: " " + "\\x20" * (len(gap[0]) - 1), visible(text))


def exact_cell(text: str) -> str:
    """A name as a cell, in quotation marks where it is empty or a space at its edge would be overlooked."""
    return cell(text) if text and text == text.strip(" ") else f'"{cell(text)}"'


def is_plain(character: str) -> bool:
    """Whether a terminal shows this character as it is."""
    return character.isprintable() and ord(character) not in _NO_INK


def pasteable(command: str) -> bool:
    """Whether a command can be shown as it is run: it holds no control or invisible characters (of a hostile name)."""
    return all(visible(line) == line for line in command.split("\n"))


def command_lines(command: str) -> list[str]:
    """A command as it is pasted, line by line; a sentence in place of one that can't be shown as it is.

    Not even behind a # does any of it stand there: zsh, on a terminal, runs what stands behind one.
    """
    return command.split("\n") if pasteable(command) else [LEFT_OUT]


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if is_plain(character):
        return character
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code > 0xFFFF:  # noqa: PLR2004 - what four hexadecimal digits hold
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"  # noqa: PLR2004 - two digits


def display_width(text: str) -> int:
    """How many columns a terminal needs for visible text."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def pad(text: str, width: int) -> str:
    """The text with spaces after it up to a display width."""
    return text + " " * (width - display_width(text))


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row of visible texts, whose cells begin below each other."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return [
        _COLUMN_GAP.join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def truncate(text: str, width: int) -> str:
    """Visible text cut to a display width, with `...` at its end where something is missing."""
    if display_width(text) <= width:
        return text
    return _head(text, width - len(ELLIPSIS)) + ELLIPSIS


def truncate_middle(text: str, width: int) -> str:
    """Visible text cut to a display width, with `...` in its middle: the end of a name says most.

    A digest loses its own end first, the last path component of an image reference is kept if that can be.
    """
    if display_width(text) <= width:
        return text
    text = shorten_digest(text)
    if display_width(text) <= width:
        return text
    room = width - len(ELLIPSIS)
    last = display_width(text[text.rfind("/") :]) if "/" in text else 0
    tail = last if 0 < last <= room - _LEAST_HEAD else room * 2 // 3
    return _head(text, room - tail) + ELLIPSIS + _head(text[::-1], tail)[::-1]


def shorten_digest(text: str) -> str:
    """An image reference with twelve digits of its digest: enough to tell it from others."""
    return _DIGEST.sub(rf"\1{ELLIPSIS}", text)


def _head(text: str, width: int) -> str:
    head = text[: max(width, 0)]
    while head and display_width(head) > width:
        head = head[:-1]
    return head


def wrap(text: str, width: int | None, indent: str = "", hanging: str | None = None) -> list[str]:
    """Visible text as lines of at most a display width, broken between words; None for one line.

    `hanging` is the indentation of all lines but the first. A word (an image reference, a URL) is broken only if no
    line could hold it whole, and then after a slash or the like.
    """
    rest = indent if hanging is None else hanging
    if width is None:
        return [indent + text]
    lines: list[str] = []
    line, used, gap = indent, len(indent), 0
    empty = True
    for word in text.split(" "):
        if not word:
            gap += 1
            continue
        # a combining mark at its beginning takes a column after a blank, and none by itself
        needed = display_width(" " + word) - 1
        if not empty and used + gap + needed > width:
            lines.append(line)
            line, used, empty = rest, len(rest), True
        if empty:
            *full, word = _broken(word, width - used, width - len(rest))  # noqa: PLW2901 - the part that is left of it
            for piece in full:
                lines.append(line + piece)
                line, used = rest, len(rest)
            line = line + word
            used = display_width(line)
        else:
            line, used = line + " " * gap + word, used + gap + needed
        gap, empty = 1, False
    return [*lines, line]


def _broken(word: str, first_room: int, others: int) -> list[str]:
    if display_width(word) <= first_room:
        return [word]
    pieces: list[str] = []
    start, room = 0, max(first_room, 1)
    while True:
        piece = _head(word[start : start + room], room) or word[start]
        if start + len(piece) >= len(word):
            return [*pieces, piece]
        natural = _BREAK_AFTER.match(piece)
        if natural and natural.end() * 3 > len(piece):
            piece = natural.group()
        pieces.append(piece)
        start, room = start + len(piece), max(others, 1)


def usable_width(width: int | None) -> int | None:
    """The width to lay out for: a terminal narrower than 40 columns wraps by itself."""
    return None if width is None else max(width, _LEAST_WIDTH)


def age(since: datetime | None, now: datetime) -> str:
    """How long ago that was, as kubectl prints it (HumanDuration): `45s`, `12m`, `3h5m`, `2d`."""
    if since is None:
        return "<unknown>"
    return human_duration((now - since).total_seconds())


def human_duration(duration: float) -> str:
    """A number of seconds as kubectl prints it: the longer it is, the coarser."""
    seconds = int(duration)
    if seconds < -1:
        return "<invalid>"
    if seconds < 2 * _MINUTE:
        return f"{max(seconds, 0)}s"
    for limit, unit, name, lower_unit, part_name in _DURATIONS:
        if seconds < limit:
            rest = seconds % unit // lower_unit if lower_unit else 0
            return f"{seconds // unit}{name}" + (f"{rest}{part_name}" if rest else "")
    return f"{seconds // _YEAR}y"


def to_the_minute(time: datetime | None) -> str:
    """A time as a page has it that is read another day: `2026-11-23 22:51 UTC`."""
    written = rfc3339(time)
    return f"{written[:10]} {written[11:16]} UTC" if written else "unknown"


def rfc3339(time: datetime | None) -> str | None:
    """A time in UTC as Kubernetes writes it: `2026-11-23T22:51:43Z`."""
    if time is None:
        return None
    zoned = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
    return zoned.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")

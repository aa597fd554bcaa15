"""Strings in Go's or JSON's quotation marks."""

from __future__ import annotations

import re

#: Such a string; bounded, so that a lone quotation mark costs little.
QUOTED = r'"(?:[^"\\]|\\.){0,4096}"'
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/nrt]))')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def unquoted(quoted: str) -> str:
    """A quoted string's content; any other text as it is."""
    return unescaped(quoted[1:].removesuffix('"')) if quoted.startswith('"') else quoted


def unescaped(text: str) -> str:
    """The text with its escaped characters as such."""
    return _ESCAPE.sub(_escaped_character, text) if "\\" in text else text


def _escaped_character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _ESCAPES.get(escape[2], escape[2])

"""Where a JSON value ends, without decoding it: one that is nested too deeply takes no other with it."""

from __future__ import annotations

import re

#: Strings, whose brackets are none, and brackets.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def end_of_value(text: str, at: int) -> int | None:
    """The place behind the object or array that begins at a place; None where it has no end."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
            if depth <= 0:
                return token.end()
    return None

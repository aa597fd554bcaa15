"""Words -> a line for the shell: every name is quoted, or kept out where quoting is not enough."""

from __future__ import annotations

import json
import shlex
from typing import Any

#: What stands for a tag: only somebody who looks into the registry knows one that exists.
EXISTING_TAG = "EXISTING_TAG"
_MOST_SHOWN = 200


class Raw(str):
    """A word that is written as it stands: only for constants of this package."""

    __slots__ = ()


def line(*words: str) -> str:
    """The words as one line that a POSIX shell reads back as exactly these words."""
    return " ".join(word if isinstance(word, Raw) else shlex.quote(word) for word in words)


def pipe(*lines: str) -> str:
    """Several lines, each reading what the one before it writes."""
    return " | ".join(lines)


def compact(value: Any) -> str:
    """The value as JSON without white space; control characters and letters beyond ASCII are escaped."""
    return json.dumps(value, separators=(",", ":"))


def is_usable(name: str) -> bool:
    """Whether a name can stand in a command, quoted: no control characters, no flag, no kubectl wildcard."""
    return bool(name) and name.isprintable() and not name.startswith("-") and name != "*"


def usable(name: str, stand_in: str) -> str:
    """The name where it can stand in a command, else what stands for it."""
    return name if is_usable(name) else stand_in


def shown(text: str) -> str:
    """The text for a sentence: control characters become question marks, and what is too long is cut."""
    clean = "".join(char if char.isprintable() else "?" for char in text[: _MOST_SHOWN + 1])
    return clean if len(clean) <= _MOST_SHOWN else clean[: _MOST_SHOWN - 3] + "..."

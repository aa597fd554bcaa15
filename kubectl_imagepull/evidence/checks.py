"""A finding as a value: which check found what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Result(str, Enum):
    """What a check found."""

    BAD = "bad"
    INFO = "info"
    OK = "ok"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Evidence:
    """One finding: the check's identifier, what it found, and one sentence that says it.

    `about` is the name that the finding is about (a pull secret's, say) and `values` what was found (namespaces, tags,
    an image reference): what a fix can use without reading the sentence. Reports show the sentence.
    """

    check: str
    result: Result
    text: str
    about: str = ""
    values: tuple[str, ...] = ()

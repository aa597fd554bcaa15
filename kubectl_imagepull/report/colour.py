"""Colours for a terminal, or none: plain SGR codes around text that is already laid out."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.evidence.checks import Result
from kubectl_imagepull.vocabulary.causes import Cause

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN = "1", "2", "31", "32", "33", "36"
_STRUCK = "9"
_RESULTS = {Result.BAD: _RED, Result.INFO: _YELLOW, Result.OK: _GREEN, Result.SKIPPED: _DIM}


@dataclass(frozen=True)
class Paint:
    """Paints text if colour is wanted, else gives it back as it is."""

    #: Whether colour is wanted.
    on: bool

    def cause(self, text: str, cause: Cause, *, retryable: bool) -> str:
        """A cause's name: red, or yellow for what can heal by itself or isn't known."""
        unsure = retryable or cause in (Cause.CAUSE_NOT_REPORTED, Cause.UNKNOWN)
        return self._sgr(text, f"{_BOLD};{_YELLOW if unsure else _RED}")

    def strong(self, text: str) -> str:
        """A heading."""
        return self._sgr(text, _BOLD)

    def command(self, text: str) -> str:
        """A command to paste."""
        return self._sgr(text, _CYAN)

    def result(self, text: str, result: Result) -> str:
        """The mark of a piece of evidence."""
        return self._sgr(text, _RESULTS[result])

    def dim(self, text: str) -> str:
        """What few readers need."""
        return self._sgr(text, _DIM)

    def struck(self, text: str) -> str:
        """What is over."""
        return self._sgr(text, _STRUCK)

    def _sgr(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

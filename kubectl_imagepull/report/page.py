"""The building blocks of a full diagnosis: rows, prose, quoted text and commands, laid out to a width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.text import QUOTE, cell, command_lines, pad, pasteable, visible, wrap
from kubectl_imagepull.vocabulary.wording import counted

INDENT = "  "
_COMMAND_INDENT = " " * 6
_MOST_PROSE = 100
_MOST_LINES = 24


@dataclass(frozen=True)
class Page:
    """Lays out for a terminal of `width` columns (None: no limit), in colour or not."""

    #: The columns; None for no limit.
    width: int | None
    #: What colours the words, or doesn't.
    paint: Paint

    def prose(self, text: str, indent: str = INDENT, hanging: str | None = None) -> list[str]:
        """A paragraph, in lines that the eye can follow; whatever is unsafe in it is escaped."""
        width = None if self.width is None else min(self.width, _MOST_PROSE)
        return wrap(visible(text), width, indent, hanging)

    def heading(self, text: str) -> list[str]:
        """A line that says what follows."""
        return [self.paint.strong(line) for line in self.prose(text, hanging=INDENT * 2)]

    def row(self, label: str, value: str, column: int) -> list[str]:
        """A label and its value, which starts in `column` and continues there."""
        return wrap(cell(value), self.width, INDENT + pad(f"{label}:", column), INDENT + " " * column)

    def quoted(self, text: str, *, whole: bool) -> list[str]:
        """A text from the cluster, its own line breaks kept; a very long one ends early and says so unless `whole`."""
        normal = text.replace("\r\n", "\n").strip("\n")
        lines = [line for part in normal.split("\n") for line in self._quoted_line(part)]
        if whole or len(lines) <= _MOST_LINES:
            return lines
        missing = counted(len(lines) - _MOST_LINES, "more line")
        return [*lines[:_MOST_LINES], *self.prose(f"... {missing}: -o json has the whole text", INDENT * 2)]

    def _quoted_line(self, line: str) -> list[str]:
        # each line is marked, so that none can pass for one of ours
        return [quoted.rstrip() for quoted in wrap(visible(line), self.width, f"{INDENT * 2}{QUOTE}")]

    def marked(self, mark: str, painted: str, text: str, column: int) -> list[str]:
        """A sentence behind a mark; `painted` is the mark as it is shown."""
        head = INDENT * 2 + pad(mark, column)
        first, *others = self.prose(text, head, INDENT * 2 + " " * column)
        return [INDENT * 2 + painted + first[len(INDENT * 2 + mark) :], *others]

    def commands(self, commands: Iterable[str], indent: str = _COMMAND_INDENT) -> list[str]:
        """Commands as they are pasted: whole, on lines of their own, behind nothing but spaces.

        One that can't be shown as it is (it holds control or invisible characters, of a context's name, say) is left
        out.
        """
        lines: list[str] = []
        for command in commands:
            shown = command_lines(command)
            if pasteable(command):
                shown = [self.paint.command(line) for line in shown]
            lines.extend(indent + line for line in shown)
        return lines

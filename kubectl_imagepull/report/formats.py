"""The names of the formats; imports nothing, for the flags are made from it."""

from __future__ import annotations

from enum import Enum


class Output(str, Enum):
    """The formats of `-o`."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    NAME = "name"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"
    SCRIPT = "script"

    @property
    def tells_of_healthy(self) -> bool:
        """Whether what was asked about and is well stands in a line of its own before the report."""
        return self in {Output.TABLE, Output.WIDE}

    @property
    def can_be_watched(self) -> bool:
        """Whether it can follow changes: as a table that is kept current, or as one document after the other."""
        return self in {Output.TABLE, Output.WIDE, Output.JSON, Output.YAML}

    @property
    def is_document(self) -> bool:
        """Whether a program reads it, and finds in it all that could not be looked at."""
        return self in {Output.JSON, Output.YAML}

    @property
    def shows_proof(self) -> bool:
        """Whether even a scan shows what each root cause is proved and repaired by, and not only its name."""
        return self in {Output.HTML, Output.JUNIT, Output.SCRIPT}

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

"""YAML that reads the same in every version of YAML: what might be taken for something else stands in quotes."""

from __future__ import annotations

import re
from typing import Any

import yaml

try:
    from yaml import CSafeDumper as _Base
except ImportError:  # PyYAML built without libyaml, six times slower
    from yaml import SafeDumper as _Base  # type: ignore[assignment]  # the same class without libyaml

from kubectl_imagepull.report.text import is_plain, visible

# words that are no strings to some YAML readers; PyYAML knows the others
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_NO_FOLDING = 1 << 30
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class _Dumper(_Base):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - every value is written out, never `*id001`
        return True


def _string(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    letter_first = text[:1].isascii() and text[:1].isalpha()
    quoted = not letter_first or text.lower() in _WORDS or visible(text) != text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)


_Dumper.add_representer(str, _string)


def dump_yaml(value: Any) -> str:
    """The value as YAML, in the order it has; what a terminal would obey or not show is escaped."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_NO_FOLDING)
    # such a character makes its string a double-quoted one, where an escape means the character
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    return character if is_plain(character) else f"\\U{ord(character):08x}"

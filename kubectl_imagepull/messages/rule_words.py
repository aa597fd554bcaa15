"""The words of the messages that the built-in rules know: what a stand-in must not replace, for rules read it."""

from __future__ import annotations

import re

from kubectl_imagepull.messages.rules.rule_table import RULES

_WORD = re.compile(r"[A-Za-z]{2,}")


def words_of_rules() -> frozenset[str]:
    """All words of all known messages, in small letters."""
    return frozenset(word.lower() for rule in RULES for text in rule.texts for word in _WORD.findall(text))

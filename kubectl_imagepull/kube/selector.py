"""Label selectors, as `kubectl get -l` reads them, for recordings; a live cluster selects on the server.

Grammar and meaning are those of k8s.io/apimachinery pkg/labels (selector.go): requirements joined by commas,
`key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key>1`, `key<1`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(?:(==|!=|[=!<>(),])|([^\s=!<>(),]+))")
_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z")
_PREFIX = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z")
_INTEGER = re.compile(r"[-+]?[0-9]{1,19}\Z")
_END = ""


class SelectorError(ValueError):
    """The text is no label selector; the message says where it goes wrong."""


@dataclass(frozen=True)
class Requirement:
    """One condition on one label."""

    #: The label's key.
    key: str
    #: `in`, `notin`, `exists`, `!`, `>` or `<`.
    operator: str
    #: The allowed or forbidden values, or the number to compare with; none where the operator takes none.
    values: frozenset[str] = frozenset()

    def matches(self, labels: Mapping[str, object]) -> bool:
        """Whether an object with these labels fulfils the condition; `!=` and `notin` hold for an absent label."""
        value = labels.get(self.key)
        present = isinstance(value, str)
        if self.operator == "exists":
            return present
        if self.operator == "!":
            return not present
        if self.operator == "in":
            return present and value in self.values
        if self.operator == "notin":
            return not present or value not in self.values
        if not isinstance(value, str) or not _INTEGER.match(value):
            return False
        limit = int(next(iter(self.values)))
        return int(value) > limit if self.operator == ">" else int(value) < limit


@dataclass(frozen=True)
class Selector:
    """What selects objects by their labels."""

    #: Conditions that must all hold; none at all selects everything.
    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, object]) -> bool:
        """Whether an object with these labels is selected."""
        return all(requirement.matches(labels) for requirement in self.requirements)


def parse_selector(text: str) -> Selector:
    """Reads a selector; the empty text selects everything.

    Raises SelectorError, with the text and what is wrong with it.
    """
    return _Parser(text).selector() if text.strip() else Selector()


class _Parser:
    """A reader of one selector: tokens from the left, one requirement after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [symbol or word for symbol, word in _TOKEN.findall(text)]
        self._at = 0

    def selector(self) -> Selector:
        requirements = [self._requirement()]
        while self._next() != _END:
            self._expect(",")
            requirements.append(self._requirement())
        return Selector(tuple(requirements))

    def _requirement(self) -> Requirement:
        negated = self._next() == "!"
        if negated:
            self._take()
        key = self._key()
        if negated:
            return Requirement(key, "!")
        operator = self._next()
        if operator in (_END, ","):
            return Requirement(key, "exists")
        self._take()
        if operator in ("in", "notin"):
            return Requirement(key, operator, self._values())
        if operator in ("=", "=="):
            return Requirement(key, "in", frozenset({self._value()}))
        if operator == "!=":
            return Requirement(key, "notin", frozenset({self._value()}))
        if operator in (">", "<"):
            number = self._value()
            if not _INTEGER.match(number):
                raise self._fault(f'"{number}" after {operator} isn\'t a whole number')
            return Requirement(key, operator, frozenset({number}))
        raise self._fault(f'"{operator}" after "{key}" isn\'t an operator: use =, ==, !=, in, notin, > or <')

    def _values(self) -> frozenset[str]:
        self._expect("(")
        if self._next() == ")":
            raise self._fault("() has no value")
        values = {self._value()}
        while self._next() == ",":
            self._take()
            values.add(self._value())
        self._expect(")")
        return frozenset(values)

    def _key(self) -> str:
        key = self._take()
        prefix, slash, name = key.rpartition("/")
        if not _NAME.match(name) or (slash and not _PREFIX.match(prefix)):
            raise self._fault(f'"{key}" isn\'t a valid label key' if key else "a label key is missing at the end")
        return key

    def _value(self) -> str:
        # "key=" and "in (,a)" select the empty value
        if self._next() in (_END, ",", ")"):
            return ""
        value = self._take()
        if not _NAME.match(value):
            raise self._fault(f'"{value}" isn\'t a valid label value')
        return value

    def _expect(self, token: str) -> None:
        taken = self._take()
        if taken != token:
            raise self._fault(f'"{token}" is missing' + (f' before "{taken}"' if taken else " at the end"))

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _fault(self, why: str) -> SelectorError:
        return SelectorError(f'"{self._text}" isn\'t a valid label selector: {why}')

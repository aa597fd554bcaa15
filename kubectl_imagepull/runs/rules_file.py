"""Files of site rules -> rules: those that a user names, or the one in the user's own configuration directory.

A file is used as a whole or not at all. It can't make the program run, open or ask anything: what it holds is text to
look for and text to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from kubectl_imagepull.kube.documents.bounded_file import UnreadableFileError, read_bounded
from kubectl_imagepull.kube.documents.placed_yaml import PlacedMapping, read_placed
from kubectl_imagepull.messages.site_rules import normal
from kubectl_imagepull.runs.own_rules_path import own_rules_path, shown_path
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.names import is_host, shown
from kubectl_imagepull.vocabulary.redaction import redacted
from kubectl_imagepull.vocabulary.site_rule import NO_SITE_RULES, SiteRule, SiteRules

#: What a file may hold: somebody has written it by hand.
MOST_BYTES = 256 << 10
MOST_RULES = 200
MOST_WORDINGS, MOST_EXAMPLES = 20, 50
MOST_WORDING, MOST_EXAMPLE, MOST_SENTENCE, MOST_NAME = 500, 16_384, 300, 60
#: A wording with less reads what it isn't meant for: `denied`, `*`.
LEAST_LETTERS = 8
_MOST_VALUES = 50_000
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_LETTER = re.compile(r"[^\W_]")
#: What people write who take a wording for a regular expression.
_LIKE_A_PATTERN = re.compile(r"\.[*+]|\\[dwsbSDW.]|\(\?|\[\^?[^\]\s]+\][*+]|\)[*+?]")
_FIELDS = ("name", "message", "host", "cause", "says", "runbook", "ask", "examples", "counterexamples")
_NEITHER = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})


class RulesFileError(ValueError):
    """A rules file can't be used; the text names it, the line, and what to do."""


class UnreadableRulesError(RulesFileError):
    """A rules file can't be read at all."""


def load_site_rules(paths: Iterable[str]) -> SiteRules:
    """The rules of the named files in their order; where none is named, those of the user's own file, if there is one.

    Raises RulesFileError for a named file that can't be used. What is wrong with the user's own is told in `unread`.
    """
    named = list(paths)
    if named:
        return SiteRules(tuple(rule for path in named for rule in read_rules(path)))
    own = own_rules_path()
    # nobody named it: a directory or device of that name is none of our business
    if own is None or not own.is_file():
        return NO_SITE_RULES
    try:
        return SiteRules(read_rules(str(own), shown_path(own)))
    except RulesFileError as error:
        return SiteRules(unread=str(error))


def read_rules(path: str, name: str = "") -> tuple[SiteRule, ...]:
    """The rules of one file, `-` for standard input; `name` is what outputs call it. Raises RulesFileError."""
    file = shown(name or ("standard input" if path == "-" else path))
    try:
        text = read_bounded(path, MOST_BYTES)
    except UnreadableFileError as error:
        raise UnreadableRulesError(f"{file} {error}; name a file of rules, as 'rules example' prints one") from error
    read = read_placed(text, _MOST_VALUES)
    if read.fault:
        raise RulesFileError(f"{file}, {read.fault}; correct it there")
    documents = [one for one in read.documents if one is not None]
    if not documents:
        return ()
    if len(documents) > 1:
        raise RulesFileError(f"{file}: holds {len(documents)} documents; keep all rules in one")
    return tuple(_rules(documents[0], file))


def _rules(document: Any, file: str) -> Iterable[SiteRule]:
    if not isinstance(document, PlacedMapping) or set(document) != {"rules"}:
        raise RulesFileError(f"{file}, line 1: holds something else than 'rules:'; begin as 'rules example' does")
    entries = document["rules"] or []
    line = document.lines["rules"]
    if not isinstance(entries, list):
        raise RulesFileError(f"{file}, line {line}: rules is no list; begin each rule with '- name:'")
    if len(entries) > MOST_RULES:
        raise RulesFileError(f"{file}, line {line}: has {len(entries)} rules; keep to {MOST_RULES}")
    names: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, PlacedMapping):
            raise RulesFileError(f"{file}, line {line}: entry {number} is no rule; begin each with '- name:'")
        rule = _Entry(entry, file).rule()
        if rule.name in names:
            raise RulesFileError(
                f"{file}, line {rule.line}: {rule.name} is the name of the rule in line {names[rule.name]} too; "
                "give it another"
            )
        names[rule.name] = rule.line
        yield rule


class _Entry:
    """One entry of a file, while it is read."""

    def __init__(self, entry: PlacedMapping, file: str) -> None:
        self._entry = entry
        self._file = file
        self._line = min(entry.lines.values(), default=1)

    def rule(self) -> SiteRule:
        """The rule that it stands for."""
        if unknown := [key for key in self._entry if key not in _FIELDS]:
            raise self._fault(unknown[0], f"{shown(unknown[0])} is no field of a rule; use {', '.join(_FIELDS)}")
        rule = SiteRule(
            name=self._name(),
            file=self._file,
            line=self._line,
            messages=self._messages(),
            host=self._host(),
            cause=self._cause(),
            sentence=self._sentence("says"),
            runbook=self._runbook(),
            ask=self._sentence("ask"),
            examples=self._texts("examples", MOST_EXAMPLES, MOST_EXAMPLE),
            counterexamples=self._texts("counterexamples", MOST_EXAMPLES, MOST_EXAMPLE),
        )
        if not rule.messages and not rule.host:
            raise self._fault("name", "the rule reads nothing; add message or host")
        if rule.cause and not rule.messages:
            raise self._fault(
                "cause", "a host alone has no cause; add the message that shows it, or take the cause out"
            )
        if not rule.cause and not rule.words:
            raise self._fault("name", "the rule says nothing; add cause, says, runbook or ask")
        if not rule.examples:
            raise self._fault("name", "the rule has no examples; add one that it has to read")
        return rule

    def _fault(self, field: str, text: str) -> RulesFileError:
        line = self._entry.lines.get(field, self._line)
        return RulesFileError(f"{self._file}, line {line}: {text}")

    def _text(self, field: str, most: int) -> str:
        value = self._entry.get(field)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._fault(field, f"{field} is no text; write it on one line, in quotation marks")
        if len(value) > most:
            raise self._fault(field, f"{field} has {len(value):,} characters; keep to {most:,}")
        return redacted(value.strip())

    def _texts(self, field: str, most: int, most_characters: int) -> tuple[str, ...]:
        value = self._entry.get(field)
        values = [] if value is None else [value]
        if isinstance(value, list):
            values = value
        if any(not isinstance(one, str) or not one.strip() for one in values):
            raise self._fault(field, f"{field} holds what is no text; write each in quotation marks")
        if len(values) > most:
            raise self._fault(field, f"{field} has {len(values):,} entries; keep to {most}")
        if any(len(one) > most_characters for one in values):
            raise self._fault(field, f"{field} has an entry of more than {most_characters:,} characters; shorten it")
        return tuple(redacted(one.strip()) for one in values)

    def _name(self) -> str:
        name = self._text("name", MOST_NAME)
        if not _NAME.match(name):
            raise self._fault("name", "the rule needs a name of letters, digits, '-', '_' and '.'; give it one")
        return name

    def _messages(self) -> tuple[str, ...]:
        wordings = self._texts("message", MOST_WORDINGS, MOST_WORDING)
        for wording in wordings:
            if _LIKE_A_PATTERN.search(wording):
                text = "message looks like a regular expression; write the words, and * for whatever is between"
                raise self._fault("message", text)
            if len(_LETTER.findall(normal(wording))) < LEAST_LETTERS:
                text = f"message has less than {LEAST_LETTERS} letters and would read too much; write more of the text"
                raise self._fault("message", text)
        return wordings

    def _host(self) -> str:
        host = self._text("host", MOST_NAME * 4)
        if host and not is_host(host.removeprefix("*.")):
            raise self._fault("host", "host is none; write HOST, HOST:PORT or *.DOMAIN")
        return host

    def _cause(self) -> Cause | None:
        name = self._text("cause", MOST_NAME)
        if not name:
            return None
        cause = next((one for one in Cause if one.value == name and one not in _NEITHER), None)
        if cause is None:
            raise self._fault("cause", f"{shown(name)} is no cause that a text can name; 'explain' lists them")
        return cause

    def _sentence(self, field: str) -> str:
        text = " ".join(self._text(field, MOST_SENTENCE).split())
        if not text.isprintable():
            raise self._fault(field, f"{field} holds characters that can't be shown; take them out")
        return text

    def _runbook(self) -> str:
        link = self._text("runbook", MOST_WORDING)
        if link and not _is_link(link):
            raise self._fault("runbook", "runbook is no link; write https://HOST/PATH or http://HOST/PATH")
        return link


def _is_link(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or any(character in text for character in " \"'<>\\`|{}"):
        return False
    try:
        parts = urlsplit(text)
        host = parts.netloc
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_host(host)

"""Reads texts by the rules of a user's own site, beside the built-in ones.

A wording is plain text in which `*` stands for whatever is between: to look for it takes time in proportion to the
text, whatever the wording is. A pattern language that can go back, such as regular expressions, would let a rules file
keep the program busy for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull.messages.classify import classify, is_certain
from kubectl_imagepull.messages.mentions import mentions_in
from kubectl_imagepull.messages.verdict import Verdict, with_cause
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import registry_named
from kubectl_imagepull.vocabulary.site_rule import SiteRule, SiteRuleMatch

#: Longer texts are read from both ends, as the built-in rules do.
_MOST_HEAD, _MOST_TAIL = 12_288, 4_096
_ANY = "*"
_PORT = re.compile(r":\d{1,5}\Z")
#: Where a URL of a text names its host; a login before it was taken out.
_HOSTS = re.compile(r"\bhttps?://(?:[^\s/\"@]{1,128}@)?([^\s/\"?,;)]{1,253})")
_LOOKED_UP = re.compile(r"\blookup ([^\s:]{1,253})")
#: What stands for the image's own name.
_NAME = "<image>"


@dataclass(frozen=True)
class SiteReading:
    """What a text says by the site's rules and the built-in ones, and which of the site's read it."""

    #: The verdict; never surer than `likely` where a site's rule decided.
    verdict: Verdict
    #: The rules that read the text or its host, the one that decided first.
    matches: tuple[SiteRuleMatch, ...] = ()


def read_by_rules(text: str, reason: str | None, image: str | None, rules: Sequence[SiteRule]) -> SiteReading:
    """Names the cause of a failed pull from its text, by the first of the rules that reads it, else by the built-in.

    What the kubelet says by its reason alone (`InvalidImageName`) stands, whatever the text is.
    """
    verdict = classify(text, reason, image)
    if not rules:
        return SiteReading(verdict)
    matching = rules_for(text, verdict, image, rules)
    deciding = None if is_certain(reason) else next((rule for rule in matching if rule.cause), None)
    ordered = [deciding, *(rule for rule in matching if rule is not deciding)] if deciding else matching
    matches = tuple(SiteRuleMatch(rule, rule is deciding, verdict.cause) for rule in ordered)
    if deciding is None or deciding.cause is None:
        return SiteReading(verdict, matches)
    return SiteReading(_decided(verdict, deciding.cause, text), matches)


def rules_for(text: str, verdict: Verdict, image: str | None, rules: Iterable[SiteRule]) -> list[SiteRule]:
    """The rules that read a text of this verdict, in their order."""
    names = {name for name in (image, verdict.image) if name}
    words = _words(text, names)
    hosts = {verdict.host, verdict.answered_by, *(registry_named(name) for name in names), *_hosts_in(text)}
    known = {host.lower() for host in hosts if host}
    return [rule for rule in rules if _reads(rule, words, known)]


def rules_for_host(host: str, rules: Iterable[SiteRule]) -> list[SiteRule]:
    """The rules that are about a host alone, whatever the message says."""
    return [rule for rule in rules if rule.host and not rule.messages and is_host_of(host, rule.host)]


def is_host_of(host: str, pattern: str) -> bool:
    """Whether a host, perhaps with a port, is one of a pattern: `HOST`, `HOST:PORT` or `*.DOMAIN`."""
    host, pattern = host.lower(), pattern.lower()
    if "/" in host:
        return False
    if not _PORT.search(pattern):
        host = _PORT.sub("", host)
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def holds_wording(words: str, wording: str) -> bool:
    """Whether a text holds the pieces of a wording, in their order; both have been through `normal`."""
    position = 0
    for piece in map(str.strip, wording.split(_ANY)):
        position = words.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return True


def normal(text: str) -> str:
    """A text as wordings are compared: on one line, in small letters, quotation marks without what escapes them."""
    return " ".join(text.replace('\\"', '"').split()).casefold()


def _reads(rule: SiteRule, words: str, hosts: Iterable[str]) -> bool:
    if rule.host and not any(is_host_of(host, rule.host) for host in hosts):
        return False
    return not rule.messages or any(holds_wording(words, normal(wording)) for wording in rule.messages)


def _words(text: str, names: Iterable[str]) -> str:
    """The text without the image's own name, which anybody can choose so that it reads like a message."""
    if len(text) > _MOST_HEAD + _MOST_TAIL:
        text = f"{text[:_MOST_HEAD]}\n{text[-_MOST_TAIL:]}"
    for name in names:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        for written in (f'"{name}"', f'"{escaped}"'):
            text = text.replace(written, _NAME)
        # a short name may be a word of the message as well
        if "/" in name or ":" in name or " " in name:
            text = text.replace(name, _NAME)
    return normal(text)


def _hosts_in(text: str) -> Iterator[str]:
    for pattern in (_HOSTS, _LOOKED_UP):
        for match in pattern.finditer(text, 0, _MOST_HEAD):
            yield match[1].removesuffix(":443")


def _decided(verdict: Verdict, cause: Cause, text: str) -> Verdict:
    by_rule = with_cause(verdict, cause, Confidence.LIKELY)
    return by_rule if cause is verdict.cause else replace(by_rule, mentions=mentions_in(text, cause))

"""Every phrase by its proofs, every alternative in it, and every rule by a text that needs it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from narrower import alternatives, narrower

from kubectl_imagepull.messages.classify import RuleMatch, most_telling, rule_among
from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.messages.unwrap import take_apart
from kubectl_imagepull.vocabulary.causes import Cause

TESTS = Path(__file__).parent.parent
PHRASES = [(rule, phrase) for rule in RULES for phrase in rule.phrases]
IDS = [f"{rule.cause.value}-{phrase.pattern}" for rule, phrase in PHRASES]
#: SOFTWARE [VERSIONS]: SOURCE; the source is a repository with a path or an issue, a site, or a collection of texts.
ORIGIN = re.compile(
    r"[^:]{2,90}: (?:[\w.-]+/[\w.-]+(?: \S+|#\d+)|learn\.microsoft\.com, |the labelled messages in tests/corpus$"
    r"|public walkthroughs$)"
)

#: What to do about an alternative that no proof shows.
MORE = "show the rest in `more`, or take it out"


def _verdict(rule: Rule | None) -> tuple[object, ...]:
    return (rule.cause, dict(rule.details), rule.alternatives, rule.retryable) if rule else (Cause.UNKNOWN,)


def _read(rules: Sequence[Rule], text: str) -> tuple[object, ...]:
    """What the rules make of a text: all that the rule gives to the verdict."""
    parts = take_apart(text)
    matches = [RuleMatch(rule_among(rules, part.head, part.body, part.status), part) for part in parts]
    return _verdict(most_telling(matches).rule)


def _with(rules: Sequence[Rule], rule: Rule, phrases: tuple[Phrase, ...]) -> tuple[Rule, ...]:
    """The table with other phrases in one rule; without the rule where none are left, since no phrase matches all."""
    changed = (replace(rule, phrases=phrases),) if phrases else ()
    at = next(number for number, one in enumerate(rules) if one is rule)
    return (*rules[:at], *changed, *rules[at + 1 :])


def complaints(rules: Sequence[Rule], rule: Rule, phrase: Phrase) -> Iterator[str]:
    """What is wrong with a phrase: proofs that don't need it, alternatives that no proof needs."""
    others = tuple(one for one in rule.phrases if one is not phrase)
    if not any(phrase.proofs):
        yield "it has no proof"
    for proof in phrase.proofs:
        if _read(rules, proof) != _verdict(rule):
            yield f"its rule doesn't read its proof: {proof}\nof which it gets: {take_apart(proof)}"
        elif _read(_with(rules, rule, others), proof) == _verdict(rule):
            yield f"its proof is read the same without it: {proof}"
    if len(alternatives(phrase.pattern)) > 1:
        yield "it is several phrases: give each its own line"
    for pattern in narrower(phrase.pattern):
        table = _with(rules, rule, (*others, replace(phrase, pattern=pattern)))
        if all(_read(table, proof) == _verdict(rule) for proof in phrase.proofs):
            yield f"no proof needs more of it than {pattern}: {MORE}"


def unneeded(rules: Sequence[Rule], texts: Sequence[str]) -> list[Rule]:
    """The rules without which every text, theirs and those given, is read the same."""
    read = {text: _read(rules, text) for text in texts}
    idle = []
    for number, rule in enumerate(rules):
        others = (*rules[:number], *rules[number + 1 :])
        shown = {text: _read(rules, text) for text in rule.texts} | {
            text: verdict for text, verdict in read.items() if verdict == _verdict(rule)
        }
        if all(_read(others, text) == verdict for text, verdict in shown.items()):
            idle.append(rule)
    return idle


def _messages(value: Any) -> Iterator[str]:
    """Every message in the objects of a capture."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"message", "note"} and isinstance(inner, str):
                yield inner
            else:
                yield from _messages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _messages(inner)


def _seen() -> list[str]:
    """The labelled messages and those in the captures."""
    files = [*sorted((TESTS / "corpus").glob("*.jsonl")), TESTS / "recorded" / "captures.jsonl"]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return sorted(set(_messages(rows)))


@pytest.mark.parametrize(("rule", "phrase"), PHRASES, ids=IDS)
def test_a_phrase_is_proved(rule: Rule, phrase: Phrase) -> None:
    wrong = list(complaints(RULES, rule, phrase))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("rule", "phrase"), PHRASES, ids=IDS)
def test_a_phrase_names_who_says_it(rule: Rule, phrase: Phrase) -> None:
    for origin in phrase.origin.split("; "):
        assert ORIGIN.match(origin), f"{rule.cause.value} {phrase.pattern}: write it as SOFTWARE: SOURCE: {origin}"


def test_every_rule_is_needed() -> None:
    idle = unneeded(RULES, _seen())
    assert not idle, "\n".join(f"{rule.cause.value}: {rule.why}" for rule in idle)


def test_no_phrase_stands_twice_in_a_rule() -> None:
    for rule in RULES:
        patterns = [phrase.pattern for phrase in rule.phrases]
        assert len(patterns) == len(set(patterns)), rule.why


REFUSED = Phrase("connection refused", "dial tcp 10.0.0.1:443: connect: connection refused", "Linux: golang/go src")
RULE = Rule(Cause.CONNECTION_REFUSED, "nothing listens there", (REFUSED,))


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        (Phrase("actively refused", "", "Windows: golang/go src"), "it has no proof"),
        (
            Phrase("actively refused", "no connection", "Windows: golang/go src"),
            f"its rule doesn't read its proof: no connection\nof which it gets: {take_apart('no connection')}",
        ),
        (
            Phrase("connect: connection", REFUSED.proof, "Linux: golang/go src"),
            f"its proof is read the same without it: {REFUSED.proof}",
        ),
        (
            Phrase("a refusal|b refusal", "a refusal", "Linux: golang/go src", more=("b refusal",)),
            "it is several phrases: give each its own line",
        ),
        (
            Phrase("(?:a|b) refusal", "a refusal", "Linux: golang/go src"),
            f"no proof needs more of it than (?:a) refusal: {MORE}",
        ),
        (
            Phrase("(?:a )?refusal", "a refusal", "Linux: golang/go src"),
            f"no proof needs more of it than (?:a )refusal: {MORE}",
        ),
        (
            Phrase("[Rr]efusal", "Refusal", "Linux: golang/go src"),
            f"no proof needs more of it than [R]efusal: {MORE}",
        ),
    ],
)
def test_a_phrase_without_proof_is_reported(phrase: Phrase, complaint: str) -> None:
    rule = replace(RULE, phrases=(REFUSED, phrase))
    assert complaint in list(complaints((rule,), rule, phrase))


def test_a_phrase_with_proofs_is_not_complained_about() -> None:
    phrase = Phrase("[Aa] (?:big )?(?:no|refusal)", "A big no", "Linux: golang/go src", more=("a no", "a refusal"))
    rule = replace(RULE, phrases=(REFUSED, phrase))
    assert list(complaints((rule,), rule, phrase)) == []


def test_a_rule_that_no_text_needs_is_reported() -> None:
    again = Rule(Cause.CONNECTION_REFUSED, "the same in fewer words", (replace(REFUSED, pattern="refused"),))
    assert unneeded((RULE, again), ["connection refused"]) == [RULE, again]
    assert unneeded((RULE,), ["EOF"]) == []
    silent = Rule(Cause.CONNECTION_BROKEN, "a status alone", status=(418,))
    assert unneeded((RULE, silent), ["connection refused"]) == [silent]

"""Rules of a site -> what their own examples say of them, and what they have in common with the built-in rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.messages.site_rules import is_host_of, read_by_rules, rules_for
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import registry_named
from kubectl_imagepull.vocabulary.site_rule import CheckedRule, SiteRule
from kubectl_imagepull.vocabulary.wording import counted

_SILENT = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})


def checked_rules(rules: Sequence[SiteRule]) -> tuple[CheckedRule, ...]:
    """Tries the examples and counterexamples of each rule, and all messages that the built-in rules are proved by."""
    return tuple(CheckedRule(rule, tuple(_faults(rule, rules)), tuple(_notes(rule))) for rule in rules)


def _faults(rule: SiteRule, rules: Sequence[SiteRule]) -> Iterator[str]:
    for number, example in enumerate(rule.examples, 1):
        if not _reads(rule, example):
            yield f"example {number} isn't read by it"
        elif rule.cause:
            decides = next(one.rule for one in read_by_rules(example, None, None, rules).matches if one.named_cause)
            if decides is not rule:
                yield f"example {number} is decided by {decides.place}, which stands before it"
    for number, example in enumerate(rule.counterexamples, 1):
        if _reads(rule, example):
            yield f"counterexample {number} is read by it"


def _notes(rule: SiteRule) -> Iterator[str]:
    if not rule.messages:
        return
    for number, example in enumerate(rule.examples, 1):
        verdict = classify(example)
        if rule.cause is None or verdict.cause in _SILENT:
            continue
        if verdict.cause is not rule.cause:
            yield f"the built-in rules read example {number} as {verdict.cause.value}: this rule decides otherwise"
        elif verdict.confidence is Confidence.LIKELY:
            yield f"the built-in rules already say {verdict.cause.value} of example {number}"
    taken = Counter(one.cause for one in RULES for text in one.texts if _reads(rule, text))
    if taken:
        causes = ", ".join(f"{cause.value} ({number})" for cause, number in taken.most_common())
        known = counted(sum(taken.values()), "message")
        yield f"it also reads {known} that the built-in rules know: {causes}; write more of the text if it shouldn't"


def _reads(rule: SiteRule, example: str) -> bool:
    if not rule.messages:
        return is_host_of(registry_named(example) or example, rule.host) or is_host_of(example, rule.host)
    return rule in rules_for(example, classify(example), None, [rule])

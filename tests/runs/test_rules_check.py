"""What a rule's own examples say of it."""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.runs.rules_check import checked_rules
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.site_rule import CheckedRule, SiteRule

TAG = 'failed to resolve reference "quay.io/team/app:2": quay.io/team/app:2: not found'
RULE = SiteRule(
    "ours",
    "rules.yaml",
    2,
    ("quarantined by the scanner",),
    cause=Cause.REGISTRY_BLOCKED,
    examples=("412 quarantined by the scanner",),
    counterexamples=("412 precondition failed",),
)


def test_a_rule_whose_examples_are_right() -> None:
    assert checked_rules([RULE]) == (CheckedRule(RULE),)


def test_examples_that_are_not_read_as_they_should() -> None:
    wrong = replace(RULE, examples=(*RULE.examples, TAG), counterexamples=(TAG, *RULE.examples))
    (checked,) = checked_rules([wrong])
    assert checked.faults == ("example 2 isn't read by it", "counterexample 2 is read by it")


def test_a_rule_before_it_takes_its_examples() -> None:
    earlier = replace(RULE, name="earlier", cause=Cause.FORBIDDEN)
    assert [one.faults for one in checked_rules([earlier, RULE])] == [
        (),
        ("example 1 is decided by rule earlier in rules.yaml, which stands before it",),
    ]


def test_what_the_built_in_rules_say_already() -> None:
    same = replace(RULE, messages=("quay.io/team/ * : not found",), cause=Cause.TAG_NOT_FOUND, examples=(TAG,))
    same = replace(same, messages=("failed to resolve reference * not found",), host="quay.io", counterexamples=())
    other = replace(same, name="other", cause=Cause.REGISTRY_BLOCKED)
    assert checked_rules([same])[0].notes[0] == "the built-in rules already say TagNotFound of example 1"
    assert checked_rules([other])[0].notes[0] == (
        "the built-in rules read example 1 as TagNotFound: this rule decides otherwise"
    )


def test_a_wording_that_reads_what_is_known_already_is_told() -> None:
    wide = replace(RULE, messages=("connection refused",), examples=("connection refused by the scanner",))
    (checked,) = checked_rules([wide])
    assert checked.faults == ()
    (_, note) = checked.notes
    assert note.startswith("it also reads ")
    assert "ConnectionRefused (" in note
    assert note.endswith("; write more of the text if it shouldn't")


def test_a_rule_for_a_host_reads_hosts_and_images() -> None:
    host = SiteRule(
        "host",
        "rules.yaml",
        2,
        host="*.corp.example",
        sentence="Ours",
        examples=("eu.corp.example", "eu.corp.example:5000", "eu.corp.example/team/app:1"),
        counterexamples=("corp.example", "quay.io/eu.corp.example"),
    )
    assert checked_rules([host]) == (CheckedRule(host),)

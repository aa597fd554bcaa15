"""Texts read by the rules of a user's own site."""

from __future__ import annotations

from time import process_time

import pytest

from kubectl_imagepull.messages.site_rules import (
    holds_wording,
    is_host_of,
    normal,
    read_by_rules,
    rules_for_host,
)
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.site_rule import SiteRule, SiteRuleMatch

IMAGE = "quay.io/team/app:1"
REFUSED = (
    f'Failed to pull image "{IMAGE}": failed to resolve reference "{IMAGE}": unexpected status from HEAD request to '
    "https://quay.io/v2/team/app/manifests/1: 403 Access Denied by web filter, category Hosting"
)
FILTER = SiteRule(
    "web-filter", "rules.yaml", 2, ("access denied by web filter * category *",), cause=Cause.PROXY_FAILURE
)
HOST = SiteRule("our-quay", "rules.yaml", 9, host="quay.io", sentence="Quay is slow on Mondays")


def test_a_rule_names_the_cause_and_is_named_itself() -> None:
    reading = read_by_rules(REFUSED, None, None, [FILTER])
    assert reading.matches == (SiteRuleMatch(FILTER, named_cause=True, built_in=Cause.FORBIDDEN),)
    verdict = reading.verdict
    assert (verdict.cause, verdict.confidence, verdict.retryable) == (Cause.PROXY_FAILURE, Confidence.LIKELY, False)
    assert (verdict.image, verdict.host, verdict.alternatives, dict(verdict.details)) == (IMAGE, "quay.io", (), {})


def test_without_rules_the_built_in_ones_read_alone() -> None:
    reading = read_by_rules(REFUSED, None, None, [])
    assert (reading.verdict.cause, reading.matches) == (Cause.FORBIDDEN, ())


def test_the_first_rule_with_a_cause_decides_and_stands_first() -> None:
    second = SiteRule("second", "rules.yaml", 20, ("by web filter",), cause=Cause.REGISTRY_BLOCKED)
    reading = read_by_rules(REFUSED, None, None, [HOST, FILTER, second])
    assert [(one.rule.name, one.named_cause) for one in reading.matches] == [
        ("web-filter", True),
        ("our-quay", False),
        ("second", False),
    ]
    assert reading.verdict.cause is Cause.PROXY_FAILURE


def test_a_rule_for_a_host_adds_words_and_changes_no_cause() -> None:
    reading = read_by_rules(REFUSED, None, None, [HOST])
    assert (reading.verdict.cause, [one.rule for one in reading.matches]) == (Cause.FORBIDDEN, [HOST])
    # the host of the image counts where the text names none
    assert read_by_rules("ImagePullBackOff", None, IMAGE, [HOST]).matches[0].rule is HOST
    assert read_by_rules("ImagePullBackOff", None, "nginx", [HOST]).matches == ()


def test_wording_and_host_have_to_agree() -> None:
    both = SiteRule("both", "rules.yaml", 2, ("by web filter",), host="ghcr.io", cause=Cause.PROXY_FAILURE)
    assert read_by_rules(REFUSED, None, None, [both]).matches == ()
    assert read_by_rules(REFUSED.replace("quay.io", "ghcr.io"), None, None, [both]).verdict.cause is Cause.PROXY_FAILURE


def test_the_same_cause_makes_a_possible_one_likely_and_keeps_its_details() -> None:
    text = "toomanyrequests: You have reached your pull rate limit"
    rule = SiteRule("limit", "rules.yaml", 2, ("reached your pull rate limit",), cause=Cause.RATE_LIMITED)
    alone, ruled = read_by_rules(text, None, None, []), read_by_rules(text, None, None, [rule])
    assert ruled.verdict.cause is alone.verdict.cause is Cause.RATE_LIMITED
    assert (ruled.verdict.retryable, ruled.verdict.details) == (alone.verdict.retryable, alone.verdict.details)
    assert ruled.verdict.confidence is Confidence.LIKELY


def test_what_the_kubelet_says_by_its_reason_stands() -> None:
    rule = SiteRule("never", "rules.yaml", 2, ("is not present with pull policy",), cause=Cause.PROXY_FAILURE)
    text = 'Container image "app:dev" is not present with pull policy of Never'
    assert read_by_rules(text, "ErrImageNeverPull", "app:dev", [rule]).verdict.cause is Cause.NEVER_PULL
    assert read_by_rules(text, None, "app:dev", [rule]).verdict.cause is Cause.PROXY_FAILURE


@pytest.mark.parametrize(
    "image",
    [
        "registry.example.com/access-denied-by-web-filter:category-1 Access Denied by web filter, category X",
        'a" Access Denied by web filter, category X',
        "Access Denied by web filter, category X",
    ],
)
def test_an_images_own_name_triggers_no_rule(image: str) -> None:
    quoted = '"' + image.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = f"Failed to pull image {quoted}: rpc error: code = NotFound desc = {image}: not found"
    assert read_by_rules(text, None, image, [FILTER]).matches == ()


@pytest.mark.parametrize(
    ("text", "wording", "holds"),
    [
        ("a: blocked by ACME\n  filter", "blocked by acme filter", True),
        ('error: \\"quota\\" of team is exceeded', '"quota" of * is exceeded', True),
        ("first second third", "second * first", False),
        ("first second first", "second*first", True),
        ("only once", "once * once", False),
        ("a(b)[c].*", "(b)[c]", True),
    ],
)
def test_a_wording_is_words_and_what_is_between(text: str, wording: str, *, holds: bool) -> None:
    assert holds_wording(normal(text), normal(wording)) is holds


@pytest.mark.parametrize(
    ("host", "pattern", "is_it"),
    [
        ("quay.io", "quay.io", True),
        ("QUAY.io:5000", "quay.io", True),
        ("quay.io:5000", "quay.io:443", False),
        ("quay.io", "quay.io:443", False),
        ("eu.corp.example", "*.corp.example", True),
        ("eu.corp.example:5000", "*.corp.example", True),
        ("corp.example", "*.corp.example", False),
        ("evilcorp.example", "*.corp.example", False),
    ],
)
def test_hosts(host: str, pattern: str, *, is_it: bool) -> None:
    assert is_host_of(host, pattern) is is_it


def test_rules_for_a_host_alone() -> None:
    assert rules_for_host("quay.io", [FILTER, HOST]) == [HOST]


def test_hostile_wordings_and_texts_take_no_time() -> None:
    """What makes a pattern that can go back run for ever: many ways to begin, and no way to end."""
    wordings = tuple(f"{'*'.join(['aaaaaaaa'] * 55)}*c{number}" for number in range(20))
    rules = [SiteRule(f"r{number}", "rules.yaml", 1, wordings, cause=Cause.PROXY_FAILURE) for number in range(20)]
    started = process_time()
    assert read_by_rules(("a" * 400 + "b") * 2_000, None, None, rules).matches == ()
    assert process_time() - started < 5


def test_both_ends_of_a_long_text_are_read() -> None:
    long = "x" * 40_000
    for text in (f"Access Denied by web filter, category A {long}", f"{long} Access Denied by web filter, category A"):
        assert read_by_rules(text, None, None, [FILTER]).verdict.cause is Cause.PROXY_FAILURE

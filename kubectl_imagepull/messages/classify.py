"""Decides the cause that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kubectl_imagepull.messages.mentions import mentions_in
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.messages.unwrap import Parsed, take_apart
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What
from kubectl_imagepull.vocabulary.image_reference import registry_named, registry_of
from kubectl_imagepull.vocabulary.mentions import NO_MENTIONS

#: Waiting reasons that name the cause by themselves (kubernetes pkg/kubelet/images/types.go).
_REASONS = {
    "InvalidImageName": Cause.INVALID_REFERENCE,
    "ErrImageNeverPull": Cause.NEVER_PULL,
    "SignatureValidationFailed": Cause.SIGNATURE_REJECTED,
}
_MOST_CACHED = 2048
_ESCAPE = "\x1b"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: Errors of other things, in much the same words: probes, volumes, the pod network, quotas, admission.
_NO_PULL = re.compile(
    r"(?:[Rr]eadiness|[Ll]iveness|[Ss]tartup) probe|MountVolume|FailedMount|AttachVolume|attach or mount volumes"
    r"|exceeded quota: |forbidden: exceeded|plugin type=|network for (?:sandbox|pod)|\bcni\b|CNI (?:failed|request)"
    r"|FailedScheduling|nodes are available|failed calling webhook|authentication failed for user"
    r"|CreateContainerConfigError"
)
#: Of several credentials' errors the one about a credential that was sent says most: the most telling cause first.
_TELLING = (Cause.EXPIRED_CREDENTIALS, Cause.BAD_CREDENTIALS, Cause.FORBIDDEN, Cause.RATE_LIMITED)


@dataclass(frozen=True)
class RuleMatch:
    """A parsed text and the rule that reads it."""

    #: The rule that reads the text; None: none does.
    rule: Rule | None
    #: The text, taken apart.
    parsed: Parsed

    @property
    def cause(self) -> Cause:
        """The rule's cause."""
        return self.rule.cause if self.rule else Cause.UNKNOWN


def classify(text: str, reason: str | None = None, image: str | None = None) -> Verdict:
    """Names the cause of a failed pull from its text.

    `reason` is the container's waiting reason and `image` the reference in the pod's spec, where they are known.
    """
    if _ESCAPE in text:  # copied from a log with colours
        text = _COLOURS.sub("", text)
    if len(text) > _MOST_CACHED:
        return _classify(text, reason, image)
    return _remembered(text, reason, image)


def _classify(text: str, reason: str | None, image: str | None) -> Verdict:
    match = most_telling([RuleMatch(_rule_of(p.head, p.body, p.status), p) for p in take_apart(text)])
    verdict = _verdict(match, image)
    certain = _REASONS.get(reason or "")
    if certain and certain is not verdict.cause:
        return replace(
            verdict,
            cause=certain,
            confidence=Confidence.LIKELY,
            retryable=certain.entry.retryable,
            alternatives=(),
            details={},
            mentions=NO_MENTIONS,
        )
    return verdict


#: A cluster repeats itself: a workload's pods all have the same text.
_remembered = lru_cache(maxsize=4096)(_classify)


def most_telling(matches: Sequence[RuleMatch]) -> RuleMatch:
    """Of the errors of several credentials the one that decides; `matches` holds at least one."""
    for cause in _TELLING:
        for match in matches:
            if match.cause is cause:
                return match
    return next((match for match in matches if match.rule), matches[0])


def rule_among(rules: Iterable[Rule], head: str, body: str, status: int | None) -> Rule | None:
    """The rule that reads a parsed text: the first that matches, None if none does or the text is about no pull."""
    if _NO_PULL.search(head):
        return None
    return next((rule for rule in rules if rule.matches(head, body, status)), None)


@lru_cache(maxsize=8192)
def _rule_of(head: str, body: str, status: int | None) -> Rule | None:
    return rule_among(RULES, head, body, status)


def _verdict(match: RuleMatch, image: str | None) -> Verdict:
    rule, parsed = match.rule, match.parsed
    cause = match.cause
    image = parsed.image or image
    registry = registry_named(image) if image else None
    answered = _answering_host(cause, parsed)
    elsewhere = answered if registry and answered and registry_of(answered) != registry else None
    alternatives = rule.alternatives if rule else ()
    retryable = rule.retryable if rule else None
    if retryable is None:
        retryable = cause.entry.retryable
    return Verdict(
        cause=cause,
        what=What.SANDBOX if parsed.sandbox else What.CONTAINER,
        confidence=Confidence.POSSIBLE if alternatives or not rule else Confidence.LIKELY,
        retryable=retryable,
        alternatives=alternatives,
        image=image,
        answered_by=elsewhere,
        host=registry_of(answered) if answered else registry,
        details=rule.details if rule else {},
        redacted=f"{parsed.head} {parsed.body}".strip(),
        mentions=mentions_in(parsed.text, cause),
    )


def _answering_host(cause: Cause, parsed: Parsed) -> str | None:
    if cause is Cause.DNS_FAILURE and parsed.lookup:
        return parsed.lookup
    host = parsed.hosts[-1] if parsed.hosts else ""
    return host.removesuffix(":443") or None

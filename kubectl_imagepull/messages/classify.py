"""Decides the cause that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kubectl_imagepull.messages.entries import entries
from kubectl_imagepull.messages.envelope import without_envelope
from kubectl_imagepull.messages.mentions import mentions_in
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.messages.unwrap import Parsed, take_apart
from kubectl_imagepull.messages.verdict import Verdict, with_cause
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope, What
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
_PORT = re.compile(r":[0-9]+\Z")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: Errors of other things, in much the same words: probes, volumes, the pod network, quotas, admission.
_NO_PULL = re.compile(
    r"(?:[Rr]eadiness|[Ll]iveness|[Ss]tartup) probe|MountVolume|FailedMount|AttachVolume|attach or mount volumes"
    r"|exceeded quota: |forbidden: exceeded|plugin type=|network for (?:sandbox|pod)|\bcni\b|CNI (?:failed|request)"
    r"|FailedScheduling|nodes are available|failed calling webhook|authentication failed for user"
    r"|CreateContainerConfigError|OCI runtime (?:create|exec) failed"
)
#: Of several credentials' errors the one about a credential that was sent says most: the most telling cause first.
_TELLING = (Cause.EXPIRED_CREDENTIALS, Cause.BAD_CREDENTIALS, Cause.FORBIDDEN, Cause.RATE_LIMITED)
_SILENT = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})
#: That a registry can't be reached says nothing of the image: then a mirror that answered says more.
_UNREACHED = frozenset(
    {
        Cause.DNS_FAILURE,
        Cause.CONNECT_TIMEOUT,
        Cause.CONNECTION_REFUSED,
        Cause.NETWORK_UNREACHABLE,
        Cause.CONNECTION_BROKEN,
        Cause.PROXY_FAILURE,
    }
)
#: Faults that programs have that pull nothing: a network, a disk.
_ANYBODYS = frozenset({Scope.REGISTRY, Scope.NODE})
#: What a text about a pull names: without any of it a timeout may be that of anything.
_ABOUT_PULLS = re.compile(
    r"url>|<ref>|<digest>|image|pull|registr|manifest|blob|layer|repositor|docker|container|daemon", re.IGNORECASE
)


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


def is_certain(reason: str | None) -> bool:
    """Whether a waiting reason names the cause by itself, whatever the text is."""
    return (reason or "") in _REASONS


def _classify(text: str, reason: str | None, image: str | None) -> Verdict:
    verdict = _verdict(_read(text), image, is_pull=bool(reason or image))
    certain = _REASONS.get(reason or "")
    if certain and certain is not verdict.cause:
        return replace(with_cause(verdict, certain, Confidence.LIKELY), mentions=NO_MENTIONS)
    return verdict


#: A cluster repeats itself: a workload's pods all have the same text.
_remembered = lru_cache(maxsize=4096)(_classify)


def _read(text: str) -> RuleMatch:
    """The message in a text that decides, and the rule that reads it."""
    if "\\n" in text and "\n" not in text:
        # the lines of a message in JSON
        opened = _COLOURS.sub("", without_envelope(text.strip()))
        text = opened if "\n" in opened else text
    if "\n" not in text:
        return _read_message(text)
    messages = entries(text)
    if len(messages) == 1:
        match = _read_message(text)
    else:
        match = last_telling([_read_message(message) for message in messages])
        if match.cause in _SILENT:
            match = _read_message(text)
    if match.cause is Cause.UNKNOWN:
        # a terminal has broken the lines, also within words
        joined = _read_message(text.replace("\n", ""))
        match = joined if joined.rule else match
    return match


def _read_message(text: str) -> RuleMatch:
    match = _match_of(take_apart(text))
    if match.rule or match.parsed.text == text.strip():
        return match
    # the field that was read says nothing; another may
    whole = _match_of(take_apart(text, opened=False))
    return whole if whole.rule else match


def _match_of(parts: Iterable[Parsed]) -> RuleMatch:
    return most_telling([RuleMatch(_rule_of(part.head, part.body, part.status), part) for part in parts])


def last_telling(matches: Sequence[RuleMatch]) -> RuleMatch:
    """Of several messages the last that names a cause; `matches` holds at least one.

    A message that says little ("context canceled" after another error) decides only where no other says more. The
    image may stand in another message of the same text.
    """
    telling = [match for match in matches if match.cause not in _SILENT]
    strong = [match for match in telling if match.rule and not match.rule.weak]
    last = (strong or telling or [next((match for match in matches if match.rule), matches[-1])])[-1]
    if last.parsed.image:
        return last
    image = next((match.parsed.image for match in matches if match.parsed.image), None)
    return replace(last, parsed=replace(last.parsed, image=image)) if image else last


def most_telling(matches: Sequence[RuleMatch]) -> RuleMatch:
    """Of the errors of several credentials the one that decides; `matches` holds at least one."""
    if len(matches) == 1:
        return matches[0]
    for cause in _TELLING:
        for match in matches:
            if match.cause is cause:
                return match
    return next((match for match in matches if match.rule), matches[0])


def rule_among(rules: Iterable[Rule], head: str, body: str, status: int | None) -> Rule | None:
    """The rule that reads a parsed text: the first that matches, None if none does or the text is about no pull."""
    if _NO_PULL.search(head):
        return None
    for rule in rules:
        if rule.matches(head, body, status):
            return rule
    return None


@lru_cache(maxsize=8192)
def _rule_of(head: str, body: str, status: int | None) -> Rule | None:
    return rule_among(RULES, head, body, status)


def _verdict(match: RuleMatch, image: str | None, *, is_pull: bool) -> Verdict:
    rule, parsed = match.rule, match.parsed
    cause = match.cause
    image = parsed.image or image
    registry = registry_named(image) if image else None
    answered = _answering_host(cause, parsed)
    elsewhere = answered if registry and answered and not _is_host_of(answered, registry, parsed) else None
    alternatives = rule.alternatives if rule else ()
    if parsed.mirrors and cause in _UNREACHED:
        alternatives = (*alternatives, *_refusals(parsed.mirrors))
    sure = rule and not alternatives and (is_pull or cause.scope not in _ANYBODYS or _is_about_pull(parsed))
    retryable = rule.retryable if rule else None
    if retryable is None:
        retryable = cause.entry.retryable
    return Verdict(
        cause=cause,
        what=What.SANDBOX if parsed.sandbox else What.CONTAINER,
        confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
        retryable=retryable,
        alternatives=alternatives,
        image=image,
        answered_by=elsewhere,
        host=registry_of(answered) if answered else registry,
        details=rule.details if rule else {},
        redacted=f"{parsed.head} {parsed.body}".strip(),
        mentions=mentions_in(parsed.text, cause),
    )


def _refusals(mirrors: Iterable[Parsed]) -> tuple[Cause, ...]:
    """What mirrors answered, where the registry itself could not be reached."""
    causes = (RuleMatch(_rule_of(one.head, one.body, one.status), one).cause for one in mirrors)
    return tuple(dict.fromkeys(one for one in causes if one not in _UNREACHED | _SILENT))


def _is_about_pull(parsed: Parsed) -> bool:
    return bool(parsed.image or parsed.sandbox or _ABOUT_PULLS.search(parsed.head) or _ABOUT_PULLS.search(parsed.body))


def _is_host_of(answered: str, registry: str, parsed: Parsed) -> bool:
    """Whether a host is the registry's own; a look-up names it without its port."""
    return registry_of(answered) == registry or answered == parsed.lookup == _PORT.sub("", registry)


def _answering_host(cause: Cause, parsed: Parsed) -> str | None:
    if cause is Cause.DNS_FAILURE and parsed.lookup:
        return parsed.lookup
    host = parsed.hosts[-1] if parsed.hosts else ""
    return host.removesuffix(":443") or None

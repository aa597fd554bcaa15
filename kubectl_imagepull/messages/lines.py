"""The lines that `classify` reads and writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kubectl_imagepull.messages.site_rules import read_by_rules
from kubectl_imagepull.vocabulary.redaction import redacted, redacted_image
from kubectl_imagepull.vocabulary.site_rule import SiteRule, SiteRuleMatch


def _json_message(line: str) -> tuple[str, str | None, str | None] | None:
    """Reads a line that is a JSON string, or an object with `message` (and perhaps `reason`, `image`).

    Gives message, reason and image; None for any other line.
    """
    if not line.startswith(('"', "{")):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, str):
        return value, None, None
    if not isinstance(value, dict) or not isinstance(value.get("message"), str):
        return None
    reason, image = value.get("reason"), value.get("image")
    return (
        value["message"],
        reason if isinstance(reason, str) else None,
        image if isinstance(image, str) else None,
    )


def answers(lines: Iterable[str], rules: Sequence[SiteRule] = ()) -> Iterator[dict[str, Any]]:
    """Classifies every line that isn't blank, in order; `rules` are those of the user's site."""
    return (_answer(line.rstrip("\r\n"), rules) for line in lines if line.strip())


def _answer(line: str, rules: Sequence[SiteRule]) -> dict[str, Any]:
    """Classifies one line of input."""
    return answer(*(_json_message(line.strip()) or (line, None, None)), rules)


def answer(message: str, reason: str | None, image: str | None, rules: Sequence[SiteRule] = ()) -> dict[str, Any]:
    """Classifies a message; gives the object that `classify -o json` prints.

    Its `siteRules` are there only where a rule of the user's site has read the message.
    """
    if image and (clean := redacted_image(image)) != image:
        message, image = message.replace(image, clean), clean
    message = redacted(message)
    reading = read_by_rules(message, reason, image, rules)
    verdict = reading.verdict
    return {
        "cause": verdict.cause.value,
        "scope": verdict.cause.scope.value,
        "what": verdict.what.value,
        "confidence": verdict.confidence.value,
        "retryable": verdict.retryable,
        "alternatives": [cause.value for cause in verdict.alternatives],
        "image": verdict.image and redacted_image(verdict.image),
        "answeredBy": verdict.answered_by,
        "details": dict(verdict.details),
        "message": message,
        **({"siteRules": [site_rule_entry(match) for match in reading.matches]} if reading.matches else {}),
    }


def site_rule_entry(match: SiteRuleMatch) -> dict[str, Any]:
    """A rule of the user's site as documents hold it."""
    rule = match.rule
    return {
        "rule": rule.name,
        "file": rule.file,
        "cause": rule.cause.value if rule.cause else None,
        "decidedText": match.named_cause,
        "builtInCause": match.built_in.value,
        "says": rule.sentence or None,
        "ask": rule.ask or None,
        "runbook": rule.runbook or None,
    }

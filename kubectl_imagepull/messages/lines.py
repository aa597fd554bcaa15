"""The lines that `classify` reads and writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.vocabulary.redaction import redacted, redacted_image


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


def answers(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Classifies every line that isn't blank, in order."""
    return (_answer(line.rstrip("\r\n")) for line in lines if line.strip())


def _answer(line: str) -> dict[str, Any]:
    """Classifies one line of input."""
    return answer(*(_json_message(line.strip()) or (line, None, None)))


def answer(message: str, reason: str | None, image: str | None) -> dict[str, Any]:
    """Classifies a message; gives the object that `classify -o json` prints."""
    if image and (clean := redacted_image(image)) != image:
        message, image = message.replace(image, clean), clean
    message = redacted(message)
    verdict = classify(message, reason, image)
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
    }

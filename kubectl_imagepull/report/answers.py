"""What `classify` prints: JSON lines for programs; a page for one message or a table for many for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kubectl_imagepull import COMMAND
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import Page
from kubectl_imagepull.report.text import truncate, usable_width, visible
from kubectl_imagepull.vocabulary.causes import Cause

_COLUMN = 15
_LEAST_MESSAGE = 24


def as_json_lines(answers: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One JSON object a line, in the order of the messages."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return (f"{encode(answer)}\n" for answer in answers)


def as_text(answers: Iterable[dict[str, Any]], *, width: int | None = None, color: bool = False) -> str:
    """A page for one message, a table for several, nothing for none."""
    found = list(answers)
    page = Page(usable_width(width), Paint(color))
    if len(found) == 1:
        return "\n".join(_page(found[0], page))
    return _table(found, page)


def _page(answer: dict[str, Any], page: Page) -> list[str]:
    cause = Cause(answer["cause"])
    name = page.paint.cause(cause.value, cause, retryable=answer["retryable"])
    rows = {
        "Confidence": answer["confidence"],
        "May also be": ", ".join(answer["alternatives"]),
        "Image": answer["image"],
        "Pulled": "the node's pause image" if answer["what"] == "sandbox" else None,
        "Answered by": answer["answeredBy"],
        "Details": ", ".join(f"{name} {str(value).lower()}" for name, value in answer["details"].items()),
        "Retries": "may help" if answer["retryable"] else "won't help until somebody changes something",
    }
    shown: list[str] = []
    if cause is Cause.UNKNOWN:
        rows["Retries"] = None
        shown = ["", *page.heading("The message:"), *page.quoted(answer["message"], whole=True)]
    if cause is Cause.CAUSE_NOT_REPORTED:
        rows["Retries"] = f"bring the error back; '{COMMAND} diagnose' reads it from the pod and its events"
    return [
        f"{name}{page.paint.strong(f': {cause.entry.title}')}",
        "",
        *page.prose(cause.entry.meaning),
        "",
        *(line for label, value in rows.items() if value for line in page.row(label, value, _COLUMN)),
        *shown,
        "",
        *page.prose(f"'{COMMAND} explain {cause.value}' prints how to confirm and fix it.", ""),
    ]


def _table(answers: list[dict[str, Any]], page: Page) -> str:
    from tabulate import tabulate

    if not answers:
        return ""
    wide = max(len(answer["cause"]) for answer in answers) + len("confirmed") + 4
    room = None if page.width is None else max(page.width - wide, _LEAST_MESSAGE)
    rows = []
    for answer in answers:
        message = visible(" ".join(answer["message"].split()))
        rows.append((answer["cause"], answer["confidence"], message if room is None else truncate(message, room)))
    return tabulate(rows, headers=("CAUSE", "CONFIDENCE", "MESSAGE"), tablefmt="plain", disable_numparse=True)

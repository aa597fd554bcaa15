"""What `classify` prints: JSON lines for programs; a page for one message or a table for many for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kubectl_imagepull import COMMAND
from kubectl_imagepull.messages.decisive import decisive_words
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import Page
from kubectl_imagepull.report.text import display_width, in_columns, truncate, truncate_middle, usable_width, visible
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.wording import counted

_COLUMN = 15
_LEAST_MESSAGE = 24
_USUAL_ROOM = 100


def as_json_lines(answers: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One JSON object a line, in the order of the messages."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return (f"{encode(answer)}\n" for answer in answers)


def as_text(answers: Iterable[dict[str, Any]], *, width: int | None = None, color: bool = False, noise: int = 0) -> str:
    """A page for one message, a table for several, nothing for none; `noise` is how many lines name no failed pull."""
    every = list(answers)
    page = Page(usable_width(width), Paint(color))
    if not every:
        return "\n".join(page.prose(f"No failed pull in {counted(noise, 'line')}.", "")) if noise else ""
    text = "\n".join(_page(every[0], page)) if len(every) == 1 else _table(every, page)
    left_out = page.prose(f"{counted(noise, 'line')} without a failed pull left out.", "") if noise else []
    return "\n".join([text, *([""] if left_out else []), *left_out])


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
    if not answers:
        return ""
    images = [visible(answer["image"] or "-") for answer in answers]
    with_image = any(answer["image"] for answer in answers)
    wide = max(len(answer["cause"]) for answer in answers) + len("CONFIDENCE") + 4
    for_image = 0
    if with_image:
        for_image = max(map(display_width, images))
        if page.width is not None:
            for_image = min(for_image, max((page.width - wide) // 2, _LEAST_MESSAGE))
        wide += for_image + 2
    room = None if page.width is None else max(page.width - wide, _LEAST_MESSAGE)
    rows = []
    for answer, image in zip(answers, images, strict=True):
        message = decisive_words(answer["message"], room or _USUAL_ROOM) if with_image else answer["message"]
        message = visible(" ".join(message.split()))
        shown = message if room is None else truncate(message, room)
        cells = [truncate_middle(image, for_image)] if with_image else []
        rows.append((answer["cause"], answer["confidence"], *cells, shown))
    # a little wider than the word: what stands below it is often no longer
    headers = ("CAUSE  ", "CONFIDENCE  ", *(["IMAGE  "] if with_image else []), "MESSAGE")
    return "\n".join(in_columns([headers, *rows]))

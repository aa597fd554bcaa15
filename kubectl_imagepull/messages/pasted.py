"""What somebody has copied from a terminal or a log -> the failed pulls in it, one for each image, without the noise.

Rows of `kubectl describe` and `kubectl get events`, the kubelet's journal (text, or JSON with MESSAGE), Docker's JSON
logs (`log`), logs of CI with times before each line, and messages that a terminal has broken over several lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull.messages.entries import BEGINNING
from kubectl_imagepull.messages.site_rules import read_by_rules
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.site_rule import SiteRule

#: Where a log that is written as JSON has its text: journald, Docker, and the rest of the world.
_TEXT_FIELDS = ("MESSAGE", "log", "message", "msg")
#: A row of `kubectl describe`: type, reason, age, the component that says it, the message.
_DESCRIBED = re.compile(
    r"\s*(?:Warning|Normal)\s+(?P<reason>[A-Z]\w+)\s+\S.*?\s{2,}[a-z][\w.-]+\s{2,}(?P<text>.*)", re.DOTALL
)
#: A row of `kubectl get events`, with or without the namespace before it.
_LISTED = re.compile(
    r"(?:[a-z0-9-]+\s+)?(?:\d+[smhdy]\w*|<\w+>)\s+(?:Warning|Normal)\s+(?P<reason>[A-Z]\w+)\s+\w+/\S+\s+(?P<text>.*)",
    re.DOTALL,
)
#: A field of `kubectl describe`, or the head of a table: no message goes on with it.
_FIELD = re.compile(r"\s*(?:[A-Z][\w /-]{0,40}:(?:\s|$)|(?:LAST SEEN|NAMESPACE|NAME|Type|----)\s)")
#: What a log says of pulls and of little else.
_OF_PULLS = re.compile(r"\bimages?\b|pull|manifest|\bblob|registry|/v2/|from daemon|secret", re.IGNORECASE)
_SILENT = frozenset({Cause.CAUSE_NOT_REPORTED, Cause.UNKNOWN})


@dataclass(frozen=True)
class PastedMessage:
    """One message of a pasted text."""

    #: The message, its own line breaks kept.
    text: str
    #: How many lines of the pasted text it takes.
    lines: int = 1
    #: The reason of its event or status, if it is known.
    reason: str | None = None
    #: The image that it is about, if something beside it says so.
    image: str | None = None
    #: Whether it stood in an object that is ours: `message`, perhaps `reason` and `image`.
    plain: bool = False


@dataclass(frozen=True)
class PastedFailures:
    """The failed pulls that a pasted text tells of."""

    #: The message that says most for each image, in the order of the text.
    messages: tuple[PastedMessage, ...]
    #: How many lines tell of none.
    noise: int


def pasted_failures(text: str, rules: Sequence[SiteRule] = ()) -> PastedFailures | None:
    """The failed pulls in a text that is a log, a table of events or one broken message; None for any other.

    In any other each line is a message of its own. `rules` are those of the user's site.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    read = list(map(_from_json, lines))
    begins = [
        from_json is None and bool(BEGINNING.match(line) or _LISTED.match(line))
        for line, from_json in zip(lines, read, strict=True)
    ]
    # a single row is one message
    if len(lines) > 1 and (any(begins) or any(one and not one.plain for one in read)):
        return failures_among(_together(lines, read, begins), rules)
    whole = _as_one(lines, text, rules) if len(lines) > 1 else None
    return PastedFailures((whole,), 0) if whole else None


def _together(
    lines: Sequence[str], read: Sequence[PastedMessage | None], begins: Sequence[bool]
) -> Iterator[PastedMessage]:
    """The messages, each with the lines over which it is broken."""
    message: PastedMessage | None = None
    for line, from_json, is_beginning in zip(lines, read, begins, strict=True):
        if message and not from_json and not is_beginning and not _FIELD.match(line):
            message = replace(message, text=f"{message.text}\n{line}", lines=message.lines + 1)
            continue
        if message:
            yield _of_row(message)
        message = PastedMessage(line) if is_beginning and not from_json else None
        if not message:
            yield from_json or PastedMessage(line)
    if message:
        yield _of_row(message)


def failures_among(messages: Iterable[PastedMessage], rules: Sequence[SiteRule] = ()) -> PastedFailures:
    """For each image the last message that names a cause; what names none is noise.

    `rules` are those of the user's site: what they read is no noise.
    """
    told: dict[str, PastedMessage] = {}
    noise = 0
    for message in messages:
        reading = read_by_rules(message.text, message.reason, message.image, rules)
        verdict = reading.verdict
        by_wording = any(match.rule.messages for match in reading.matches)
        if not by_wording and not _is_about_pull(verdict, message.text):
            noise += message.lines
            continue
        key = _key(verdict)
        before = told.get(key)
        if before is None or verdict.cause not in _SILENT or _cause(before, rules) in _SILENT:
            told[key] = replace(message, image=message.image or verdict.image)
    _drop_what_others_say(told, rules)
    return PastedFailures(tuple(told.values()), noise)


def _drop_what_others_say(told: dict[str, PastedMessage], rules: Sequence[SiteRule]) -> None:
    """Takes out messages that name no image where one that names one has the same cause, or any at all is known."""
    known = {_cause(message, rules) for message in told.values() if message.image} - _SILENT
    for key, message in list(told.items()):
        cause = _cause(message, rules)
        if not message.image and (cause in known or (cause in _SILENT and known)):
            del told[key]


def _cause(message: PastedMessage, rules: Sequence[SiteRule]) -> Cause:
    return read_by_rules(message.text, message.reason, message.image, rules).verdict.cause


def _is_about_pull(verdict: Verdict, text: str) -> bool:
    """A log is full of timeouts and refusals of other things: a cause alone is not enough."""
    return verdict.cause is not Cause.UNKNOWN and (verdict.image is not None or _OF_PULLS.search(text) is not None)


def _key(verdict: Verdict) -> str:
    if verdict.image is None:
        return f"- {verdict.cause.value}"
    return str(try_parse(verdict.image) or verdict.image)


def _from_json(line: str) -> PastedMessage | None:
    """A line that is an object with a text in it; None for any other."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    text = next((value[name] for name in _TEXT_FIELDS if isinstance(value.get(name), str)), None)
    if text is None:
        return None
    reason, image = value.get("reason"), value.get("image")
    return PastedMessage(
        text.rstrip("\n"),
        reason=reason if isinstance(reason, str) else None,
        image=image if isinstance(image, str) else None,
        plain=set(value) <= {"message", "reason", "image"},
    )


def _of_row(message: PastedMessage) -> PastedMessage:
    """What a row of events says, without its columns."""
    row = _LISTED.fullmatch(message.text) or _DESCRIBED.fullmatch(message.text)
    return replace(message, text=row["text"], reason=row["reason"]) if row and row["text"].strip() else message


def _as_one(lines: Sequence[str], text: str, rules: Sequence[SiteRule]) -> PastedMessage | None:
    """The whole text as one message, where only the whole names a cause, and no more than one image; else None."""
    verdicts = [read_by_rules(line, None, None, rules).verdict for line in lines]
    causes = {verdict.cause for verdict in verdicts} - _SILENT
    images = {verdict.image for verdict in verdicts if verdict.image}
    whole = read_by_rules(text.strip(), None, None, rules).verdict
    if len(causes) > 1 or len(images) > 1 or all(verdict.cause not in _SILENT for verdict in verdicts):
        return None
    if whole.cause in _SILENT or whole.image is None:
        return None
    return PastedMessage(text.strip(), lines=len(lines), image=whole.image)

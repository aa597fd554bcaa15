"""A wrong diagnosis as the text of an issue: what the project's form asks for, with stand-ins for all names."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from typing import Any

from kubectl_imagepull import COMMAND, PROGRAM, __version__
from kubectl_imagepull.diagnosis.issue_facts import IssueFacts, PublicText
from kubectl_imagepull.report.markdown_text import fenced_block
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.vocabulary.causes import Cause

#: Where it is to be posted, as docs/report-a-wrong-diagnosis.md says.
WHERE_TO_POST = 'this project\'s "Wrong diagnosis" form (.github/ISSUE_TEMPLATE/wrong-diagnosis.yml)'
_NOT_KNOWN = "not known"
_TO_WRITE = "(please write: what the registry, the node, or the fix that helped in the end has shown)"
_MOST_CHARACTERS = 16_000


def issue_text(issues: Sequence[IssueFacts], expected: Cause | None) -> str:
    """The text in Markdown, a part for each failure; `expected` is the cause that would have been right."""
    parts = [_sections(one, expected) for one in issues]
    return "\n\n---\n\n".join("\n\n".join("\n".join(lines) for lines in part) for part in parts)


def names_decide(facts: IssueFacts) -> list[PublicText]:
    """The texts that are read as another cause with stand-ins than with their own names."""
    return [one for one in facts.texts if one.cause is not one.public_cause]


def _sections(facts: IssueFacts, expected: Cause | None) -> list[list[str]]:
    named = f"{facts.named.value} ({facts.confidence.value})"
    if facts.alternatives:
        named += f", or {', '.join(one.value for one in facts.alternatives)}"
    sections = [
        ["### Raw message", "", *_messages(facts.texts)],
        ["### Cause that was named", "", named],
        ["### Cause that you expected", "", expected.value if expected else "(please write)"],
        ["### How do you know?", "", _TO_WRITE],
    ]
    if facts.checks:
        sections.append(["### The failure in the report", "", *fenced_block(list(facts.checks))])
    return [
        *sections,
        ["### Container runtime of the node", "", facts.runtime or _NOT_KNOWN],
        ["### Registry", "", facts.registry or _NOT_KNOWN],
        ["### Versions", "", *fenced_block(_versions(facts))],
        ["### Test line", "", *_test_lines(facts, expected)],
    ]


def _messages(texts: Sequence[PublicText]) -> list[str]:
    if not texts:
        return ["There was none: neither the pod's status nor an event says why."]
    lines: list[str] = []
    for one in texts:
        if one.source:
            reason = f", reason `{one.reason}`" if one.reason else ""
            lines += [*([""] if lines else []), f"From `{visible(one.source)}`{reason}, read as {one.cause.value}:", ""]
        shown = [visible(line) for line in one.text[:_MOST_CHARACTERS].replace("\r\n", "\n").split("\n")]
        lines += fenced_block(shown, "text")
        if one.cause is not one.public_cause:
            read_as = f"With these stand-ins it is read as {one.public_cause.value}"
            lines += ["", f"{read_as}: a name in it decides, which is not told here."]
    return lines


def _versions(facts: IssueFacts) -> list[str]:
    return [
        f"{PROGRAM} {__version__}, Python {platform.python_version()}, {sys.platform}",
        f"Kubernetes: kubelet {facts.kubelet or _NOT_KNOWN}, {facts.platform or 'distribution not known'}",
    ]


def _test_lines(facts: IssueFacts, expected: Cause | None) -> list[str]:
    if not facts.texts:
        return ["None: there is no message."]
    lines = []
    for one in facts.texts[:1]:
        row: dict[str, Any] = {
            "message": one.text,
            "cause": expected.value if expected else "",
            "also": [],
            "runtime": facts.runtime.partition(" ")[0].lower() or "unknown",
            "registry": facts.registry or "unknown",
        }
        # the labelled messages are JSON in ASCII: nothing in a line can hide
        lines.append(json.dumps(row))
    about = f"For `tests/corpus/messages.jsonl`; `{COMMAND} classify` reads the same text."
    return [about, "", *fenced_block(lines, "json")]

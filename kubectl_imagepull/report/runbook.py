"""The pages of `explain`: what a cause means, how to confirm it, how to fix it."""

from __future__ import annotations

from difflib import get_close_matches

from kubectl_imagepull import COMMAND
from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import INDENT, Page
from kubectl_imagepull.report.text import pad, usable_width, wrap
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import CATALOGUE, Cause, CauseEntry


class UnknownCauseError(ValueError):
    """There is no such cause; the text names the nearest ones."""


#: A scope -> what it groups by: how many repairs there are to do.
SCOPES = {
    "image": "image: one repair for all pods that use it",
    "credentials": "credentials: one repair for each registry, namespace and set of pull secrets",
    "registry": "registry: one repair for all images of a host",
    "node": "node: one repair for all pods on it",
    "-": "none: the cause is not known",
}
RETRIES = {True: "may help by themselves", False: "don't help by themselves"}


def cause_page(name: str, *, width: int | None = None, color: bool = False) -> str:
    """The runbook of one cause, named in any letter case; raises UnknownCauseError."""
    cause = _cause_named(name)
    page = Page(usable_width(width), Paint(color))
    runbook = remedy_for(cause).runbook
    sections = [
        _title(cause.entry, page),
        page.prose(MEANINGS[cause]),
        [
            *page.row("Scope", SCOPES[cause.scope.value], 11),
            *page.row("Retries", RETRIES[cause.entry.retryable], 11),
        ],
        [page.paint.strong("To confirm it"), *_items(runbook.confirm, page)] if runbook.confirm else [],
        [page.paint.strong("To fix it"), *_fixes(runbook.fixes, page)] if runbook.fixes else [],
    ]
    return "\n".join(line for section in sections if section for line in ("", *section)).lstrip("\n")


def causes_list(*, width: int | None = None, color: bool = False) -> str:
    """All causes, one a line, by scope."""
    page = Page(usable_width(width), Paint(color))
    lines: list[str] = []
    scope = None
    for entry in CATALOGUE.values():
        if entry.scope is not scope:
            scope = entry.scope
            lines += ["", page.paint.strong(SCOPES[scope.value])]
        lines += cause_lines(entry, page)
    return "\n".join([*lines[1:], "", f"'{COMMAND} explain CAUSE' prints how to confirm and fix one."])


def cause_lines(entry: CauseEntry, page: Page) -> list[str]:
    """A cause and its title, in columns."""
    head = INDENT + pad(entry.cause.value, max(len(cause.value) for cause in Cause) + 2)
    first_line, *others = wrap(entry.title, page.width, head, " " * len(head))
    painted = page.paint.cause(entry.cause.value, entry.cause, retryable=entry.retryable)
    return [INDENT + painted + first_line[len(INDENT + entry.cause.value) :], *others]


def _cause_named(name: str) -> Cause:
    by_name = {cause.value.lower(): cause for cause in Cause}
    wanted = name.strip().lower().replace("-", "").replace("_", "")
    if wanted in by_name:
        return by_name[wanted]
    near = [by_name[match].value for match in get_close_matches(wanted, by_name, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"'{COMMAND} explain' lists them"
    raise UnknownCauseError(f"there is no cause {name!r}; {hint}")


def _title(entry: CauseEntry, page: Page) -> list[str]:
    painted = page.paint.cause(entry.cause.value, entry.cause, retryable=entry.retryable)
    first, *others = wrap(f"{entry.cause.value}: {entry.title}", page.width)
    return [painted + page.paint.strong(first[len(entry.cause.value) :]), *map(page.paint.strong, others)]


def _items(texts: tuple[str, ...], page: Page) -> list[str]:
    return [line for text in texts for line in page.prose(text, f"{INDENT}- ", f"{INDENT}  ")]


def _fixes(fixes: tuple[tuple[str, str], ...], page: Page) -> list[str]:
    lines: list[str] = []
    heading = None
    for name, text in fixes:
        if name != heading:
            heading = name
            lines.append(page.paint.strong(f"{INDENT}{name}"))
        lines += page.prose(text, f"{INDENT * 2}- ", f"{INDENT * 2}  ")
    return lines

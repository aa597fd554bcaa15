"""What `explain` prints of a word: a cause's runbook, or which causes the word may stand for."""

from __future__ import annotations

from kubectl_imagepull import COMMAND
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import Page
from kubectl_imagepull.report.runbook import UnknownCauseError, cause_lines, cause_page
from kubectl_imagepull.report.text import usable_width, visible
from kubectl_imagepull.vocabulary.causes import Cause


def explanation(text: str, *, width: int | None = None, color: bool = False) -> str:
    """The runbook of the cause that is named, else what a status, a word, a message or a pod's state may stand for.

    Raises UnknownCauseError for what stands for nothing.
    """
    try:
        return cause_page(text, width=width, color=color)
    except UnknownCauseError:
        from kubectl_imagepull.report.cause_search import STATES, causes_for, state_named

        page = Page(usable_width(width), Paint(color))
        if state := state_named(text):
            return "\n".join(_state_page(state, *STATES[state], page))
        causes = causes_for(text)
        if not causes:
            raise
        if len(causes) == 1:
            return cause_page(causes[0].value, width=width, color=color)
        return "\n".join(_choice(f"{visible(text)} may stand for:", causes, page))


def _choice(heading: str, causes: tuple[Cause, ...], page: Page) -> list[str]:
    return [
        page.paint.strong(heading),
        "",
        *(line for cause in causes for line in cause_lines(cause.entry, page)),
        "",
        *page.prose(
            f"'{COMMAND} explain CAUSE' prints how to confirm and fix one, '{COMMAND} diagnose' says which one it is.",
            "",
        ),
    ]


def _state_page(state: str, meaning: str, cause: Cause | None, page: Page) -> list[str]:
    text = f"{state}: {meaning}."
    if cause:
        return [*page.prose(text, ""), "", *_choice("Its cause:", (cause,), page)]
    return [
        *page.prose(text, ""),
        "",
        *page.prose(
            "That is a state and names no cause: the cause stands in the pod's message and events. "
            f"'{COMMAND} diagnose POD' reads it there, and '{COMMAND} explain' lists all causes.",
            "",
        ),
    ]

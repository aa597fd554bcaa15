"""The full diagnosis of `diagnose --details`: one block a root cause, what to do before what proves it."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import INDENT, Page
from kubectl_imagepull.report.problem import deciding_first
from kubectl_imagepull.report.text import usable_width, wrap
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import shell_lines
from kubectl_imagepull.vocabulary.wording import counted

_MOST_PODS, _MOST_OWNERS, _MOST_CHECKS = 3, 8, 3


def diagnosis_pages(report: Report, *, width: int | None = None, color: bool = False) -> str:
    """Everything about each root cause: the first failing pod in full, the others by name below it.

    `width` None sets no limit. The text ends without a newline.
    """
    page = Page(usable_width(width), Paint(color))
    return view.root_cause_pages(report, lambda root: _block(report, root, page), page.width, "\n\n\n")


def _block(report: Report, root: RootCause, page: Page) -> list[str]:
    diagnoses = view.diagnoses_of(report, root)
    shown = clearest(diagnoses)
    others = [diagnosis for diagnosis in diagnoses if diagnosis is not shown]
    sections = [
        _title(shown, page),
        _header(report, root, shown, others, page),
        page.prose(MEANINGS[shown.cause]),
        _alternatives(shown, page),
        *_fixes(diagnoses, root, page),
        _check(diagnoses, page),
        _text(shown, page),
        _evidence(shown.evidence, page),
        _others(shown, others, root, page),
    ]
    return [line for section in sections if section for line in ("", *section)][1:]


def _title(diagnosis: Diagnosis, page: Page) -> list[str]:
    cause = diagnosis.cause
    name = page.paint.cause(cause.value, cause, retryable=diagnosis.retryable)
    first, *others = wrap(f"{cause.value}: {cause.entry.title}", page.width)
    return [name + page.paint.strong(first[len(cause.value) :]), *map(page.paint.strong, others)]


def _header(
    report: Report, root: RootCause, diagnosis: Diagnosis, others: Sequence[Diagnosis], page: Page
) -> list[str]:
    rows = facts.head_rows(report, diagnosis, others, root.since)
    column = max(len(label) for label, _ in rows) + 3
    return [line for label, value in rows for line in page.row(label, value, column)]


def _text(diagnosis: Diagnosis, page: Page) -> list[str]:
    if not diagnosis.message:
        return page.prose(facts.NO_TEXT) if diagnosis.cause is Cause.CAUSE_NOT_REPORTED else []
    heading = page.heading(f"Read from {facts.source_in_words(diagnosis.message_source)}:")
    return [*heading, *page.quoted(diagnosis.message, whole=diagnosis.cause is Cause.UNKNOWN)]


def _alternatives(diagnosis: Diagnosis, page: Page) -> list[str]:
    if not diagnosis.alternatives:
        return []
    shown = page.heading("It could also be:")
    for cause in diagnosis.alternatives:
        shown.extend(page.prose(f"{cause.value}: {cause.entry.title}", INDENT * 2, INDENT * 3))
    return [*shown, *page.prose(f"Is it none of these? '{COMMAND} report' prints what to post, without your names.")]


def _evidence(evidence: Sequence[Evidence], page: Page) -> list[str]:
    if not evidence:
        return []
    lines = page.heading("Evidence:")
    column = max(len(item.result.value) for item in evidence) + 2
    for item in deciding_first(evidence):
        mark, check = item.result.value, f"({item.check})"
        *above, last = page.marked(mark, page.paint.result(mark, item.result), f"{item.text} {check}", column)
        # the identifier is one word, so that it stands whole in the last line
        lines.extend([*above, last.removesuffix(check) + page.paint.dim(check)])
    return lines


def _fixes(diagnoses: Sequence[Diagnosis], root: RootCause, page: Page) -> list[list[str]]:
    fixes = root.fixes
    if not fixes:
        return [page.prose(f"What to do: {COMMAND} explain {root.cause.value}")]
    sections = []
    for number, fix in enumerate(fixes, 1):
        label = f"{INDENT}{facts.fix_label(number, fixes)}:"
        first_line, *others = page.prose(fix.text, f"{label} ", INDENT * 2)
        notes = [line for note in fix.notes for line in page.prose(note, INDENT * 2)]
        undo = page.prose("To undo:", INDENT * 2) + page.commands(shell_lines(fix.undo)) if fix.undo else []
        commands = page.commands(shell_lines(fix.commands))
        sections.append([page.paint.strong(label) + first_line[len(label) :], *others, *notes, *commands, *undo])
    return [*sections, *(page.prose(text) for text in facts.before_pasting(fixes, diagnoses))]


def _check(diagnoses: Sequence[Diagnosis], page: Page) -> list[str]:
    commands = facts.verification_lines(diagnoses)
    if not commands:
        return []
    shown = [*page.heading("Then see that it worked:"), *page.commands(commands[:_MOST_CHECKS])]
    if len(commands) > _MOST_CHECKS:
        rest = counted(len(commands) - _MOST_CHECKS, "more command")
        shown.extend(page.prose(f"... and {rest} like these, one for each of the others below"))
    return shown


def _others(shown: Diagnosis, others: Sequence[Diagnosis], root: RootCause, page: Page) -> list[str]:
    if not others:
        return []
    groups = facts.by_owner(shown, others)
    pods = len(view.failing_pods([shown, *others])) - 1
    where = f"in {counted(pods, 'more pod')}" if pods else "in the same pod"
    lines = page.heading(f"Also, for the same reason, {where}:")
    for owner, names in list(groups.items())[:_MOST_OWNERS]:
        lines.extend(page.prose(f"{owner}: {_some(names)}", INDENT * 2, INDENT * 3))
    if len(groups) > _MOST_OWNERS:
        left = counted(len(groups) - _MOST_OWNERS, "more workload")
        lines.extend(page.prose(f"... and {left}: -o json lists all", INDENT * 2))
    if same := facts.same_for_others(shown, root, groups):
        lines.extend(page.prose(same))
    return lines


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_PODS
    return ", ".join(names[:_MOST_PODS]) + (f", {more:,} more" if more > 0 else "")

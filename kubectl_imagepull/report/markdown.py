"""The report in Markdown, for a ticket or a comment on a pull request: a table, and sections for full diagnoses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.markdown_text import code_span, fenced_block, prose
from kubectl_imagepull.report.rules_text import rules_in_report
from kubectl_imagepull.report.text import QUOTE, command_lines, to_the_minute, visible
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import shell_lines
from kubectl_imagepull.vocabulary.site_rule import BY_YOUR_RULES
from kubectl_imagepull.vocabulary.wording import counted

# what GitHub takes in a comment, less what may follow the part that is cut
_MOST = 65_536 - 4_096
_MOST_NOTES, _MOST_PODS, _MOST_OWNERS, _MOST_CHECKS, _MOST_CHARACTERS = 10, 5, 20, 5, 8_000
_NAMES = frozenset({"Cluster", "Image", "Read as"})


def markdown(report: Report, *, detailed: bool) -> str:
    """The report as Markdown that fits in a comment; `detailed` adds a section for each root cause.

    What doesn't fit is counted. The text ends without a newline.
    """
    roots = report.root_causes
    parts = [["### Failed image pulls", "", prose(view.summary_sentence(report))]]
    if roots and (not detailed or len(roots) > 1):
        parts.append(_table(report))
    if not detailed:
        parts += [[f"**{BY_YOUR_RULES}:** {prose(said)}"] for said in rules_in_report(report.diagnoses)[:_MOST_NOTES]]
    if detailed:
        sections = [_section(report, root) for root in roots]
        shown = _that_fit(sections, _MOST - sum(map(_size, parts)))
        parts += sections[:shown]
        if shown < len(sections):
            parts.append([_left_out(len(sections) - shown)])
    if report.skipped:
        parts.append(_notes(report))
    return "\n\n".join("\n".join(part) for part in parts)


def _table(report: Report) -> list[str]:
    cluster = ("| Cluster ", "|---") if report.source.clusters else ("", "")
    rows = [_row(report, root) for root in report.root_causes]
    shown = _that_fit([[row] for row in rows], _MOST // 2)
    more = ["", _left_out(len(rows) - shown)] if shown < len(rows) else []
    return [
        f"{cluster[0]}| Cause | Affects | Pods | Workloads | Since | Fix |",
        f"{cluster[1]}|---|---|---:|---|---|---|",
        *rows[:shown],
        *more,
    ]


def _row(report: Report, root: RootCause) -> str:
    cells = [
        root.cause.value,
        prose(view.affects(report, root, secrets=True), in_table=True),
        f"{len(view.failing_pods(view.diagnoses_of(report, root))):,}",
        prose(view.workload_names(report, root), in_table=True),
        to_the_minute(root.since),
        prose(root.short_fix, in_table=True),
    ]
    if report.source.clusters:
        cells.insert(0, code_span(root.cluster, in_table=True))
    return f"| {' | '.join(cells)} |"


def _size(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines) + 1


def _that_fit(parts: Sequence[list[str]], room: int) -> int:
    """How many parts, from the first one on, there is room for."""
    sizes = accumulate(map(_size, parts))
    return sum(1 for size in sizes if size <= room)


def _left_out(number: int) -> str:
    return f"*{counted(number, 'more root cause')}: there is no room for more in a comment, `-o json` has all.*"


def _notes(report: Report) -> list[str]:
    skipped = report.skipped
    lines = ["**Not looked at:**", ""]
    lines += [f"- {prose(f'{one.what}: {one.why}')}" for one in skipped[:_MOST_NOTES]]
    if len(skipped) > _MOST_NOTES:
        lines.append(f"- ... and {counted(len(skipped) - _MOST_NOTES, 'more thing')}: `-o json` lists all")
    return lines


def _section(report: Report, root: RootCause) -> list[str]:
    diagnoses = view.diagnoses_of(report, root)
    shown = clearest(diagnoses)
    others = [one for one in diagnoses if one is not shown]
    paragraphs = [
        [f"#### {shown.cause.value}: {shown.cause.entry.title}"],
        [" ".join([MEANINGS[shown.cause], *_without_text(shown)])],
        [
            f"- **{label}:** {_value(label, value)}"
            for label, value in facts.head_rows(report, shown, others, root.since)
        ],
        *_fixes(diagnoses, root),
        *_check(diagnoses),
        *_proof(shown),
        *_others(shown, others, root),
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs).split("\n")


def _without_text(shown: Diagnosis) -> list[str]:
    return [facts.NO_TEXT] if shown.cause is Cause.CAUSE_NOT_REPORTED and not shown.message else []


def _value(label: str, value: str) -> str:
    return code_span(value) if label in _NAMES else prose(value)


def _fixes(diagnoses: Sequence[Diagnosis], root: RootCause) -> list[list[str]]:
    fixes = root.fixes
    if not fixes:
        return [[f"**What to do:** `{COMMAND} explain {root.cause.value}`"]]
    paragraphs = []
    for number, fix in enumerate(fixes, 1):
        paragraphs.append([f"**{facts.fix_label(number, fixes)}:** {prose(fix.paragraph)}"])
        if fix.commands:
            paragraphs.append(_commands(shell_lines(fix.commands)))
        if fix.undo:
            paragraphs.extend((["To undo:"], _commands(shell_lines(fix.undo))))
    return [*paragraphs, *([prose(text)] for text in facts.before_pasting(fixes, diagnoses))]


def _commands(commands: Iterable[str]) -> list[str]:
    return fenced_block([line for command in commands for line in command_lines(command)], "sh")


def _check(diagnoses: Sequence[Diagnosis]) -> list[list[str]]:
    commands = facts.verification_lines(diagnoses)
    if not commands:
        return []
    more = len(commands) - _MOST_CHECKS
    said = f", and {counted(more, 'more command')} like these" if more > 0 else ""
    return [[f"Then see that it worked{said}:"], _commands(commands[:_MOST_CHECKS])]


def _proof(shown: Diagnosis) -> list[list[str]]:
    """The text and the evidence, folded: whoever repairs reads them only in doubt."""
    text = shown.message.replace("\r\n", "\n").strip("\n")
    blocks: list[list[str]] = []
    if text:
        cut = len(text) > _MOST_CHARACTERS
        lines = [f"{QUOTE}{visible(line)}" for line in text[:_MOST_CHARACTERS].split("\n")]
        blocks = [[f"Read from {prose(facts.source_in_words(shown.message_source))}:"], fenced_block(lines)]
        if cut:
            blocks.append([f"*... {len(text) - _MOST_CHARACTERS:,} more characters: `-o json` has the whole text.*"])
    if shown.alternatives:
        others = [f"- {cause.value}: {cause.entry.title}" for cause in shown.alternatives]
        blocks.append(["It could also be:", "", *others])
    if shown.evidence:
        items = facts.by_result(shown.evidence)
        blocks.append([f"- **{item.result.value}** {prose(item.text)} ({item.check})" for item in items])
    return _folded("Text and evidence", blocks) if blocks else []


def _others(shown: Diagnosis, others: Sequence[Diagnosis], root: RootCause) -> list[list[str]]:
    if not others:
        return []
    groups = facts.by_owner(shown, others)
    lines = [f"- {code_span(owner)}: {_some(names)}" for owner, names in list(groups.items())[:_MOST_OWNERS]]
    if len(groups) > _MOST_OWNERS:
        lines.append(f"- ... and {counted(len(groups) - _MOST_OWNERS, 'more workload')}: `-o json` lists all")
    blocks = [lines]
    if same := facts.same_for_others(shown, root, groups):
        blocks.append([prose(same)])
    return _folded(f"{counted(len(others), 'more failure')} for the same reason", blocks)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_PODS
    return ", ".join(map(prose, names[:_MOST_PODS])) + (f", {more:,} more" if more > 0 else "")


def _folded(title: str, paragraphs: list[list[str]]) -> list[list[str]]:
    # Markdown within HTML needs empty lines around it
    return [["<details>", f"<summary>{title}</summary>"], *paragraphs, ["</details>"]]

"""What a web page says about each root cause, ready to be laid out: a card, and in it each failure to unfold.

What a failure has in common with one that stands before it is not said again but pointed to: thousands of failures
share a few texts.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.shares import NAMES
from kubectl_imagepull.report.text import QUOTE, age, command_lines, exact_cell, rfc3339, visible
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.fix import Fix, shell_lines
from kubectl_imagepull.vocabulary.wording import clock

_MOST_CHECKS = 3
_MOST_LINES = 200
#: Rows of a failure that its line shows before it is unfolded.
_IN_LINE = frozenset({"Cluster", "Pod", "Container", "Sandbox", "Node", "Since"})


@dataclass(frozen=True)
class SinceTime:
    """A time for people and for programs, and how long ago it was; `written` is None where it isn't known."""

    #: RFC 3339, for programs; None where the time isn't known.
    written: str | None
    #: For people: the clock, with the day where that isn't today.
    text: str
    #: How long ago: `3h5m`; "" where the time isn't known.
    age: str

    @classmethod
    def seen_at(cls, time: datetime | None, now: datetime) -> SinceTime:
        """The time, as it is seen now."""
        if time is None:
            return cls(None, "unknown", "")
        return cls(rfc3339(time), clock(time, now), age(time, now))


@dataclass(frozen=True)
class ClusterText:
    """A text of the cluster, and where it was read."""

    #: Where it was read, to go on with after `Read from`.
    source: str
    #: Its lines, marked as a quotation and made visible.
    lines: list[str]
    #: How many more lines it has.
    left_out: int


@dataclass(frozen=True)
class Repair:
    """A fix: what it is called, its sentences, its commands, and how they are taken back."""

    #: `Fix 2`, and who has to act where it isn't the reader.
    label: str
    #: Its sentences, notes among them.
    text: str
    #: Lines for a shell, to be copied.
    commands: list[str]
    #: Lines that take it back.
    undo: list[str]


@dataclass(frozen=True)
class EarlierFailure:
    """The failure that says the same: the fragment that leads to it, and its name."""

    #: The page's fragment of that failure, for a link.
    fragment: str
    #: Its name, for the link's text.
    name: str


@dataclass(frozen=True)
class FailureItem:
    """A failure: what it doesn't share with those before it.

    An `EarlierFailure` stands for a part that is the same as there, None for one that there is nothing of or that the
    card says.
    """

    #: The page's fragment of this failure.
    fragment: str
    #: Namespace and pod.
    name: str
    #: The container or volume, with what it is; `sandbox` for the pause image.
    container: str
    #: When it began.
    since: SinceTime
    #: The pod's node; "" where it is on none.
    node: str
    #: Labels and values of its head that the card's head doesn't say.
    rows: list[tuple[str, str]]
    #: The text that decided.
    text: ClusterText | EarlierFailure | None
    #: What the checks found.
    evidence: list[Evidence] | EarlierFailure | None
    #: What repairs it.
    repairs: list[Repair] | EarlierFailure | None


@dataclass(frozen=True)
class Card:
    """A root cause, told by the failure that shows it best; `items` are the others."""

    #: The page's fragment of this root cause.
    fragment: str
    #: Its cause.
    cause: Cause
    #: Whether it may heal by itself, or no cause is known.
    unsure: bool
    #: Who has the fault, as a class of the style sheet.
    scope: str
    #: The same for people.
    scope_name: str
    #: The context's name where several clusters were read, else "".
    cluster: str
    #: What it is about: an image, a registry, a node, a login.
    affects: str
    #: How many pods it keeps from running.
    pods: int
    #: The same of all failing pods.
    percent: float
    #: When the first of its failures began.
    since: SinceTime
    #: Those with most pods first, and how many more.
    workloads: str
    #: The first fix as one short sentence.
    fix: str
    #: The command that prints the cause's runbook.
    explain: str
    #: Labels and values of its head.
    rows: list[tuple[str, str]]
    #: All fixes, ranked.
    repairs: list[Repair]
    #: What to know once for all of them.
    notes: list[str]
    #: The commands that show whether a fix worked.
    checks: list[str]
    #: How many more there are than are shown.
    more_checks: int
    #: The text that decided; None where nothing spoke.
    text: ClusterText | None
    #: What is said in its place; "" where there is one.
    no_text: str
    #: Other causes that the text allows.
    alternatives: tuple[Cause, ...]
    #: What the checks found, what points at the fault first.
    evidence: list[Evidence]
    #: The other failures of the same root cause.
    items: list[FailureItem]


def cards(report: Report) -> list[Card]:
    """The root causes as people read them: what somebody has to do comes first."""
    total = len(view.failing_pods(report.diagnoses)) or 1
    return [_card(report, root, number, total) for number, root in enumerate(view.by_urgency(report), 1)]


def _card(report: Report, root: RootCause, number: int, total: int) -> Card:
    diagnoses = view.diagnoses_of(report, root)
    shown = clearest(diagnoses)
    others = [(index, report.diagnoses[index]) for index in root.failures if report.diagnoses[index] is not shown]
    checks = facts.verification_lines(diagnoses)
    pods = len(view.failing_pods(diagnoses))
    notes = facts.before_pasting(root.fixes, diagnoses)
    groups = facts.by_owner(shown, [one for _, one in others])
    if same := facts.same_for_others(shown, root, groups):
        notes.append(same)
    unread = not shown.message and shown.cause is Cause.CAUSE_NOT_REPORTED
    return Card(
        fragment=f"c{number}",
        cause=root.cause,
        unsure=root.retryable or root.scope is Scope.NONE,
        scope=root.scope.name.lower(),
        scope_name=NAMES[root.scope],
        cluster=exact_cell(root.cluster) if root.cluster else "",
        affects=view.affects(report, root, secrets=True),
        pods=pods,
        percent=100 * pods / total,
        since=SinceTime.seen_at(root.since, report.now),
        workloads=view.workload_names(report, root),
        fix=root.short_fix,
        explain=f"{COMMAND} explain {root.cause.value}",
        rows=facts.head_rows(report, shown, [one for _, one in others], root.since),
        repairs=_repairs(root.fixes),
        notes=notes,
        checks=_commands(checks[:_MOST_CHECKS]),
        more_checks=max(len(checks) - _MOST_CHECKS, 0),
        text=_text(shown),
        no_text=facts.NO_TEXT if unread else "",
        alternatives=shown.alternatives,
        evidence=facts.by_result(shown.evidence),
        items=_items(report, shown, others),
    )


def _items(report: Report, shown: Diagnosis, others: Sequence[tuple[int, Diagnosis]]) -> list[FailureItem]:
    known: dict[tuple[str, Hashable], EarlierFailure | None] = {}
    for detail in _parts(shown):
        known[detail] = None
    common = set(facts.head_rows(report, shown))
    items = []
    for index, one in others:
        fragment = f"f{index}"
        name = f"{view.place_of(one)}/{one.failure.pod}"
        text, evidence, fixes = parts = _parts(one)
        before = {detail: known[detail] for detail in parts if detail in known}
        known.update({detail: EarlierFailure(fragment, name) for detail in parts if detail not in known})
        items.append(
            FailureItem(
                fragment=fragment,
                name=name,
                container=facts.container_row(one)[1] if one.failure.container else "sandbox",
                since=SinceTime.seen_at(one.failure.since, report.now),
                node=one.failure.node or "",
                rows=[row for row in facts.head_rows(report, one) if row[0] not in _IN_LINE and row not in common],
                text=before[text] if text in before else _text(one),
                evidence=before[evidence] if evidence in before else _evidence(one, shown),
                repairs=before[fixes] if fixes in before else _repairs(one.fixes) or None,
            )
        )
    return items


def _parts(one: Diagnosis) -> tuple[tuple[str, Hashable], ...]:
    evidence = tuple((item.check, item.result, item.text) for item in one.evidence)
    return ("text", one.message), ("evidence", evidence), ("fixes", one.fixes)


def _evidence(one: Diagnosis, shown: Diagnosis) -> list[Evidence] | None:
    """What was found for this failure and not for the one that the card shows."""
    known = {(item.check, item.text) for item in shown.evidence}
    return facts.by_result([item for item in one.evidence if (item.check, item.text) not in known]) or None


def _text(one: Diagnosis) -> ClusterText | None:
    message = one.message.replace("\r\n", "\n").strip("\n")
    if not message:
        return None
    lines = message.split("\n")
    shown = lines if one.cause is Cause.UNKNOWN else lines[:_MOST_LINES]
    return ClusterText(
        facts.source_in_words(one.message_source),
        [f"{QUOTE}{visible(line)}" for line in shown],
        len(lines) - len(shown),
    )


def _repairs(fixes: Sequence[Fix]) -> list[Repair]:
    return [
        Repair(
            facts.fix_label(number, fixes),
            fix.paragraph,
            _commands(shell_lines(fix.commands)),
            _commands(shell_lines(fix.undo)),
        )
        for number, fix in enumerate(fixes, 1)
    ]


def _commands(commands: Sequence[str]) -> list[str]:
    return ["\n".join(command_lines(command)) for command in commands]

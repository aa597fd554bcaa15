"""The answer first: a page of at most twelve lines for each root cause, with the one thing to type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.messages.decisive import decisive_words
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import INDENT, Page
from kubectl_imagepull.report.problem import deciding_finding, problem_sentences
from kubectl_imagepull.report.rules_text import sentences_of_rules
from kubectl_imagepull.report.text import QUOTE, age, display_width, truncate_middle, usable_width, visible, wrap
from kubectl_imagepull.vocabulary.causes import Confidence
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who, shell_lines
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.site_rule import BY_YOUR_RULES
from kubectl_imagepull.vocabulary.wording import counted, listed

#: So many lines of a terminal a page takes, unless a command alone needs more.
MOST_LINES = 12
_USUAL_WIDTH = 80
_COMMAND_INDENT = " " * 4
_MOST_NODES = 2
_NOT_IT = "Not it?"


@dataclass(frozen=True)
class _Room:
    """How much of what can be left out a page has."""

    #: Sentences about the problem.
    sentences: int
    #: Lines of the quoted message.
    quoted: int
    #: Whether a fix that the reader does is told in all its sentences, and not only in its short one.
    whole_fix: bool = False
    #: The same for what somebody else is asked for, who has to know exactly.
    whole_request: bool = True
    #: How much of what to know before the commands is said, from what matters most; None for all.
    notes: int | None = 0


#: From all that there is to what a page can't do without; the first that fits is taken.
_ROOMS = (
    _Room(2, 2, whole_fix=True, notes=None),
    _Room(2, 2, whole_fix=True, notes=1),
    _Room(2, 2, whole_fix=True),
    _Room(2, 2),
    _Room(2, 1),
    _Room(1, 1),
    _Room(1, 1, whole_request=False),
    _Room(1, 0, whole_request=False),
)


def short_pages(report: Report, *, width: int | None = None, color: bool = False) -> str:
    """The answer to each root cause: what is wrong, the one thing to do, and how to see that it worked.

    `width` None sets no limit. The text ends without a newline.
    """
    page = Page(usable_width(width), Paint(color))
    return view.root_cause_pages(report, lambda root: _fitting(report, root, page), page.width, "\n\n")


def _fitting(report: Report, root: RootCause, page: Page) -> list[str]:
    """The page with as much as fits; what only its command makes too long says nothing that can be left out."""
    diagnoses = view.diagnoses_of(report, root)
    plain = Page(page.width or _USUAL_WIDTH, Paint(on=False))
    for room in _ROOMS:
        # what the reader's own rules say comes on top: it must not take the place of the quoted message
        if lines_taken(_page(report, root, diagnoses, room, plain, with_rules=False)) <= MOST_LINES:
            break
    return _page(report, root, diagnoses, room, page, with_rules=True)


def lines_taken(lines: Sequence[str], width: int = _USUAL_WIDTH) -> int:
    """How many lines of a terminal the lines take, which breaks those that are too long."""
    return sum(max(-(-display_width(line) // width), 1) for text in lines for line in text.split("\n"))


def _page(  # noqa: PLR0913 - all that a page is made from
    report: Report, root: RootCause, diagnoses: Sequence[Diagnosis], room: _Room, page: Page, *, with_rules: bool
) -> list[str]:
    shown = clearest(diagnoses)
    by_rules = sentences_of_rules(shown) if with_rules else []
    sentences = problem_sentences(diagnoses, shown)[: room.sentences]
    return [
        *_header(report, root, diagnoses, shown, page),
        *page.prose(" ".join(sentences)),
        *(line for said in by_rules for line in page.prose(f"{BY_YOUR_RULES}: {said}")),
        *_first_fix(root, shown, diagnoses, room, page),
        *_check(shown, page),
        *_otherwise(root, shown, page),
        *_quotation(shown, room.quoted, page),
    ]


def _header(report: Report, root: RootCause, diagnoses: Sequence[Diagnosis], shown: Diagnosis, page: Page) -> list[str]:
    name = root.cause.value + ("?" if root.confidence is Confidence.POSSIBLE else "")
    more = len(root.workloads) - 1
    workload = f"{view.place_of(shown)}/{shown.workload}" + (f" +{more}" if more else "")
    nodes = sorted({one.failure.node for one in diagnoses if one.failure.node})
    where = f" on {listed(nodes) if len(nodes) <= _MOST_NODES else f'{len(nodes)} nodes'}" if nodes else ""
    since = f", {age(root.since, report.now)}" if root.since else ""
    pods = f"{counted(len(view.failing_pods(diagnoses)), 'pod')}{where}{since}"
    first, *others = wrap(visible(f"{name}  {workload}  {pods}"), page.width, hanging=INDENT * 2)
    return [page.paint.cause(name, root.cause, retryable=root.retryable) + first[len(name) :], *others]


def _first_fix(root: RootCause, shown: Diagnosis, diagnoses: Sequence[Diagnosis], room: _Room, page: Page) -> list[str]:
    if not root.fixes:
        explain = page.commands([f"{COMMAND} explain {root.cause.value}"], _COMMAND_INDENT)
        return [page.paint.strong("Do this (you):"), *explain]
    fix = root.fixes[0]
    heading = _heading(fix, shown)
    first, *others = page.prose(f"{heading} {_fix_text(fix, shown, room)}", "", INDENT)
    said = fix.notes if fix.loses_data else fix.notes[: room.notes]
    notes = [line for note in said for line in page.prose(note)]
    groups = facts.by_owner(shown, [one for one in diagnoses if one is not shown])
    same = facts.same_for_others(shown, root, groups)
    return [
        _painted(first, heading, page),
        *others,
        *notes,
        *page.commands(shell_lines(fix.commands), _COMMAND_INDENT),
        *(page.prose(same) if same else []),
    ]


def _painted(line: str, heading: str, page: Page) -> str:
    """A line whose heading is painted; a narrow terminal breaks a long heading itself."""
    end = len(heading) if line.startswith(heading) else len(line)
    return page.paint.strong(line[:end]) + line[end:]


def _fix_text(fix: Fix, shown: Diagnosis, room: _Room) -> str:
    """The fix in one sentence where its commands say the rest, or where the problem has been said already."""
    if not fix.brief or not fix.commands:
        return fix.text
    if fix.who is not Who.YOU:
        return fix.text if room.whole_request else fix.brief
    is_explained = deciding_finding(shown.evidence) is not None or fix.basis is Basis.GUESS
    return fix.text if room.whole_fix and not is_explained else fix.brief


def _heading(fix: Fix, shown: Diagnosis) -> str:
    """Who has to act, in words, and where."""
    if fix.who is Who.NOBODY:
        return "Wait (nobody has to act):"
    who = who_in_words(fix.who, shown)
    if not fix.commands and fix.who is not Who.YOU:
        return f"Ask {who}:"
    where = f", on {_nodes(fix.nodes)}" if fix.where is Where.NODE and fix.commands else ""
    return f"Do this ({who}{where}):"


def _nodes(nodes: Sequence[str]) -> str:
    return f"node{'s' if len(nodes) > 1 else ''} {listed(nodes)}" if nodes else "the node"


def who_in_words(who: Who, shown: Diagnosis) -> str:
    """Who has to act, by what the reader can find them by."""
    reference = try_parse(shown.failure.image)
    if who is Who.REGISTRY_OWNER:
        return f"whoever runs {shown.host or (reference.registry if reference else 'the registry')}"
    if who is Who.PUBLISHER:
        return f"whoever publishes {reference.repository if reference else 'the image'}"
    return "the cluster's admin" if who is Who.CLUSTER_ADMIN else "you"


def _check(shown: Diagnosis, page: Page) -> list[str]:
    commands = shell_lines(shown.following or shown.verification)
    return [page.paint.strong("Then:"), *page.commands(commands, _COMMAND_INDENT)] if commands else []


def _otherwise(root: RootCause, shown: Diagnosis, page: Page) -> list[str]:
    more = len(root.fixes) - 1
    fixes = f"{more} more fix{'es' if more > 1 else ''} and " if more > 0 else ""
    may_be = f"It may be {' or '.join(cause.value for cause in shown.alternatives)}. " if shown.alternatives else ""
    rest = f"{fixes}the evidence: add --details"
    first, *others = page.prose(f"{_NOT_IT} {may_be}{rest[:1].upper()}{rest[1:]}", "", INDENT * 2)
    return [_painted(first, _NOT_IT, page), *others]


def _quotation(shown: Diagnosis, most: int, page: Page) -> list[str]:
    if not shown.message or not most:
        return []
    room = (page.width or _USUAL_WIDTH) - len(INDENT) - len(QUOTE)
    words = visible(decisive_words(shown.message, room))
    # each line is marked, so that none can pass for one of ours
    lines = wrap(words, page.width, f"{INDENT}{QUOTE}")
    return lines if len(lines) <= most else [f"{INDENT}{QUOTE}{truncate_middle(words, room)}"]

"""Which root causes share a line of a table: those of one kind that are repaired in one way, where there are many.

Where that is still more than a screenful, those of one kind whose fixes differ share lines too, the smallest first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.report import view
from kubectl_imagepull.vocabulary.causes import Confidence
from kubectl_imagepull.vocabulary.command import Command, commands_in
from kubectl_imagepull.vocabulary.fix import Fix

#: So many root causes have a line each, however they are repaired.
_MOST_UNFOLDED = 20
#: So many lines fit on a screen with what stands around them.
_MOST_ROWS = 33
_SURENESS = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)


@dataclass(frozen=True)
class FoldedRootCauses:
    """Root causes that share a line; mostly it is one alone."""

    #: Those in the line, most pods first.
    roots: tuple[RootCause, ...]

    @property
    def merged(self) -> RootCause:
        """All of them as one: the first, with the failures and workloads of all."""
        if len(self.roots) == 1:
            return self.roots[0]
        first_root = self.roots[0]
        return replace(
            first_root,
            failures=tuple(index for root in self.roots for index in root.failures),
            workloads=tuple(sorted({name for root in self.roots for name in root.workloads})),
            since=min((root.since for root in self.roots if root.since), default=None),
            confidence=min((root.confidence for root in self.roots), key=_SURENESS.index),
        )

    @property
    def short_fix(self) -> str:
        """Their first fix in short; where they differ, that of the first and how many more there are."""
        sentences = {root.short_fix for root in self.roots}
        if len(sentences) == 1:
            return self.roots[0].short_fix
        return f"{self.roots[0].short_fix} (and {len(self.roots) - 1} more)"


def unfolded(roots: Iterable[RootCause]) -> list[FoldedRootCauses]:
    """A line for each."""
    return [FoldedRootCauses((root,)) for root in roots]


def folded(report: Report) -> list[FoldedRootCauses]:
    """As few lines as are needed for a screen: what somebody has to do first, in each half most pods first."""
    roots = view.by_urgency(report)
    if len(roots) <= _MOST_UNFOLDED:
        return unfolded(roots)
    lines = _grouped(roots, _kind_of_repair)
    while len(lines) > _MOST_ROWS and (closest := _smallest_of_one_cause(lines)):
        one, other = closest
        lines[one] = FoldedRootCauses((*lines[one].roots, *lines[other].roots))
        del lines[other]

    if report.is_sorted:
        return lines

    def order(line: FoldedRootCauses) -> tuple[bool, int]:
        diagnoses = view.diagnoses_of(report, line.merged)
        return view.heals_by_itself(line.roots[0]), -len(view.failing_pods(diagnoses))

    return sorted(lines, key=order)


def _grouped(roots: Sequence[RootCause], key: Callable[[RootCause], Hashable]) -> list[FoldedRootCauses]:
    groups: dict[Hashable, list[RootCause]] = {}
    for root in roots:
        groups.setdefault(key(root), []).append(root)
    return [FoldedRootCauses(tuple(group)) for group in groups.values()]


def _smallest_of_one_cause(lines: Sequence[FoldedRootCauses]) -> tuple[int, int] | None:
    """Two lines that may become one though their fixes differ: the smallest of the cause that has most lines."""
    places: dict[Hashable, list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault((line.roots[0].cluster, line.roots[0].cause), []).append(place)
    most = max(places.values(), key=len)
    if len(most) == 1:
        return None
    smallest = sorted(most, key=lambda place: sum(len(root.failures) for root in lines[place].roots))[:2]
    return min(smallest), max(smallest)


def _kind_of_repair(root: RootCause) -> Hashable:
    """What two root causes have in common that are repaired by the same steps with other names."""
    return root.cluster, root.cause, _steps(root.fixes[0]) if root.fixes else None


def _steps(fix: Fix) -> Hashable:
    commands = (command for step in fix.commands for command in commands_in(step))
    return fix.who, fix.where, fix.basis, tuple(_programs_and_verb(command) for command in commands)


def _programs_and_verb(command: Command) -> tuple[str, ...]:
    """The program and what it is told to do: `kubectl set image`."""
    words = (word for word in command.words if isinstance(word, str))
    return tuple(word for word in list(words)[:3] if word.isalpha())

"""What repairs a failure, as data: the sentence and the lines that a report shows are made from it, last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from kubectl_imagepull.vocabulary.command import (
    Chain,
    Command,
    Effect,
    Pipeline,
    Placeholder,
    Step,
    Word,
    effects_of,
    placeholders_in,
)

#: As many characters as the column of a table takes.
MOST_BRIEF = 60
#: What a sentence, or what leads to the commands below it, ends with.
_ENDS = (".", "!", "?", ":")
_COMMAND = ": kubectl "


class Who(str, Enum):
    """Who has to act."""

    YOU = "you"
    CLUSTER_ADMIN = "clusterAdmin"
    REGISTRY_OWNER = "registryOwner"
    PUBLISHER = "publisher"
    NOBODY = "nobody"


class Basis(str, Enum):
    """What a fix rests on: what the cluster proves, what the error says, or neither."""

    EVIDENCE = "evidence"
    TEXT = "text"
    GUESS = "guess"


class Where(str, Enum):
    """Where a fix is done."""

    CLUSTER = "cluster"
    NODE = "node"
    REGISTRY = "registry"
    SOURCE = "source"


@dataclass(frozen=True)
class NewImage:
    """Another image for the container that fails."""

    #: The image, which may hold a placeholder.
    image: Word
    #: What has to be done before.
    before: tuple[Command | Pipeline, ...] = ()


@dataclass(frozen=True)
class EarlierRevision:
    """The pod spec of an earlier revision."""

    #: The image that it gives the container; "" where that isn't known.
    image: str
    #: What has to be done before.
    before: tuple[Command | Pipeline, ...] = ()


@dataclass(frozen=True)
class NewSpec:
    """Something that is merged into the pod spec."""

    #: The fields, as a strategic merge patch has them.
    spec: Mapping[str, Any] = field(compare=False)
    #: What has to be done before.
    before: tuple[Command | Pipeline, ...] = ()


WorkloadEdit: TypeAlias = NewImage | EarlierRevision | NewSpec


@dataclass(frozen=True)
class Fix:
    """One way to repair: what to do, who can do it, the commands, and how to take them back."""

    #: What to do and why, in at most two sentences.
    text: str
    #: Ready to paste; none where nothing can be typed.
    commands: tuple[Step, ...] = ()
    #: Who has to act.
    who: Who = Who.YOU
    #: What it rests on.
    basis: Basis = Basis.TEXT
    #: Where it is done.
    where: Where = Where.CLUSTER
    #: Takes the commands' changes back.
    undo: tuple[Step, ...] = ()
    #: The same in one short sentence for a table, the most telling one first.
    short: tuple[str, ...] = ()
    #: What else is to be known before the commands run; each is shown once for all fixes of a root cause.
    notes: tuple[str, ...] = ()
    #: The nodes on which the commands are run, where that is on a node.
    nodes: tuple[str, ...] = ()
    #: What it changes in the workload; None where it changes something else.
    edit: WorkloadEdit | None = field(default=None, repr=False, compare=False)
    #: Whether its commands lose data: then its notes, which say so, stand wherever the commands stand.
    loses_data: bool = False

    @property
    def brief(self) -> str:
        """The most telling short sentence that fits a table's column; "" where the fix has none that fits."""
        return next((sentence for sentence in self.short if len(sentence) <= MOST_BRIEF), "")

    @property
    def paragraph(self) -> str:
        """What to do and what else is to be known, for formats that tell both in one go: a sentence each."""
        if not self.notes:
            return self.text
        # what ends in a command to paste has no full stop, and so stands last
        *sentences, last = sorted((self.text, *self.notes), key=lambda text: _COMMAND in text)
        return " ".join((*(text if text.endswith(_ENDS) else f"{text}." for text in sentences), last))

    @property
    def effects(self) -> frozenset[Effect]:
        """All that the commands do beside reading."""
        return frozenset(effect for step in self.commands for effect in effects_of(step))

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """What the reader has to put into the commands, each once."""
        return tuple(dict.fromkeys(found for step in self.commands for found in placeholders_in(step)))


def shell_lines(steps: Iterable[Step]) -> tuple[str, ...]:
    """The steps as they are shown and pasted: a line for each, and for each part of a chain."""
    return tuple("\n".join(_lines_of(step)) for step in steps)


def _lines_of(step: Step) -> list[str]:
    parts = step.steps if isinstance(step, Chain) else (step,)
    return [*(f"{part} &&" for part in parts[:-1]), str(parts[-1])]

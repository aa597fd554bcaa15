"""Commands as data: words, placeholders and what they change; the line for a shell is made from that, last.

A line means the same in bash, dash, zsh and fish: a word is quoted by single quotes alone, and holds neither a single
quote nor a backslash inside them, for fish reads those differently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from kubectl_imagepull.vocabulary.names import UnwritableName


class Effect(str, Enum):
    """What a command does beside reading."""

    CHANGES_WORKLOAD = "changes the workload"
    RESTARTS_WORKLOAD = "recreates the pods of a workload"
    DELETES_POD = "deletes a pod"
    DELETES_JOB = "deletes a job"
    CHANGES_SECRET = "changes a pull secret"  # noqa: S105 - an effect, no secret
    CHANGES_ACCOUNT = "changes a service account"
    CHANGES_RIGHTS = "changes someone's permissions"
    CHANGES_CLUSTER = "changes a setting of the whole cluster"
    CHANGES_NODE = "changes a node"
    CHANGES_REGISTRY = "changes what is in a registry"


#: What a command does that changes a workload and nothing else.
CHANGES_WORKLOAD = frozenset({Effect.CHANGES_WORKLOAD})
#: What every shell takes as text, in double quotes and after `:?`.
_MEANING = re.compile(r"[A-Za-z0-9_| ,.:;/@=()<>+*#-]+\Z")


@dataclass(frozen=True)
class Placeholder:
    """What only the reader knows: a command that still holds one stops with its meaning, and changes nothing."""

    #: In CAPITALS, so that it is seen.
    name: str
    #: What to put in its place, as a noun: `a tag that exists`. No quotation marks, no $, no braces.
    means: str

    def __post_init__(self) -> None:
        """Raises ValueError for a meaning that a shell would read as anything but text."""
        if not _MEANING.match(self.means):
            raise ValueError(f"no meaning of a placeholder: {self.means}")

    def __str__(self) -> str:
        """The token as it stands in a command: POSIX shells stop at it, and fish does because it can't read it."""
        return f"${{{self.name}:?{self.means}}}"


@dataclass(frozen=True)
class ShellText:
    """Text that the shell reads as it stands: only constants of this package, never anything from a cluster."""

    #: What the shell reads, unquoted.
    text: str


#: One part of a word.
Piece: TypeAlias = str | Placeholder | ShellText | UnwritableName
#: One word of a command: a part, or several that stand together without a space.
Word: TypeAlias = Piece | tuple[Piece, ...]

#: What no shell reads as anything else; at the beginning = is special in zsh and % in fish.
_SAFE = re.compile(r"[A-Za-z0-9_@+:,./-][A-Za-z0-9_@%+=:,./-]*\Z")


def pieces_of(word: Word) -> tuple[Piece, ...]:
    """The parts of a word."""
    return word if isinstance(word, tuple) else (word,)


def joined(*words: Word) -> tuple[Piece, ...]:
    """Several words as one, without a space between them."""
    return tuple(piece for word in words for piece in pieces_of(word))


def json_word(value: Any) -> tuple[Piece, ...]:
    """A value as compact JSON in one word; a tuple in it is a word that stands in a string.

    Control characters and letters beyond ASCII are escaped.
    """
    return tuple(_json_pieces(value))


def _json_pieces(value: Any) -> Iterator[Piece]:
    if isinstance(value, dict):
        yield "{"
        for number, (name, item) in enumerate(value.items()):
            yield f"{',' if number else ''}{json.dumps(name)}:"
            yield from _json_pieces(item)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for number, item in enumerate(value):
            if number:
                yield ","
            yield from _json_pieces(item)
        yield "]"
    elif isinstance(value, tuple | Placeholder | ShellText | UnwritableName):
        yield '"'
        for piece in pieces_of(value):
            yield json.dumps(piece)[1:-1] if isinstance(piece, str) else piece
        yield '"'
    else:
        yield json.dumps(value, separators=(",", ":"))


@dataclass(frozen=True)
class Command:
    """One program with its arguments."""

    #: The program, then its arguments.
    words: tuple[Word, ...]
    #: What it does beside reading.
    effects: frozenset[Effect] = frozenset()

    def __str__(self) -> str:
        """The command as a line for a shell."""
        return " ".join(map(_shell_word, self.words))


@dataclass(frozen=True)
class Pipeline:
    """Commands of which each reads what the one before it writes."""

    #: In the order in which the data pass through them.
    commands: tuple[Command, ...]

    def __str__(self) -> str:
        """The pipeline as a line for a shell."""
        return " | ".join(map(str, self.commands))


@dataclass(frozen=True)
class Chain:
    """Commands of which each runs only if the one before it has succeeded."""

    #: In the order in which they run.
    steps: tuple[Command | Pipeline, ...]

    def __str__(self) -> str:
        """The chain as one line for a shell."""
        return " && ".join(map(str, self.steps))


Step: TypeAlias = Command | Pipeline | Chain


def commands_in(step: Step) -> Iterator[Command]:
    """Every single command of a step."""
    if isinstance(step, Command):
        yield step
    else:
        for part in step.commands if isinstance(step, Pipeline) else step.steps:
            yield from commands_in(part)


def effects_of(step: Step) -> frozenset[Effect]:
    """All that a step does beside reading."""
    return frozenset(effect for command in commands_in(step) for effect in command.effects)


def placeholders_in(step: Step) -> Iterator[Placeholder]:
    """The placeholders of a step, in their order; one that stands in it twice comes twice."""
    return (piece for piece in _pieces_in(step) if isinstance(piece, Placeholder))


def unwritable_in(step: Step) -> Iterator[UnwritableName]:
    """The names that keep a step from being printed."""
    return (piece for piece in _pieces_in(step) if isinstance(piece, UnwritableName))


def _pieces_in(step: Step) -> Iterator[Piece]:
    for command in commands_in(step):
        for word in command.words:
            yield from pieces_of(word)


def chain(*steps: Command | Pipeline | None) -> tuple[Step, ...]:
    """The steps that there are, each to run only after the one before it has succeeded."""
    there = tuple(step for step in steps if step is not None)
    return (Chain(there),) if len(there) > 1 else there


def _shell_word(word: Word) -> str:
    return "".join(_shell_piece(piece) for piece in _merged(pieces_of(word))) or "''"


def _merged(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """The pieces, with strings that stand beside each other made one: they are quoted together."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def _shell_piece(piece: Piece) -> str:
    if isinstance(piece, ShellText):
        return piece.text
    if isinstance(piece, Placeholder):
        return f'"{piece}"'
    return _quoted(str(piece))


def _quoted(text: str) -> str:
    """The text as every shell reads it back; a quote or backslash stands in double quotes of its own."""
    if _SAFE.match(text):
        return text
    # fish reads \' and \\ inside single quotes, where POSIX shells don't
    parts = re.split(r"(['\\]+)", text)
    return "".join(_special(part) if part[0] in "'\\" else f"'{part}'" for part in parts if part)


def _special(text: str) -> str:
    return "".join('"\'"' if character == "'" else '"\\\\"' for character in text)

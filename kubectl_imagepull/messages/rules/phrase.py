"""One wording of a cause, and the proof that software prints it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """One wording of a cause: what to search for, a text that proves it, and who prints it.

    A test takes every phrase out of its rule, and every alternative out of its pattern: the proofs must need them.
    """

    #: A regular expression, searched in the redacted head of a message, and in the body where the rule allows that.
    pattern: str
    #: A whole message in the shape in which that software prints it, with example names.
    proof: str
    #: "SOFTWARE [VERSIONS]: SOURCE": who prints it, and the repository and path, or the issue, that shows it.
    origin: str
    #: Further proofs, for the alternatives in the pattern that the first doesn't show.
    more: tuple[str, ...] = ()

    @property
    def proofs(self) -> tuple[str, ...]:
        """All proofs, the first one first."""
        return (self.proof, *self.more)

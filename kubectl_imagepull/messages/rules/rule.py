"""One rule, and when a registry's own words count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.vocabulary.causes import Cause


@dataclass(frozen=True)
class Rule:
    """One way in which software names a cause."""

    #: The cause that such a text names.
    cause: Cause
    #: Why it names that cause; the page of the cause shows it above the texts.
    why: str
    #: The wordings; without any the status alone decides.
    phrases: tuple[Phrase, ...] = ()
    #: Texts that the rule reads, beside its proofs; they are all that a rule without phrases has.
    examples: tuple[str, ...] = ()
    #: Whether the registry's own words count too, within the statuses that may name the cause.
    body: bool = False
    #: HTTP statuses, one of which the message must name; empty: any, or none.
    status: tuple[int, ...] = ()
    #: Other causes that the same text may stand for; with any, the verdict is `possible`.
    alternatives: tuple[Cause, ...] = ()
    #: What the text says beyond the cause, by the names of the report.
    details: Mapping[str, Detail] = field(default_factory=dict)
    #: Overrides the catalogue where this text says more than its cause; None: as the catalogue says.
    retryable: bool | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that shows the rule: the proofs of its phrases, then its examples."""
        return (*(proof for phrase in self.phrases for proof in phrase.proofs), *self.examples)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """All phrases as one pattern, compiled when it is first needed: a program that reads no text never does."""
        return re.compile("|".join(phrase.pattern for phrase in self.phrases))

    def matches(self, head: str, body: str, status: int | None) -> bool:
        """Whether the rule reads this message, of which names and status have been taken out."""
        if self.status and status not in self.status:
            return False
        if not self.phrases or self.compiled.search(head):
            return True
        return bool(self.body and body and _may_say(self.cause, status) and self.compiled.search(body))


_CREDENTIALS = frozenset({400, 401, 403})
_NOT_FOUND = frozenset({400, 404})
#: With which HTTP statuses a registry's own words may name a cause. A registry has no say in any other cause.
_FAMILIES: dict[Cause, frozenset[int]] = {
    Cause.NO_CREDENTIALS: _CREDENTIALS,
    Cause.BAD_CREDENTIALS: _CREDENTIALS,
    Cause.EXPIRED_CREDENTIALS: _CREDENTIALS,
    Cause.FORBIDDEN: _CREDENTIALS,
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: _CREDENTIALS | {404},
    Cause.REGISTRY_BLOCKED: frozenset({401, 403, 404, 405, 412, 451}),
    Cause.REGISTRY_RELOCATED: frozenset({400, 401, 403, 404, 405, 410, 412, 451}),
    Cause.SIGNATURE_REJECTED: frozenset({401, 403, 412}),
    Cause.RATE_LIMITED: frozenset({403, 429, 503}),
    Cause.TAG_NOT_FOUND: _NOT_FOUND,
    Cause.REPOSITORY_NOT_FOUND: _NOT_FOUND,
    Cause.BLOB_MISSING: _NOT_FOUND,
    Cause.UNSUPPORTED_MANIFEST: frozenset({400, 404, 406, 415}),
    Cause.INVALID_REFERENCE: frozenset({400, 404, 405}),
    Cause.REGISTRY_UNAVAILABLE: frozenset(range(500, 600)),
}


def _may_say(cause: Cause, status: int | None) -> bool:
    return status is None or status in _FAMILIES.get(cause, frozenset())

"""One rule, which call it is about, and when a registry's own words count."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.vocabulary.causes import Cause


class Call(str, Enum):
    """Where the call that failed ends; it decides before the words do.

    `context deadline exceeded` of a call to the container runtime itself, such as ImageStatus or RunPodSandbox, says
    nothing of any registry (the calls are those of kubernetes cri-api pkg/apis/runtime/v1/api.proto and of containerd's
    services in api/services).
    """

    #: At a registry, or on the way to it.
    REGISTRY = "registry"
    #: On the node: the runtime's own lists, status, sandboxes, leases and content.
    NODE = "node"
    #: The text names none.
    UNNAMED = "unnamed"


_LEAVES = re.compile(
    r"url>|\bdial tcp|\blookup |\b(?:read|write) tcp |[Pp]ull|PULL|\bmanifests?\b|\bblobs?\b|registry|Registry"
    r"|\bfetch|response body|\btoken\b|httpReadSeeker|failed to (?:copy|resolve)|[Dd]ownload|<ref>"
)
_STAYS = re.compile(
    r"ImageStatus|ListImages|RemoveImage|ImageFsInfo|[Ii]nspect(?:ing)? (?:image|container)|[Ll]ist(?:ing)? images"
    r"|PodSandbox|[Ss]andbox|(?:Create|Start|Stop|Remove|Update)Container|containerd task|shim task"
    r"|(?:determine|determining|getting) (?:\w+ )?status|service connection|connect endpoint|failed to connect: "
    r"|\b[Ll]eases?\b|CreateLease|content store|[Gg]arbage collection|image store|<socket>|dial unix|PLEG"
    r"|container runtime"
)


def failed_call(head: str) -> Call:
    """Which call a redacted head is about; the innermost counts, so that a sandbox whose image is pulled leaves."""
    if _LEAVES.search(head):
        return Call.REGISTRY
    return Call.NODE if _STAYS.search(head) else Call.UNNAMED


#: A capital in a pattern, or an escape such as `\S`, which must stay as it is.
_CAPITAL = re.compile(r"\\.|[A-Z]")


def _small_letter(capital: re.Match[str]) -> str:
    return capital[0] if capital[0].startswith("\\") else capital[0].lower()


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
    #: Whether capitals make no difference: people's sentences, unlike programs' words.
    any_case: bool = False
    #: HTTP statuses, one of which the message must name; empty: any, or none.
    status: tuple[int, ...] = ()
    #: Which call must have failed; None: any.
    call: Call | None = None
    #: Whether the words say little, so that any other error in the same text outranks this one.
    weak: bool = False
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
        pattern = "|".join(phrase.pattern for phrase in self.phrases)
        # small letters in a text of small letters: several times as fast as re.IGNORECASE
        return re.compile(_CAPITAL.sub(_small_letter, pattern) if self.any_case else pattern)

    @cached_property
    def _search(self) -> Callable[[str], re.Match[str] | None]:
        """The search for any phrase: every text is searched some hundred times, so that a look-up less counts."""
        return self.compiled.search

    def matches(self, head: str, body: str, status: int | None) -> bool:
        """Whether the rule reads this message, of which names and status have been taken out."""
        if self.status and status not in self.status:
            return False
        if not self.phrases or self._search(head.lower() if self.any_case else head):
            return self.call is None or self.call is failed_call(head)
        if not (self.body and body):
            return False
        return _may_say(self.cause, status) and self._search(body.lower() if self.any_case else body) is not None


_CREDENTIALS = frozenset({400, 401, 403})
_NOT_FOUND = frozenset({400, 404})
#: With which HTTP statuses a registry's own words may name a cause. A registry has no say in any other cause.
_FAMILIES: dict[Cause, frozenset[int]] = {
    Cause.NO_CREDENTIALS: _CREDENTIALS,
    Cause.BAD_CREDENTIALS: _CREDENTIALS,
    Cause.EXPIRED_CREDENTIALS: _CREDENTIALS,
    Cause.FORBIDDEN: _CREDENTIALS,
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: _CREDENTIALS | {404},
    Cause.REGISTRY_BLOCKED: frozenset({401, 402, 403, 404, 405, 412, 451}),
    Cause.REGISTRY_PROTOCOL_ERROR: frozenset({400, 404, 405, 406, 410}),
    Cause.REGISTRY_RELOCATED: frozenset({400, 401, 403, 404, 405, 410, 412, 451}),
    Cause.SIGNATURE_REJECTED: frozenset({401, 403, 412}),
    Cause.RATE_LIMITED: frozenset({403, 429, 503}),
    Cause.TAG_NOT_FOUND: _NOT_FOUND,
    Cause.REPOSITORY_NOT_FOUND: _NOT_FOUND,
    Cause.BLOB_MISSING: _NOT_FOUND,
    Cause.UNSUPPORTED_MANIFEST: frozenset({400, 404, 406, 415}),
    Cause.INVALID_REFERENCE: frozenset({400, 404, 405}),
    Cause.REGISTRY_UNAVAILABLE: frozenset(range(500, 600)),
    Cause.HTTP_HTTPS_MISMATCH: frozenset({400}),
    Cause.PROXY_FAILURE: frozenset({400, 403, 407, 500, 502, 503, 504}),
}


def _may_say(cause: Cause, status: int | None) -> bool:
    return status is None or status in _FAMILIES.get(cause, frozenset())

"""What a message says: the value that classify gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What
from kubectl_imagepull.vocabulary.mentions import NO_MENTIONS, Mentions

#: A detail that belongs to a cause: `stage`, `repositoryVerified`, `notYetValid`, `policy`.
Detail = str | bool
#: The scope key of what is signed by an authority that nobody names: it stands between the nodes and many registries.
INTERCEPTED = "ca ?"


@dataclass(frozen=True)
class Verdict:
    """The cause that a text names."""

    #: Why the pull failed; UNKNOWN where no rule reads the text.
    cause: Cause
    #: Whose image it is: a container's, or the sandbox's.
    what: What
    #: How sure the text alone makes it.
    confidence: Confidence
    #: Whether another attempt may succeed without any repair.
    retryable: bool
    #: Other causes that the same text may stand for.
    alternatives: tuple[Cause, ...] = ()
    #: The image reference that the text names, else the caller's.
    image: str | None = None
    #: The host that answered, where it is another than the image's: a mirror, a token server, a blob store.
    answered_by: str | None = None
    #: The registry host that the failure is about, if the text or the image names one.
    host: str | None = None
    #: What the text says beyond the cause, by the names of the report.
    details: Mapping[str, Detail] = field(default_factory=dict)
    #: The text with names, addresses and times taken out: what two texts of one cause have in common.
    redacted: str = ""
    #: What else the text names: the proxy, the resolver, an address, a directory, a certificate's names.
    mentions: Mentions = NO_MENTIONS

    @property
    def intermediary(self) -> str:
        """What failed on the way to the registry, as a scope key: `proxy HOST:PORT`, `dns ADDRESS`; "" for neither.

        A resolver that answers that there is no such name works: then the name is at fault.
        """
        named = self.mentions
        if self.cause is Cause.PROXY_FAILURE and named.proxy:
            return f"proxy {named.proxy}"
        if self.cause is Cause.DNS_FAILURE and named.resolver and not named.name_is_unknown:
            return f"dns {named.resolver}"
        return ""


def with_cause(verdict: Verdict, cause: Cause, confidence: Confidence, *others: Cause) -> Verdict:
    """The verdict with the cause that something else than the text's rule decides, and what the text may stand for too.

    What belongs to the text's cause goes with that.
    """
    same = cause is verdict.cause
    return replace(
        verdict,
        cause=cause,
        confidence=confidence,
        retryable=verdict.retryable if same else cause.entry.retryable,
        alternatives=others,
        details=verdict.details if same else {},
    )

"""What a message says: the value that classify gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kubectl_imagepull.messages.mentions import NO_MENTIONS, Mentions
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What

#: A detail that belongs to a cause: `stage`, `repositoryVerified`, `notYetValid`, `policy`.
Detail = str | bool


@dataclass(frozen=True)
class Verdict:
    """The cause that a text names.

    `image` is the reference that the text names, if any; `answered_by` the host that answered where it is another
    than the image's; `host` the registry host that the failure is about, if the text names one; `redacted` the text
    with names, addresses and times taken out: what two texts of one cause have in common; `mentions` what else it
    names.
    """

    cause: Cause
    what: What
    confidence: Confidence
    retryable: bool
    alternatives: tuple[Cause, ...] = ()
    image: str | None = None
    answered_by: str | None = None
    host: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    redacted: str = ""
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

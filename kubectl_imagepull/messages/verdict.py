"""What a message says: the value that classify gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What

#: A detail that belongs to a cause: `stage`, `repositoryVerified`, `notYetValid`, `policy`.
Detail = str | bool


@dataclass(frozen=True)
class Verdict:
    """The cause that a text names.

    `image` is the reference that the text names, if any; `answered_by` the host that answered where it is another
    than the image's; `host` the registry host that the failure is about, if the text names one; `redacted` the text
    with names, addresses and times taken out: what two texts of one cause have in common.
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

"""What a look at a pod's pull secrets gives: evidence, and in one word what the kubelet would have sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.evidence.docker_config import PullSecret
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause

#: Causes under which the registry, or the kubelet before it, refused a pull for its credentials.
REFUSED = frozenset(
    {
        Cause.NO_CREDENTIALS,
        Cause.BAD_CREDENTIALS,
        Cause.EXPIRED_CREDENTIALS,
        Cause.FORBIDDEN,
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        Cause.PULL_SECRET_MISSING,
        Cause.PULL_SECRET_MALFORMED,
        Cause.CREDENTIAL_PROVIDER_FAILED,
    }
)

#: Those that only a text can name: of the kubelet's log, or of its parser.
BY_TEXT_ALONE = frozenset({Cause.CREDENTIAL_PROVIDER_FAILED, Cause.PULL_SECRET_MALFORMED})


class Sent(str, Enum):
    """What the kubelet would have sent for an image, of all that the pod's secrets hold.

    `MISSING_BY_EVENT`: the secrets could not be read, and the kubelet itself reported one that it couldn't retrieve.
    `NOT_APPLICABLE`: the node pulls with its own credentials, or the image's name is none.
    """

    NONE_NAMED = "noneNamed"
    NAMED_MISSING = "namedMissing"
    MISSING_BY_EVENT = "missingByEvent"
    MALFORMED = "malformed"
    NONE_FITS = "noneFits"
    EXPIRED_BY_TOKEN = "expiredByToken"  # noqa: S105 - a name, no token
    EXPIRED_BY_AGE = "expiredByAge"
    MATCHES = "matches"
    UNREADABLE = "unreadable"
    NOT_APPLICABLE = "notApplicable"


EXPIRED = frozenset({Sent.EXPIRED_BY_TOKEN, Sent.EXPIRED_BY_AGE})


@dataclass(frozen=True)
class Findings:
    """What a look at a pod's pull secrets gave."""

    evidence: tuple[Evidence, ...] = ()
    #: What the kubelet would have sent.
    sent: Sent = Sent.NOT_APPLICABLE
    #: The names of the secrets that the pod names; None where they could not be read.
    secrets: tuple[str, ...] | None = ()
    #: Those that could be read; nothing of their values is in them.
    pull_secrets: tuple[PullSecret, ...] = ()


def denies_a_login(verdict: Verdict) -> bool:
    """Whether a text itself says that the pull was anonymous, rather than only that a login is wanted."""
    return verdict.cause is Cause.NO_CREDENTIALS and not verdict.alternatives


def is_bare_403(verdict: Verdict) -> bool:
    """Whether a text refuses and tells neither why nor whom."""
    return verdict.cause is Cause.FORBIDDEN and Cause.NO_CREDENTIALS in verdict.alternatives


def names_its_reason(verdict: Verdict) -> bool:
    """Whether a registry named the permission or policy that is missing."""
    return verdict.cause is Cause.FORBIDDEN and not verdict.alternatives


def proves_a_login(verdict: Verdict) -> bool:
    """Whether a text proves that credentials were sent: where no secret has any, they were the node's own."""
    if verdict.cause in {Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS}:
        return True
    return verdict.cause is Cause.FORBIDDEN and not is_bare_403(verdict)


def blames_what_was_sent(verdict: Verdict, sent: Sent) -> bool:
    """Whether the credentials that match are at fault, by the text or because a matching one got a bare 401."""
    if verdict.cause in {Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS}:
        return True
    if verdict.cause not in REFUSED - BY_TEXT_ALONE or denies_a_login(verdict) or names_its_reason(verdict):
        return False
    return sent in EXPIRED or (sent is Sent.MATCHES and verdict.cause is Cause.NO_CREDENTIALS)

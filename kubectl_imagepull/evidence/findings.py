"""What a look at a pod's pull secrets gives: evidence, and in one word what the kubelet would have sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.evidence.docker_config import PullSecret
from kubectl_imagepull.evidence.login_faults import HOPELESS, LoginFault, TokenLife
from kubectl_imagepull.evidence.misplaced_secrets import MisplacedSecret
from kubectl_imagepull.evidence.refusal import Refusal
from kubectl_imagepull.evidence.secret_writer import SecretWriter
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
class SentLogin:
    """One login that the kubelet sends for the image, as far as it may be told."""

    #: The pull secret that it comes from.
    secret: str
    #: The registry as the secret names it.
    registry: str
    #: What can be seen to be wrong with it, what explains most first.
    faults: tuple[LoginFault, ...] = ()
    #: When its token ended; None while it is good, or lasts.
    ended: datetime | None = None
    #: How long such a token lives, if it is of a kind that doesn't last.
    life: TokenLife | None = None
    #: Whether the secret was made or written after the last try that is known.
    is_newer_than_error: bool = False
    #: How many other registries the secret holds logins for.
    others: int = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether it can't have worked, whatever the registry says of it."""
        return not HOPELESS.isdisjoint(self.faults)


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
    #: The logins that are sent for the image, in the order in which they are tried.
    logins: tuple[SentLogin, ...] = ()
    #: Faults of logins that fit the image and hold no user name, so that nothing is sent.
    lost: tuple[LoginFault, ...] = ()
    #: Who writes the secrets that the pod names, as far as anything tells.
    writers: tuple[SecretWriter, ...] = ()
    #: Secrets that a manifest names where Kubernetes doesn't look, and that the pod therefore lacks.
    misplaced: tuple[MisplacedSecret, ...] = ()
    #: What the registry's words tell of who was refused.
    refusal: Refusal = field(default_factory=Refusal)
    #: Whether the pod's node may fetch credentials for the image's registry by itself; None where it wasn't read.
    node_may_log_in: bool | None = None


def denies_a_login(verdict: Verdict) -> bool:
    """Whether a text itself says that the pull was anonymous, rather than only that a login is wanted."""
    return verdict.cause is Cause.NO_CREDENTIALS and not verdict.alternatives


def is_bare_403(verdict: Verdict) -> bool:
    """Whether a text refuses and tells neither why nor whom."""
    return verdict.cause is Cause.FORBIDDEN and Cause.NO_CREDENTIALS in verdict.alternatives


def is_bare_401(verdict: Verdict) -> bool:
    """Whether a text says that a login is wanted, and not whether one was sent."""
    return verdict.cause is Cause.NO_CREDENTIALS and bool(verdict.alternatives)


def another_host_answered(verdict: Verdict, refusal: Refusal) -> bool:
    """Whether a blob store, CDN or mirror refused, and gave no reason: then no secret of the pod is in question."""
    is_bare = is_bare_401(verdict) or is_bare_403(verdict)
    return verdict.answered_by is not None and is_bare and not refusal.is_of_token_server


def names_identity(verdict: Verdict, refusal: Refusal) -> bool:
    """Whether a registry named who it is that may not pull: then it is about that identity."""
    return verdict.cause is Cause.FORBIDDEN and refusal.identity is not None


def proves_a_login(verdict: Verdict, refusal: Refusal) -> bool:
    """Whether a text proves that credentials were sent: where no secret has any, they were the node's own.

    A registry's own word for a refusal (`access forbidden`) proves nothing: it is said to nobody as well. Nor does a
    bearer token that is refused (`invalid_token`): it may have been given to anybody.
    """
    if verdict.cause is Cause.EXPIRED_CREDENTIALS or names_identity(verdict, refusal):
        return True
    if verdict.cause is Cause.BAD_CREDENTIALS:
        return not verdict.alternatives
    return (
        verdict.cause is Cause.FORBIDDEN and Cause.BAD_CREDENTIALS in verdict.alternatives and not is_bare_403(verdict)
    )


def blames_what_was_sent(verdict: Verdict, sent: Sent, refusal: Refusal) -> bool:
    """Whether the credentials that match are at fault, by the text or because a matching one got a bare 401."""
    if verdict.cause in {Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS}:
        return True
    if verdict.cause not in REFUSED - BY_TEXT_ALONE or denies_a_login(verdict) or names_identity(verdict, refusal):
        return False
    return sent in EXPIRED or (sent is Sent.MATCHES and verdict.cause is Cause.NO_CREDENTIALS)

"""What a look at a pod's pull secrets gives: evidence, and in one word what the kubelet would have sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.evidence.docker_config import PullSecret
from kubectl_imagepull.evidence.login_faults import HOPELESS, LoginFault, TokenLife
from kubectl_imagepull.evidence.refusal import Refusal
from kubectl_imagepull.vocabulary.secret_writer import SecretWriter


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
class MisplacedSecret:
    """A pull secret that is named where Kubernetes doesn't look."""

    #: The secret's name.
    name: str
    #: Where it is named, for a sentence: `container app`, `spec.imagePullSecret`.
    place: str
    #: Whether the namespace has such a secret; None where that wasn't read.
    exists: bool | None = None


@dataclass(frozen=True)
class PullSecretFindings:
    """What a look at a pod's pull secrets gave."""

    #: What there is to report of the secrets.
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

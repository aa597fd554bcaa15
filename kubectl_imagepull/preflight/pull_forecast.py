"""What is foretold of one image, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.preflight.image_places import ImagePlace
from kubectl_imagepull.registry.image_answer import ImageAnswer
from kubectl_imagepull.vocabulary.causes import Cause


class Outcome(str, Enum):
    """Whether the image will be pulled."""

    WILL_PULL = "willPull"
    WONT_PULL = "wontPull"
    CANT_TELL = "cantTell"
    #: No registry was to be asked, and nothing that can be seen without one is wrong.
    NOT_ASKED = "notAsked"


class Pinning(str, Enum):
    """What an image's name holds on to."""

    DIGEST = "digest"
    TAG = "tag"
    #: `latest`, written or not: another image tomorrow.
    LATEST = "latest"


@dataclass(frozen=True)
class PullForecast:
    """What is foretold of one image in one place."""

    #: Where it is named.
    place: ImagePlace
    #: Whether it will be pulled.
    outcome: Outcome
    #: One sentence that says why.
    why: str
    #: Why it can't be pulled, or may not; None where nothing is wrong.
    cause: Cause | None = None
    #: What to do, in a sentence; "" for nothing.
    fix: str = ""
    #: The full reference that the cluster reads it as; "" for an invalid one.
    reference: str = ""
    #: What its name holds on to; None for an invalid one.
    pinning: Pinning | None = None
    #: The pull policy that holds, also where none is written.
    policy: str = ""
    #: The namespace that it would run in.
    namespace: str = ""
    #: The service account that it would run under; "" where there is no pod.
    account: str = ""
    #: The pull secrets that hold for it, its service account's among them; None where that isn't known.
    secrets: tuple[str, ...] | None = None
    #: What else is to be known, a sentence each.
    notes: tuple[str, ...] = ()
    #: What the registry said; None where it wasn't asked.
    answer: ImageAnswer | None = field(default=None, repr=False)
    #: The platforms that it has to be for; () where none are known.
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckReport:
    """All that a check foretells."""

    #: In the order in which the images were named.
    forecasts: tuple[PullForecast, ...]
    #: What could not be looked at.
    skipped: tuple[Skipped, ...] = ()
    #: How many registries were asked.
    registries: int = 0
    #: How long it took, in seconds.
    seconds: float = 0.0

    def number(self, outcome: Outcome) -> int:
        """How many images have an outcome."""
        return sum(one.outcome is outcome for one in self.forecasts)

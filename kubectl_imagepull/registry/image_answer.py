"""What a registry says of one image, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class ImageState(str, Enum):
    """Whether a registry has an image for who asks."""

    FOUND = "found"
    TAG_MISSING = "tagMissing"
    REPOSITORY_MISSING = "repositoryMissing"
    #: It isn't there, and the registry doesn't tell whether the repository is.
    MISSING = "missing"
    #: Refused: it is private, or it isn't there and the registry hides that.
    REFUSED = "refused"
    #: Refused for a bill, a plan or a policy.
    BLOCKED = "blocked"
    RATE_LIMITED = "rateLimited"
    #: What is there is no container image.
    NO_IMAGE = "noImage"
    #: What came is not what its digest promises.
    CORRUPT = "corrupt"
    #: No answer that could be used.
    UNANSWERED = "unanswered"
    #: The policy kept the question from being asked.
    NOT_ASKED = "notAsked"


class LoginState(str, Enum):
    """What became of a login."""

    #: There is none, or none was needed.
    NOT_SENT = "notSent"
    #: The policy kept it from being sent.
    WITHHELD = "withheld"
    ACCEPTED = "accepted"
    REFUSED = "refused"


#: The states that tell nothing about the image.
UNTOLD = frozenset({ImageState.UNANSWERED, ImageState.NOT_ASKED, ImageState.RATE_LIMITED})


@dataclass(frozen=True)
class ProbeLogin:
    """A login for one registry; its values are shown nowhere."""

    #: Where it comes from, for a sentence: `secret regcred`, `your docker login`.
    source: str
    #: The user name.
    user: str = field(repr=False)
    #: The password or token.
    password: str = field(repr=False)
    #: Whether it is that of whoever runs the program, and not the pods'.
    is_own: bool = False


@dataclass(frozen=True)
class PullLimit:
    """How many pulls a registry lets the asker make."""

    #: So many in each window.
    limit: int
    #: So many are left.
    remaining: int
    #: The window, in seconds; 0 where it isn't said.
    window: int = 0
    #: Whom they are counted for: an address or a user; "" where it isn't said.
    counted_for: str = ""


@dataclass(frozen=True)
class TagList:
    """The tags of a repository."""

    #: Those that came, in the registry's order.
    tags: tuple[str, ...]
    #: Whether these are all.
    complete: bool


@dataclass(frozen=True)
class ImageAnswer:
    """What a registry says of one image."""

    #: Whether it has it.
    state: ImageState
    #: The registry's words or the reason why there are none, cleaned, for a sentence; "" where the state says it all.
    why: str = ""
    #: The HTTP status that decided; None where there is none.
    status: int | None = None
    #: The error code of the body: `MANIFEST_UNKNOWN`; "" for none.
    code: str = ""
    #: The login that was tried, by its source; "" for none.
    login: str = ""
    #: What became of that login.
    login_state: LoginState = LoginState.NOT_SENT
    #: What a token allows, as it says itself; None where it doesn't say.
    granted: tuple[str, ...] | None = None
    #: Whether it was found or refused without any login.
    anonymous: bool = True
    #: Whether the login was that of whoever runs the program, which says nothing about the pods'.
    own_login: bool = False
    #: Whether it was not asked because it is at a private address that the user didn't name.
    is_private: bool = False
    #: The digest that the reference leads to now; "" where it isn't known.
    digest: str = ""
    #: The platforms on offer, as OS/ARCHITECTURE[/VARIANT]; () where they were not looked at.
    platforms: tuple[str, ...] = ()
    #: Why the platforms were not looked at; "" where they were.
    platforms_unread: str = ""
    #: The repository's tags, where the asked one is missing; None where they could not be had.
    tags: TagList | None = None
    #: How many pulls are left, where the registry says so.
    limit: PullLimit | None = None
    #: How long the registry asks to wait, in seconds; None where it doesn't say.
    retry_after: float | None = None
    #: When it was asked.
    asked: datetime | None = None

    @property
    def tells(self) -> bool:
        """Whether the answer says anything about the image."""
        return self.state not in UNTOLD

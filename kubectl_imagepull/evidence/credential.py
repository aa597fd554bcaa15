"""A user name and a password -> what may be told of them: their form and their end, never themselves.

Facts: RFC 7519 (`exp` of a JSON Web Token), the payload of Amazon ECR's authorization tokens, and the user names that
the registries' documentations ask for. Nothing is sent anywhere.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Any

#: User names that are the same for everybody, and therefore may be shown.
KNOWN_USERS = frozenset(
    {
        "AWS",
        "BEARER_TOKEN",
        "_json_key",
        "_json_key_base64",
        "oauth2accesstoken",
        "_token",
        "<token>",
        "00000000-0000-0000-0000-000000000000",
        "iamapikey",
        "iambearer",
        "iamrefresh",
        "$oauthtoken",
        "oauth2",
        "gitlab-ci-token",
        "cr_temp_user",
    }
)
_JWT = re.compile(r"[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*\s*\Z")
#: What the passwords of a CI job begin with, which end with the job: GitLab's CI_JOB_TOKEN, GitHub's GITHUB_TOKEN.
_JOB_PASSWORDS = ("glcbt-", "ghs_")
_JOB_USER = "gitlab-ci-token"
_MOST = 1 << 16


class UserForm(str, Enum):
    """What a user name looks like, as far as a registry can mind."""

    NONE = "none"
    KNOWN = "known"
    #: Quotation marks that a shell or a YAML file should have taken off are part of it.
    QUOTED = "quoted"
    #: It begins or ends in white space.
    SPACED = "spaced"
    #: A $ stands in it with a backslash before it.
    ESCAPED_DOLLAR = "escaped dollar"
    WITH_SLASH = "slash"
    E_MAIL = "e-mail"
    #: `robot`, or `robot` and a sign that can't go on a variable's name: what a shell leaves of `robot$name`.
    ROBOT_WITHOUT_DOLLAR = "robot without dollar"
    #: The same of Tencent's `tcr$name`.
    TCR_WITHOUT_DOLLAR = "tcr without dollar"
    NUMBER = "number"
    WITH_AT = "at"
    OTHER = "other"


#: In the order in which they are tried.
_FORMS = (
    (UserForm.QUOTED, re.compile(r"(['\"]).*\1\Z", re.DOTALL)),
    (UserForm.SPACED, re.compile(r"\s|.*\s\Z", re.DOTALL)),
    (UserForm.ESCAPED_DOLLAR, re.compile(r".*\\\$", re.DOTALL)),
    (UserForm.WITH_SLASH, re.compile(r".*/", re.DOTALL)),
    (UserForm.E_MAIL, re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")),
    (UserForm.ROBOT_WITHOUT_DOLLAR, re.compile(r"robot(?:\Z|(?![A-Za-z0-9_$])[^$]*\+)")),
    (UserForm.TCR_WITHOUT_DOLLAR, re.compile(r"tcr(?![A-Za-z0-9_$])")),
    (UserForm.NUMBER, re.compile(r"[0-9]+\Z")),
    (UserForm.WITH_AT, re.compile(r"[^@]+@")),
)


@dataclass(frozen=True)
class Credential:
    """What may be told of a credential."""

    #: What the user name looks like.
    form: UserForm = UserForm.NONE
    #: The user name, only if everybody's is the same.
    user: str = ""
    #: Whether there is a password or token.
    has_password: bool = False
    #: Whether a line break is part of the password.
    ends_in_newline: bool = False
    #: Whether the password is a JSON object.
    is_json: bool = False
    #: Whether it is a CI job's own, and ends with the job.
    is_of_job: bool = False
    #: What kind of token the password is, if it says itself when it ends.
    token: str = ""
    #: When that token ends.
    expires: datetime | None = None
    #: Fields of the entry that the kubelet doesn't read.
    unread: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is sent: without a user name the runtimes pull as anybody."""
        return self.form is UserForm.NONE


def read_credential(user: str, password: str, unread: tuple[str, ...] = ()) -> Credential:
    """Tells what may be told of a user name and password."""
    token, expires = _expiry(password)
    return Credential(
        form=_form(user),
        user=user if user in KNOWN_USERS else "",
        has_password=bool(password),
        ends_in_newline=password.endswith(("\n", "\r")),
        is_json=isinstance(_json(password), dict),
        is_of_job=user == _JOB_USER or password.startswith(_JOB_PASSWORDS),
        token=token,
        expires=expires,
        unread=unread,
    )


def _form(user: str) -> UserForm:
    if not user:
        return UserForm.NONE
    if user in KNOWN_USERS:
        return UserForm.KNOWN
    return next((form for form, pattern in _FORMS if pattern.match(user)), UserForm.OTHER)


def _expiry(password: str) -> tuple[str, datetime | None]:
    if len(password) > _MOST:
        return "", None
    if match := _JWT.match(password):
        claims = _json(_unpacked(match[1]))
        end = _time(claims.get("exp")) if isinstance(claims, dict) else None
        return ("token", end) if end else ("", None)
    payload = _json(_unpacked(password.strip()))
    if isinstance(payload, dict) and "payload" in payload:
        end = _time(payload.get("expiration"))
        return ("ECR token", end) if end else ("", None)
    return "", None


def _unpacked(text: str) -> str:
    """The base64 in either alphabet, padded or not, as text; "" for anything else."""
    bare = text.rstrip("=").replace("+", "-").replace("/", "_")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", bare):
        return ""
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _json(text: str) -> Any:
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _time(seconds: Any) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None

"""Stand-ins of user names and passwords: each has the form of what it stands for."""

from __future__ import annotations

import pytest

from kubectl_imagepull.evidence.credential import KNOWN_USERS, UserForm, read_credential
from kubectl_imagepull.recorder.credential_stand_ins import CredentialStandIns

STAND_INS = CredentialStandIns(b"key")
USERS = {
    "me": UserForm.OTHER,
    "robot$team+ci": UserForm.OTHER,
    "robot+ci": UserForm.ROBOT_WITHOUT_DOLLAR,
    "robot": UserForm.ROBOT_WITHOUT_DOLLAR,
    "tcr-me": UserForm.TCR_WITHOUT_DOLLAR,
    "'me'": UserForm.QUOTED,
    '"': UserForm.OTHER,
    "\tme": UserForm.SPACED,
    "me\n": UserForm.SPACED,
    "a\\$b": UserForm.ESCAPED_DOLLAR,
    "a/b/c": UserForm.WITH_SLASH,
    "a@b.example": UserForm.E_MAIL,
    "42": UserForm.NUMBER,
    "eu@key": UserForm.WITH_AT,
    "a@b@c.d": UserForm.WITH_AT,
}


@pytest.mark.parametrize("user", USERS)
def test_a_user_name_keeps_its_form(user: str) -> None:
    made = STAND_INS.user(user)
    assert read_credential(user, "").form is USERS[user]
    assert read_credential(made, "").form is USERS[user]
    assert made == user == "robot" or made != user


@pytest.mark.parametrize("user", sorted(KNOWN_USERS))
def test_what_everybody_is_called_stays(user: str) -> None:
    assert STAND_INS.user(user) == user


def test_what_a_stand_in_looks_like() -> None:
    assert STAND_INS.user("robot$ci").startswith("robot$REDACTED-")
    assert STAND_INS.password("ghs_abcdef").startswith("ghs_REDACTED-")
    assert STAND_INS.user("") == STAND_INS.password("") == ""

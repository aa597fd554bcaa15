"""A user name and a password -> others of the same shape: evidence tells the same of them, and they open nothing.

Equal values get equal stand-ins, and unequal ones unequal, by a key that is made for one recording and written nowhere.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

from kubectl_imagepull.evidence.credential import KNOWN_USERS, UserForm, read_credential

#: What a stand-in begins with, so that whoever meets one knows it.
MARK = "REDACTED"
_DIGITS = 12
_JOB_PASSWORD = re.compile(r"glcbt-|ghs_")
_ENDS_IN_LINE_BREAK = re.compile(r"[\r\n]+\Z")
_AROUND = re.compile(r"(\s*).*?(\s*)\Z", re.DOTALL)


class CredentialStandIns:
    """Makes the stand-ins of one recording."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def tag(self, value: str) -> str:
        """A short text that is the same for the same value alone."""
        return hmac.new(self._key, value.encode(errors="surrogatepass"), sha256).hexdigest()[:_DIGITS]

    def user(self, user: str) -> str:
        """A user name of the same form; one that is everybody's stays as it is."""
        if not user or user in KNOWN_USERS:
            return user
        tag = self.tag(user)
        form = read_credential(user, "").form
        quote, (before, after) = user[0], _white_space_around(user)
        forms = {
            UserForm.QUOTED: f"{quote}{MARK}-{tag}{quote}",
            UserForm.SPACED: f"{before}{MARK}-{tag}{after}",
            UserForm.ESCAPED_DOLLAR: f"{MARK}\\${tag}",
            UserForm.WITH_SLASH: f"{MARK}/{tag}",
            UserForm.E_MAIL: f"{MARK}-{tag}@example.invalid",
            UserForm.ROBOT_WITHOUT_DOLLAR: "robot" if user == "robot" else f"robot-{MARK}+{tag}",
            UserForm.TCR_WITHOUT_DOLLAR: f"tcr-{MARK}-{tag}",
            UserForm.NUMBER: str(int(tag, 16)),
            UserForm.WITH_AT: f"{MARK}@{tag}",
        }
        dollar = next((name for name in ("robot$", "tcr$") if user.startswith(name)), "")
        return forms.get(form, f"{dollar}{MARK}-{tag}")

    def password(self, password: str) -> str:
        """A password of the same kind, with the same end where it is a token that tells its own."""
        if not password:
            return password
        shape, tag = read_credential("", password), self.tag(password)
        job = _JOB_PASSWORD.match(password)
        text = f"{job[0] if job else ''}{MARK}-{tag}"
        if shape.expires:
            seconds = shape.expires.timestamp()
            end = int(seconds) if seconds.is_integer() else seconds
            if shape.token == "ECR token":  # noqa: S105 - what it is called
                text = b64encode(json.dumps({"payload": f"{MARK}-{tag}", "expiration": end}).encode()).decode()
            else:
                text = ".".join((_packed({"alg": "none"}), _packed({"exp": end, "jti": tag}), MARK))
        elif shape.is_json:
            text = json.dumps({MARK: tag})
        line_break = _ENDS_IN_LINE_BREAK.search(password)
        return text + (line_break[0] if line_break else "")


def _white_space_around(text: str) -> tuple[str, str]:
    around = _AROUND.match(text)
    return (around[1], around[2]) if around else ("", "")


def _packed(content: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

"""What a registry asks for in a 401: a bearer token and from where, or a user and password.

Grammar: RFC 9110, section 11.6.1; parameters: distribution/distribution docs/content/spec/auth/token.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A header is somebody else's text; what is longer than any registry's is not looked at.
_MOST = 4096
_SCHEME = re.compile(r"(?:\A|,)\s*(Bearer|Basic)(?=\s|\Z)", re.IGNORECASE)
_PARAMETER = re.compile(r'([a-z]+)\s*=\s*(?:"([^"\\]*)"|([^\s",]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Challenge:
    """One way to log in that a registry offers."""

    #: Whether a token from a realm is asked for; else it is a user and password.
    wants_token: bool
    #: The URL that gives tokens; "" where none is named.
    realm: str = ""
    #: The service that a token is for.
    service: str = ""
    #: What a token has to allow: `repository:team/app:pull`.
    scope: str = ""


def parse_challenge(header: str) -> Challenge | None:
    """The first way to log in that can be used; None where there is none."""
    header = header[:_MOST]
    found = _SCHEME.search(header)
    if found is None:
        return None
    rest = header[found.end() :]
    following = _SCHEME.search(rest)
    pairs = _PARAMETER.findall(rest[: following.start()] if following else rest)
    values = {name.lower(): quoted or bare for name, quoted, bare in pairs}
    if found[1].lower() == "basic":
        return Challenge(wants_token=False)
    return Challenge(
        wants_token=True,
        realm=values.get("realm", ""),
        service=values.get("service", ""),
        scope=values.get("scope", ""),
    )

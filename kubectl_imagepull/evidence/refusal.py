"""Who it is that a registry refused, where its own words say so.

Facts: Amazon's error messages (`User: ARN is not authorized to perform: ACTION on resource: ARN because ...`), Google
Artifact Registry's (`Permission "..." denied on resource ...`, said only to who is logged in), Oracle's (`User
UserId(OCID) not authorized`, oracle-devrel/oke-credential-provider-for-ocir#2), and Amazon ECR's for a pull-through
cache whose own login is refused (aws/containers-roadmap#2354).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class IdentityKind(str, Enum):
    """What kind of identity a registry names."""

    AWS_ROLE = "AWS role"
    AWS_USER = "AWS user"
    #: A machine, by its own certificate.
    ORACLE_INSTANCE = "Oracle instance"
    ORACLE_USER = "Oracle user"
    #: A service account, or a login that Google doesn't name.
    GOOGLE = "Google account"


class LackingPolicy(str, Enum):
    """Which of Amazon's policies doesn't allow it, where the text says."""

    OF_IDENTITY = "identity-based"
    OF_RESOURCE = "resource-based"
    UNTOLD = ""


@dataclass(frozen=True)
class Identity:
    """Who was refused."""

    #: A role, a user, a service account of one cloud or another.
    kind: IdentityKind
    #: The role, user, e-mail address or OCID; "" where only that there is one is told.
    name: str = ""
    #: The AWS account that it belongs to.
    account: str = ""
    #: What it may not do: `ecr:BatchGetImage`.
    action: str = ""
    #: Which policy doesn't allow it.
    lacking: LackingPolicy = LackingPolicy.UNTOLD


@dataclass(frozen=True)
class Refusal:
    """What the words of a refused pull tell beside their cause."""

    #: Who was refused; None where the text names nobody.
    identity: Identity | None = None
    #: Whether the registry's own login at the registry that it caches was refused, and not the node's.
    is_upstreams: bool = False
    #: Whether it was the server that hands out the registry's tokens that answered.
    is_of_token_server: bool = False


_AWS = re.compile(
    r"User: arn:aws[a-z-]*:(?:sts|iam)::(?P<account>[0-9]{12}):(?P<kind>assumed-role|role|user)/"
    r"(?P<name>[A-Za-z0-9+=,.@_/-]{1,512}) is not authorized to perform: (?P<action>[a-z-]{1,40}:[A-Za-z]{1,60})"
    r"(?P<rest>[^\n]{0,400})"
)
_ORACLE = re.compile(r"UserId\((?P<ocid>ocid1\.(?P<kind>[a-z]+)\.[a-zA-Z0-9._-]*)\)")
_GOOGLE_PERMISSION = re.compile(r"[Pp]ermission [\"'](?:artifactregistry|storage)\.[A-Za-z.]+[\"'] denied")
_GOOGLE_ACCOUNT = re.compile(
    r"\b([a-z0-9-]{1,63}@(?:[a-z0-9-]{1,63}\.iam|developer|[a-z0-9-]{1,40}\.appspot|appspot)\.gserviceaccount\.com)\b"
)
_UPSTREAM = re.compile(r"[Aa]uthentication to the upstream registry failed|credentials for the upstream registry")
_TOKEN_SERVER = re.compile(r"bearer token|://[^\s\"]{1,300}/(?:token|auth|proxy_auth)(?:[?/\"\s:]|\Z)")
_RESOURCE = re.compile(r"because no (identity|resource)-based policy")


def read_refusal(text: str) -> Refusal:
    """Reads who a text says was refused."""
    return Refusal(_identity(text), _UPSTREAM.search(text) is not None, _TOKEN_SERVER.search(text) is not None)


def _identity(text: str) -> Identity | None:
    if named := _AWS.search(text):
        return _of_amazon(named)
    if named := _ORACLE.search(text):
        is_user = named["kind"] == "user"
        return Identity(IdentityKind.ORACLE_USER if is_user else IdentityKind.ORACLE_INSTANCE, named["ocid"])
    if named := _GOOGLE_ACCOUNT.search(text):
        return Identity(IdentityKind.GOOGLE, named[1])
    return Identity(IdentityKind.GOOGLE) if _GOOGLE_PERMISSION.search(text) else None


def _of_amazon(named: re.Match[str]) -> Identity:
    is_user = named["kind"] == "user"
    # a session's name stands behind the role's, and a path before a user's
    name = named["name"].rpartition("/")[2] if is_user else named["name"].partition("/")[0]
    because = _RESOURCE.search(named["rest"])
    return Identity(
        IdentityKind.AWS_USER if is_user else IdentityKind.AWS_ROLE,
        name,
        named["account"],
        named["action"],
        LackingPolicy(f"{because[1]}-based") if because else LackingPolicy.UNTOLD,
    )

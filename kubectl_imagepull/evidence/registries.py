"""Registries that nodes log in to by themselves, or that take user names of one form only.

Facts: the hosts that the clouds' credential providers match (cloud-provider-gcp pkg/gcpcredential, cloud-provider-aws
cmd/ecr-credential-provider, cloud-provider-azure pkg/credentialprovider), and the registries' documentations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubectl_imagepull.evidence.credential import Credential, UserForm

_ECR = re.compile(r"\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]+\Z")
_ECR_PUBLIC = re.compile(r"(?:public\.ecr\.aws|ecr-public\.aws\.com)\Z")
_GOOGLE = re.compile(r"(?:container\.cloud\.google\.com|(?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+\.pkg\.dev)\Z")
_AZURE = re.compile(r"[a-zA-Z0-9.-]+\.azurecr\.(?:io|cn|de|us)\Z")
_NOT_GOOGLE = frozenset({"k8s.gcr.io", "mirror.gcr.io"})
_GOOGLE_USERS = frozenset({"_json_key", "_json_key_base64", "oauth2accesstoken", "_token"})


@dataclass(frozen=True)
class _Form:
    """The user names that a registry takes, and how to say that this isn't one."""

    hosts: re.Pattern[str]
    users: frozenset[str]
    fault: str


_FORMS = (
    _Form(_ECR, frozenset({"AWS"}), "its user name is not AWS, the only one that Amazon ECR takes"),
    _Form(_ECR_PUBLIC, frozenset({"AWS"}), "its user name is not AWS, the only one that Amazon ECR takes"),
    _Form(
        _GOOGLE,
        _GOOGLE_USERS,
        "its user name is none of _json_key, _json_key_base64 and oauth2accesstoken, and Google's registries take no "
        "other",
    ),
    _Form(
        re.compile(r"(?:.+\.)?icr\.io\Z"),
        frozenset({"iamapikey", "iambearer", "iamrefresh"}),
        "its user name is not iamapikey, and IBM's registry takes no user's own",
    ),
)
_OCIR = re.compile(r"(?:.+\.)?ocir\.io\Z")


def is_ecr(registry: str) -> bool:
    """Whether a host is Amazon ECR's: its tokens live for 12 hours, and it never refuses an anonymous pull by a 403."""
    return bool(_ECR.match(registry))


def is_azure(registry: str) -> bool:
    """Whether a host is Azure Container Registry's, which answers 401 where others say 403."""
    return bool(_AZURE.match(registry))


def nodes_log_in(registry: str) -> bool:
    """Whether a cloud's nodes fetch credentials for this host by themselves."""
    if registry in _NOT_GOOGLE:
        return False
    return any(pattern.match(registry) for pattern in (_ECR, _ECR_PUBLIC, _GOOGLE, _AZURE))


def user_fault(registry: str, credential: Credential) -> str | None:
    """Why this registry never takes a user name of that form; None where nothing speaks against it."""
    if registry in _NOT_GOOGLE:
        return None
    for form in _FORMS:
        if form.hosts.match(registry) and credential.user not in form.users:
            return form.fault
    tenancy = credential.form is UserForm.WITH_SLASH or credential.user == "BEARER_TOKEN"
    if _OCIR.match(registry) and not tenancy:
        return "its user name has no tenancy in front, and Oracle's registry takes only TENANCY/USER"
    if _AZURE.match(registry) and credential.form is UserForm.E_MAIL:
        return "its user name is an e-mail address, and Azure's registry takes none"
    if _GOOGLE.match(registry) and credential.user == "_json_key" and not credential.is_json:
        return "its user name is _json_key, and its password is not the JSON of a key"
    return None

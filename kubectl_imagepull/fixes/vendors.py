"""Registries that have ways of their own: by which hosts to know them, and how one logs in there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubectl_imagepull.fixes.shell import Raw

#: The password stays out of the command, and without it kubectl refuses to create anything.
_ASKED = Raw('"$REGISTRY_PASSWORD"')
_ASKED_NOTE = "First put the password into REGISTRY_PASSWORD (read -rs REGISTRY_PASSWORD)."


@dataclass(frozen=True)
class Vendor:
    """A kind of registry: its name in runbooks, and what its user names look like.

    `user` and `note` are for the command that creates a secret; `from_node` says that nodes should log in by
    themselves, so that a secret is only the second choice; `self_hosted` that it is software for everybody.
    """

    name: str
    hosts: re.Pattern[str]
    user: str = "YOUR_USERNAME"
    note: str = ""
    from_node: bool = False
    self_hosted: bool = False


def _by_label(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[.-]){word}(?=[.:-]|\d|$)")


OTHER = Vendor("any registry", re.compile(""))
ECR = Vendor(
    "Amazon ECR",
    re.compile(r"^\d{12}\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+$"),
    user="AWS",
    note="It needs the AWS command line, logged in; the token lives for 12 hours.",
    from_node=True,
)
ECR_PUBLIC = Vendor("Amazon ECR Public", re.compile(r"^public\.ecr\.aws$"), user="AWS", note=ECR.note)
GOOGLE = Vendor(
    "Google Artifact Registry",
    re.compile(r"^(?:[a-z0-9-]+\.)?pkg\.dev$|^(?!k8s\.)(?:[a-z0-9-]+\.)?gcr\.io$"),
    user="_json_key",
    note="KEY_FILE.json is the key of a Google service account that may read there.",
    from_node=True,
)
VENDORS = (
    Vendor("Docker Hub", re.compile(r"^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)$")),
    ECR,
    ECR_PUBLIC,
    GOOGLE,
    Vendor("Azure Container Registry", re.compile(r"\.azurecr\.(?:io|cn|de|us)$"), from_node=True),
    Vendor("GitHub Container Registry", re.compile(r"^ghcr\.io$|^docker\.pkg\.github\.com$")),
    Vendor("Oracle OCIR", re.compile(r"(?:^|\.)ocir\.io$"), user="TENANCY/YOUR_USERNAME"),
    Vendor("IBM Container Registry", re.compile(r"(?:^|\.)icr\.io$"), user="iamapikey"),
    Vendor("Quay", _by_label("quay"), self_hosted=True),
    Vendor("GitLab", _by_label("gitlab"), self_hosted=True),
    Vendor("Harbor", _by_label("harbor"), user="robot$NAME", self_hosted=True),
    Vendor("Artifactory", _by_label("(?:artifactory|jfrog)"), self_hosted=True),
    Vendor("Nexus", _by_label("nexus"), self_hosted=True),
)

#: Registries that strangers run, with certificates that every system trusts.
PUBLIC = frozenset(vendor for vendor in VENDORS if not vendor.self_hosted)


def vendor_of(registry: str) -> Vendor:
    """Whose registry this is, as far as its host tells."""
    return next((vendor for vendor in VENDORS if vendor.hosts.search(registry)), OTHER)


def password_of(registry: str) -> Raw:
    """The password option for a secret: asked for by the shell, never written into the command."""
    vendor = vendor_of(registry)
    value = _ASKED
    if vendor is ECR and (match := ECR.hosts.search(registry)):
        value = Raw(f'"$(aws ecr get-login-password --region {match["region"]})"')
    elif vendor is ECR_PUBLIC:
        value = Raw('"$(aws ecr-public get-login-password --region us-east-1)"')
    elif vendor is GOOGLE:
        value = Raw('"$(cat KEY_FILE.json)"')
    return Raw(f"--docker-password={value}")


def login_note(registry: str) -> str:
    """What to have ready before a secret for this registry can be created."""
    return vendor_of(registry).note or _ASKED_NOTE

"""What registries write into their answers -> values: errors, limits, grants, manifests, tags.

Facts: opencontainers/distribution-spec spec.md (errors, tags), opencontainers/image-spec (index, manifest, config), and
Docker Hub's headers (docker/docs content/manuals/docker-hub/usage/pulls.md). All of it is somebody else's text.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from kubectl_imagepull.registry.exchange import RegistryReply
from kubectl_imagepull.registry.image_answer import PullLimit
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.redaction import redacted

INDEXES = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)
MANIFESTS = frozenset(
    {"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"}
)
#: What runtimes ask for; without the indexes registries answer that a tag isn't there which is.
MANIFEST_TYPES = ", ".join(sorted(INDEXES | MANIFESTS))
_IMAGE_CONFIGS = frozenset(
    {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"}
)
_LIMIT = re.compile(r"(\d{1,9})(?:;w=(\d{1,9}))?")
_CODE = re.compile(r"[A-Z_]{1,60}\Z")
_WORD = re.compile(r"[a-z0-9._-]{1,40}\Z")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_NEXT = re.compile(r'<([^<>\s]{1,2000})>\s*;\s*rel="?next"?')
_LONGEST_WORDS = 160
_MOST_PLATFORMS = 50


@dataclass(frozen=True)
class RegistryError:
    """What the body of a refusal says."""

    #: Its first code, `MANIFEST_UNKNOWN`; "" for none.
    code: str = ""
    #: Its first message, cleaned and cut; "" for none.
    message: str = ""
    #: Whether the body is a registry's at all, and no web page or the like.
    is_registrys: bool = False


@dataclass(frozen=True)
class ManifestContent:
    """What a manifest says of an image."""

    #: The platforms of an index.
    platforms: tuple[str, ...] = ()
    #: The digest of a single image's configuration, which names its platform; "" for none.
    config: str = ""
    #: What is there in place of a container image: a media type; "" where it is one.
    other_type: str = ""


def document_in(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; an empty one where it is anything else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def error_in(body: bytes) -> RegistryError:
    """What the body of a refusal says."""
    errors = document_in(body).get("errors")
    if not isinstance(errors, list):
        return RegistryError()
    first_error = errors[0] if errors and isinstance(errors[0], dict) else {}
    code, message = first_error.get("code"), first_error.get("message")
    return RegistryError(
        code if isinstance(code, str) and _CODE.match(code) else "",
        words(message) if isinstance(message, str) else "",
        is_registrys=True,
    )


def words(text: str) -> str:
    """Somebody else's words on one line, without secrets, cut to what a sentence can hold."""
    line = shown(" ".join(redacted(text[:2000]).split()))
    return line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 3]}..."


def limit_in(reply: RegistryReply) -> PullLimit | None:
    """How many pulls are left, from the headers; None where they don't say."""
    limit = _LIMIT.match(reply.headers.get("ratelimit-limit", ""))
    remaining = _LIMIT.match(reply.headers.get("ratelimit-remaining", ""))
    if not limit or not remaining:
        return None
    return PullLimit(
        int(limit[1]), int(remaining[1]), int(limit[2] or 0), words(reply.headers.get("docker-ratelimit-source", ""))
    )


def granted_by(token: str) -> tuple[str, ...] | None:
    """The actions that a JSON Web Token grants; None for a token that doesn't say."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - head, claims and signature
        return None
    try:
        claims = document_in(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    access = claims.get("access")
    if not isinstance(access, list):
        return None
    actions = [
        action
        for entry in access
        if isinstance(entry, dict) and isinstance(entry.get("actions"), list)
        for action in entry["actions"]
    ]
    return tuple(dict.fromkeys(action for action in actions if isinstance(action, str) and _WORD.match(action)))


def digest_in(reply: RegistryReply) -> str:
    """The digest that a reply names for its manifest; "" for none."""
    digest = reply.headers.get("docker-content-digest", "")
    return digest if _DIGEST.match(digest) else ""


def media_type_of(reply: RegistryReply) -> str:
    """The media type of a reply, without its parameters."""
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_manifest(body: bytes, media_type: str) -> ManifestContent:
    """What a manifest says of the image."""
    document = document_in(body)
    kind = document.get("mediaType")
    kind = kind if isinstance(kind, str) else media_type
    children = document.get("manifests")
    if kind in INDEXES or isinstance(children, list):
        listed = children if isinstance(children, list) else []
        found = (platform_in(child.get("platform")) for child in listed if isinstance(child, dict))
        return ManifestContent(tuple(dict.fromkeys(filter(None, found)))[:_MOST_PLATFORMS])
    config = document.get("config")
    if not isinstance(config, dict):
        return ManifestContent(other_type=words(kind) or "no manifest")
    config_type, digest = config.get("mediaType"), config.get("digest")
    if config_type not in _IMAGE_CONFIGS:
        named = document.get("artifactType") or config_type
        return ManifestContent(other_type=words(named) if isinstance(named, str) and named else "no image")
    return ManifestContent(config=digest if isinstance(digest, str) and _DIGEST.match(digest) else "")


def platform_in(value: Any) -> str:
    """A platform as OS/ARCHITECTURE[/VARIANT]; "" where it names none, as attestations do."""
    if not isinstance(value, dict):
        return ""
    parts = [value.get("os"), value.get("architecture"), value.get("variant")]
    named = [part for part in parts if isinstance(part, str) and _WORD.match(part)]
    return "/".join(named) if len(named) > 1 and "unknown" not in named else ""


def tags_in(body: bytes) -> tuple[str, ...]:
    """The tags on one page of a list; what can be none is left out."""
    tags = document_in(body).get("tags")
    return tuple(tag for tag in tags if isinstance(tag, str) and _TAG.match(tag)) if isinstance(tags, list) else ()


def next_page(reply: RegistryReply, url: str) -> str:
    """The URL of the next page of a list; "" for none."""
    found = _NEXT.search(reply.headers.get("link", "")[:4096])
    return urljoin(url, found[1]) if found else ""

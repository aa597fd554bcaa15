"""Image references: grammar, defaults and registry host.

The grammar is that of distribution/reference (reference.go, normalize.go, regexp.go); the default tag is the
kubelet's (kubernetes pkg/util/parsers).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

#: Docker Hub's name in references; the hosts that answer for it are other ones.
DOCKER_HUB = "docker.io"
_DOCKER_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\Z")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\Z")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\Z")
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_UPPER_HEX = re.compile(r"[A-F]")
_HEX64 = re.compile(r"[a-f0-9]{64}\Z")
#: What may divide a tag from its repository: not what stands before a port.
_TAG_COLON = re.compile(r":(?!\d+/)")
_MOST_NAME = 255
_MOST_TAG = 128


class InvalidReferenceError(ValueError):
    """The string is no valid image reference; the text says what is wrong with it."""


@dataclass(frozen=True)
class ImageReference:
    """A normalised image reference: `registry/path[:tag][@digest]`.

    `tag` is None where the reference has only a digest; a reference without both gets the tag `latest`,
    and `implied_tag` says so.
    """

    #: Host, with its port if it has one; `docker.io` where none is written.
    registry: str
    #: What stands between registry and tag; with `library/` where Docker Hub implies it.
    path: str
    #: The tag, also the implied `latest`; None where there is only a digest.
    tag: str | None
    #: `sha256:` and 64 digits, or another algorithm's; None for none.
    digest: str | None
    #: Whether nobody wrote the tag.
    implied_tag: bool = False

    @property
    def repository(self) -> str:
        """Registry and path, without tag and digest."""
        return f"{self.registry}/{self.path}"

    def __str__(self) -> str:
        """The full reference that the cluster tries."""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.repository}{tag}{digest}"


def parse(text: str) -> ImageReference:
    """Parses and normalises an image reference as the kubelet and the runtimes do.

    Raises InvalidReferenceError for a string that breaks the grammar.
    """
    if not text:
        raise InvalidReferenceError("it is empty")
    name, _, digest = text.partition("@")
    if "@" in text:
        _check_digest(digest)
    tag: str | None = None
    head, colon, tail = name.rpartition(":")
    if colon and "/" not in tail:
        name, tag = head, tail
        if not _TAG.match(tag):
            raise InvalidReferenceError(_tag_fault(tag))
    registry, path = _split_domain(name)
    for component in path.split("/"):
        if not _COMPONENT.match(component):
            raise InvalidReferenceError(_path_fault(path, component))
    if _HEX64.match(name):
        raise InvalidReferenceError("a name of 64 hexadecimal digits could be an image id")
    if len(registry) + 1 + len(path) > _MOST_NAME:
        raise InvalidReferenceError(f"the repository name is longer than {_MOST_NAME} characters")
    implied = tag is None and not digest
    return ImageReference(registry, path, "latest" if implied else tag, digest or None, implied)


@lru_cache(maxsize=4096)
def try_parse(text: str) -> ImageReference | None:
    """The parsed reference, or None for a string that is none."""
    try:
        return parse(text)
    except InvalidReferenceError:
        return None


def registry_of(host: str) -> str:
    """The registry that a host answers for: Docker Hub's own hosts are docker.io, any other is itself."""
    return DOCKER_HUB if host in _DOCKER_HUB_HOSTS else host


def fault_of(text: str) -> str | None:
    """What is wrong with an image reference, in words; None for a valid one."""
    try:
        parse(text)
    except InvalidReferenceError as error:
        return str(error)
    return None


def registry_named(text: str) -> str | None:
    """The registry that a reference names or leaves to the default; None where its host can't be one.

    The rest of the reference is not looked at.
    """
    host, slash, _ = text.partition("/")
    if not _is_domain(host, slash):
        return DOCKER_HUB
    return registry_of(host) if _DOMAIN.match(host) else None


def _is_domain(host: str, slash: str) -> bool:
    return bool(slash) and ("." in host or ":" in host or host == "localhost" or host.lower() != host)


def _split_domain(name: str) -> tuple[str, str]:
    host, slash, rest = name.partition("/")
    if not _is_domain(host, slash):
        return DOCKER_HUB, name if slash else f"library/{name}"
    if not _DOMAIN.match(host):
        raise InvalidReferenceError(_domain_fault(name, host))
    if host in {"index.docker.io", DOCKER_HUB}:
        return DOCKER_HUB, rest if "/" in rest else f"library/{rest}"
    return host, rest


def _check_digest(digest: str) -> None:
    if not _DIGEST.match(digest):
        raise InvalidReferenceError("what follows the @ isn't a digest (sha256: and 64 hexadecimal digits)")
    algorithm, _, value = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        raise InvalidReferenceError(f"the digest algorithm {algorithm} is not supported")
    if len(value) != length:
        raise InvalidReferenceError(f"a {algorithm} digest has {length} hexadecimal digits, this one has {len(value)}")
    # distribution's grammar takes them, and go-digest, which it asks last, doesn't
    if _UPPER_HEX.search(value):
        raise InvalidReferenceError("the digits a to f of a digest are lower-case")


def _template_fault(text: str) -> str | None:
    if re.search(r"\{\{|\}\}|\$\{|\$\(|\$[A-Za-z_]|[<>]", text):
        return "it contains a template or variable that was never filled in"
    if re.search(r"\s", text):
        return "it contains white space"
    if '"' in text or "'" in text:
        return "it contains a quotation mark"
    return None


def _tag_fault(tag: str) -> str:
    if not tag:
        return "nothing follows the colon: the tag is empty"
    if len(tag) > _MOST_TAG:
        return f"the tag is longer than {_MOST_TAG} characters"
    if "+" in tag:
        return "a tag can't contain + (write 1.2.3-build for 1.2.3+build)"
    return _template_fault(tag) or f"the tag {tag} contains a character that tags can't have"


def _domain_fault(name: str, host: str) -> str:
    if name.startswith(("http:", "https:")):
        return "it starts with a scheme; an image reference has no http:// or https://"
    if host.lower() != host and "." not in host and ":" not in host and not re.search(r"[^A-Za-z0-9._/-]", name):
        return "it has upper-case letters; a repository name is lower-case"
    return _template_fault(name) or f"{host} isn't a valid registry host"


def _path_fault(path: str, component: str) -> str:
    fault = _template_fault(path)
    if fault:
        return fault
    if path.lower() != path and _COMPONENT.match(component.lower()):
        return "it has upper-case letters; a repository name is lower-case"
    if not component:
        return "a part of the name between two slashes is empty"
    if ":" in component:
        return "it has two tags, or a colon in the middle of the name"
    return f"{component} isn't a valid part of a repository name"


def same_image(one: str, other: str) -> bool:
    """Whether two references name the same image, however they are abbreviated; a digest outranks the tag."""
    if one == other:
        return True
    left, right = try_parse(one), try_parse(other)
    if left is None or right is None or left.repository != right.repository:
        return False
    if left.digest or right.digest:
        return left.digest == right.digest
    return left.tag == right.tag


def repository_named(text: str) -> str:
    """The repository that a text names, also where its tag or its capitals break the grammar; "" if it names none."""
    name = text.partition("@")[0]
    # a tag that breaks the grammar may hold slashes and colons
    places = [found.start() for found in _TAG_COLON.finditer(name[: _MOST_NAME + 1])][::-1]
    for head in (text, name, *(name[:place] for place in places)):
        is_host = head != text and "/" not in head and "/" in name and "." in head
        reference = None if is_host else try_parse(head) or try_parse(head.lower())
        if reference:
            return reference.repository
    return ""

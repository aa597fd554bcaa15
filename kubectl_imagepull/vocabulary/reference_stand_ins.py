"""Stand-ins for image references, URLs and paths, in the same form: a fault of a reference stays."""

from __future__ import annotations

import re
from itertools import pairwise

from kubectl_imagepull.vocabulary.host_stand_ins import HostStandIns
from kubectl_imagepull.vocabulary.public_names import PATH_WORDS, SYSTEM_DIRECTORY, SYSTEM_NAMES
from kubectl_imagepull.vocabulary.stand_in_table import StandInTable

#: A runtime's own API over a socket: no host stands there.
_SOCKET = re.compile(r"\w+://(?:%2[Ff]|[^/]*\.sock\b|docker(?:\.sock)?/|localhost/v1\.\d\d/)")
_LETTER = re.compile(r"[a-z]")
_CAPITAL = re.compile(r"[A-Z]")
_DIGIT = re.compile(r"\d")
_ID = re.compile(r"\b[0-9a-f]{12,64}\b")
_HEX = re.compile(r"[0-9a-f]")
#: What a sentence puts behind a URL or path.
SENTENCE_END = ":,;.)]}"


class ReferenceStandIns:
    """Gives image references, URLs and paths their stand-ins."""

    def __init__(self, table: StandInTable, hosts: HostStandIns) -> None:
        self._table = table
        self._hosts = hosts

    def image(self, reference: str) -> str:
        """An image reference with stand-ins; one that is invalid keeps its faults."""
        if "://" in reference:
            return self.url(reference)
        name, at, digest = reference.partition("@")
        head, colon, tag = name.rpartition(":")
        if not colon or "/" in tag:
            head, colon, tag = name, "", ""
        host, slash, path = head.partition("/")
        parts = [self._hosts.host(host)] if _is_host(host, slash) else []
        components = path.split("/") if parts else head.split("/")
        parts += [self._component("path", one) for one in components]
        written = "/".join(parts) + colon + (self._component("tag", tag) if tag else "")
        return f"{written}{at}{self.digest(digest) if digest else ''}"

    def url(self, url: str) -> str:
        """A URL with stand-ins; what is the same in every registry's API stays."""
        if _SOCKET.match(url):
            return self._text_in_url(url)
        kept = url.rstrip(SENTENCE_END)
        if kept != url:
            return self.url(kept) + url[len(kept) :]
        scheme, mark, rest = url.partition("://")
        if rest.startswith("/"):
            return f"{scheme}{mark}{self.path(rest)}"
        path, question, query = rest.partition("?")
        host, slash, path = path.partition("/")
        login, at, host = host.rpartition("@")
        written = f"{scheme}{mark}{'user@' if at and login else ''}{self._hosts.host(host)}{slash}{self.segments(path)}"
        return f"{written}{question}{'&'.join(map(self._parameter, query.split('&'))) if query else ''}"

    def _text_in_url(self, url: str) -> str:
        """The URL of a socket: only the ids in it are somebody's."""
        return _ID.sub(
            lambda found: self._table.stand_in("id", found[0], lambda number: f"{number:x}".rjust(len(found[0]), "0")),
            url,
        )

    def segments(self, path: str) -> str:
        """A URL's path; what stands behind `manifests` is a tag or a digest."""
        before = ("", *path.split("/"))
        return "/".join(self._segment(one, "tag" if left == "manifests" else "path") for left, one in pairwise(before))

    def _segment(self, segment: str, kind: str = "path") -> str:
        """A part of a URL's path; what stands behind a colon is a tag or a digest."""
        if segment.lower() in PATH_WORDS or not segment or self._table.is_given(segment):
            return segment
        if segment.startswith(("sha256:", "sha384:", "sha512:")):
            return self.digest(segment)
        reference, at, digest = segment.partition("@")
        name, colon, tag = reference.partition(":")
        written = f"{self._component(kind, name)}{colon}{self._component('tag', tag) if tag else ''}"
        return f"{written}{at}{self.digest(digest) if digest else ''}"

    def _parameter(self, parameter: str) -> str:
        name, sign, value = parameter.partition("=")
        if name == "service":
            return f"{name}{sign}{self._hosts.host(value)}"
        if name == "scope":
            kind, _, rest = value.replace("%3A", ":").replace("%2F", "/").partition(":")
            path, _, rights = rest.rpartition(":")
            return f"{name}{sign}{kind}:{self.segments(path)}:{rights}"
        return f"{name}{sign}{self._table.name('value', value)}" if sign and value else parameter

    def path(self, text: str) -> str:
        """A path of a file or of an API; directories that every node has stay."""
        kept = text.rstrip(SENTENCE_END)
        if kept != text:
            return self.path(kept) + text[len(kept) :]
        if text.startswith("/v2/") or text == "/v2":
            return self.segments(text)
        parts = text.split("/")
        if SYSTEM_DIRECTORY.match(text):
            return "/".join(one if self._is_system(one) else self._component("directory", one) for one in parts)
        return "/".join(self._component("directory", one) if one else "" for one in parts)

    def _is_system(self, part: str) -> bool:
        return part in SYSTEM_NAMES or part.isdecimal() or not part or self._table.is_given(part)

    def _component(self, kind: str, text: str) -> str:
        """The stand-in of a path's component or a tag; one that breaks the grammar keeps its form, and so its fault."""
        if text in PATH_WORDS or self._table.is_given(text):
            return text
        if self._table.kind_of(text):
            return self._table.name(self._table.kind_of(text), text)
        if (
            kind != "directory"
            and not re.fullmatch(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*", text)
            and not (kind == "tag" and re.fullmatch(r"[\w][\w.-]{0,127}", text))
        ):
            return _DIGIT.sub("1", _CAPITAL.sub("A", _LETTER.sub("a", text)))
        return self._table.name(kind, text)

    def digest(self, text: str) -> str:
        """A digest of the same algorithm and length."""
        algorithm, _, digits = text.partition(":")
        number = self._table.stand_in("digest", digits, lambda count: f"{count:x}".rjust(len(digits), "0"))
        return f"{algorithm}:{number}" if _HEX.match(digits.lower()) else text


def _is_host(host: str, slash: str) -> bool:
    return bool(slash) and ("." in host or ":" in host or host == "localhost")

"""Stand-ins for private names in texts that go to strangers: the same one for the same name, in the same form.

A name is known beforehand (a pod's, a namespace's), or it is found by its form: a URL, an address, an image, a host.
What stays is what software says in the same words to everybody: hosts of public registries, paths of the registries'
API, media types. No program knows all names of a site, so people have to read the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from kubectl_imagepull.vocabulary.host_stand_ins import HostStandIns
from kubectl_imagepull.vocabulary.public_names import (
    FILE_ENDINGS,
    MEDIA_TYPES,
    MODULE_BEGINNINGS,
    OPERATING_SYSTEMS,
    PATH_WORDS,
)
from kubectl_imagepull.vocabulary.reference_stand_ins import ReferenceStandIns
from kubectl_imagepull.vocabulary.stand_in_table import StandInTable

#: Behind these words stands a name that has no form of its own.
_BEFORE_NAMES = "|".join(
    words.replace(" ", "[ ]")
    for words in (
        *("manifest for", "access denied for", "repository", "lookup", "secrets?", "namespace", "pods?", "nodes?"),
        *(
            "project",
            "[Uu]ser",
            "username",
            "account",
            "tenant",
            "organization",
            "principal",
            "container",
            "pull image",
        ),
        *("pulling image", "artifact", "[Tt]ag", "bucket", "group", "role", "team", "cluster", "context", "workspace"),
        *("host", "[Rr]eading manifest", "[Ff]etching manifest", "image"),
    )
)
#: The forms by which names are known in texts.
FORMS = re.compile(
    rf"""
      (?P<time>\b\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\w.:+-]*)
    | (?P<url>\b[a-z][a-z0-9+.-]{{1,15}}://[^\s"'<>\\`]+)
    | (?P<arn>\barn:aws[\w-]*:[\w-]+:[^\s"',\\]+)
    | (?P<uuid>\b[0-9a-fA-F]{{8}}-(?:[0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}\b)
    | (?P<digest>\b(?:sha256|sha384|sha512):[0-9a-fA-F]{{6,}})
    | (?P<ipv6>(?<![\w:.])(?:(?:[0-9a-fA-F]{{1,4}}:){{5,7}}[0-9a-fA-F]{{1,4}}
        |(?:[0-9a-fA-F]{{1,4}}:){{1,6}}:(?:[0-9a-fA-F]{{1,4}}(?::[0-9a-fA-F]{{1,4}})*)?)(?![\w:]))
    | (?P<ipv4>(?<![\w.-])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\w.-]*/)(?![\w-]|\.\w))
    | (?P<email>\b[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+)
    | (?P<path>(?<![\w>.$}}])/[\w.@+~%-]+(?:/[\w.@+~%:=,-]+)*)
    | (?P<windows>\b[A-Za-z]:\\[^\s"',;]*[^\s"',;:])
    | (?P<reference>(?<![\w/.@-])[A-Za-z0-9][\w.-]*(?::\d{{1,5}})?(?:/[\w.$%{{}}+-]+)+(?::[\w.$%{{}}-]+)?
        (?:@sha\d+:[0-9a-fA-F]+)?)
    | (?P<host>(?<![\w/.@-])[A-Za-z0-9*](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*
        \.[A-Za-z]{{2,24}}(?![\w/=-]))
    | (?P<tagged>(?<![\w/.@:=-])[a-z0-9][a-z0-9._-]*:\w[\w.-]*(?=:[ ]|[ ,]|\Z))
    | (?P<before>\b(?:{_BEFORE_NAMES})[ ]+\(?)(?P<named>[\w][\w.-]*(?::[\w.-]*\w)?)(?=[\s,:;)\]]|\.(?:\s|\Z)|\Z)
    | (?P<quoted>\\?"\w(?:[^"\s/\\]{{0,254}}\w)?\\?")(?![ ]?:[ ]?(?:[\["{{\d\\]|true|false|null))
    | (?P<authority>(?<=certificate[ ])\\?"[^"\\]{{1,256}}\\?")
    | (?P<hexadecimal>\b(?=\w*\d)[0-9a-f]{{12,64}}\b)
    | (?P<long>(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{{32,}})
    | (?P<number>(?<![\w.-])\d{{12}}(?![\w.-]))
    """,
    re.VERBOSE,
)
_PORT = re.compile(r":\d{1,5}\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_DIGEST = re.compile(r"sha(?:256|384|512):[0-9a-fA-F]{6,}\Z")
_CODE = re.compile(r"[A-Z][A-Z_]+\Z")
_NAMING = re.compile(r"[A-Za-z0-9]")
#: From the number of names of a kind so far to the stand-in of one more.
_Maker = Callable[[int], str]


class StandIns:
    """Gives each private name a stand-in, and keeps it."""

    def __init__(self, known: Mapping[str, Iterable[str]] | None = None, kept: Collection[str] = ()) -> None:
        """`known` are names by what they name (`pod`, `namespace`); `kept` are words in small letters that stay.

        A known name that is such a word is replaced only where what stands around it shows that it is a name.
        """
        self._kept = kept
        self._table = StandInTable(known or {})
        self._hosts = HostStandIns(self._table)
        self._references = ReferenceStandIns(self._table, self._hosts)
        self._known = self._known_names()

    def text(self, text: str) -> str:
        """The text with stand-ins."""
        return FORMS.sub(self._of_form, self._known.sub(self._of_known, text) if self._known else text)

    def image(self, reference: str) -> str:
        """An image reference with stand-ins; one that is invalid keeps its faults."""
        return self._references.image(reference)

    def host(self, host: str) -> str:
        """A host, perhaps with a port, with a stand-in unless everybody knows it."""
        return self._hosts.host(host)

    def name(self, kind: str, name: str) -> str:
        """The stand-in of a name: `pod1`."""
        return self._table.name(kind, name)

    def _known_names(self) -> re.Pattern[str] | None:
        """What finds the known names: the longest first, for one may hold another."""
        patterns = []
        for name in sorted(filter(_NAMING.search, self._table.kinds), key=len, reverse=True):
            written = re.escape(name)
            if name.lower() in self._kept:
                # a word of the message, unless something other than a space stands beside it
                patterns.append(rf"(?<=[\"'/_@(=]){written}(?![\w-])|(?<![\w-]){written}(?=[\"'/_@)])")
            else:
                patterns.append(rf"(?<![\w.-]){written}(?![\w-]|\.\w)")
        return re.compile("|".join(patterns)) if patterns else None

    def _of_known(self, found: re.Match[str]) -> str:
        name = found[0]
        kind = self._table.kind_of(name)
        if kind == "image":
            return self._references.image(name)
        return self._hosts.host(name) if kind == "registry" else self._table.name(kind, name)

    def _of_form(self, found: re.Match[str]) -> str:
        form, text = found.lastgroup or "", found[0]
        if form == "named":
            return found["before"] + self._named(found["named"])
        looks: Mapping[str, Callable[[str], str]] = {
            "time": str,
            "url": self._references.url,
            "digest": self._references.digest,
            "ipv4": self._hosts.address,
            "ipv6": self._hosts.address,
            "path": self._references.path,
            "reference": self._reference,
            "host": self._word_with_dots,
            "tagged": self._named,
            "quoted": self._quoted,
        }
        return looks[form](text) if form in looks else self._plain(form, text)

    def _word_with_dots(self, text: str) -> str:
        return self._hosts.host(text) if self._looks_like_a_host(text) else text

    def _plain(self, form: str, text: str) -> str:
        """The stand-in of what needs no look inside."""
        if form == "number":
            return "111122223333"
        if form == "authority":
            inner = text.strip('\\"')
            return text.replace(inner, self._table.name("authority", inner))
        kind, made = _made(form, text)
        return self._table.stand_in(kind, text, made)

    def _named(self, name: str) -> str:
        if self._stays(name.partition(":")[0]):
            return name
        return self._with_colon(name) if ":" in name else self._form_or_name(name)

    def _stays(self, name: str) -> bool:
        return name.lower() in self._kept or name.isdecimal() or self._table.is_given(name)

    def _with_colon(self, name: str) -> str:
        """A host and port where the host is known by now, else an image and its tag, or an end that is a digest."""
        if digest := _DIGEST.search(name):
            return name[: digest.start()] + self._references.digest(digest[0])
        port = _PORT.search(name)
        is_host = port is not None and self._table.has("registry", name[: port.start()].lower())
        return self._hosts.host(name) if is_host else self._references.image(name)

    def _form_or_name(self, name: str) -> str:
        if FORMS.fullmatch(name):
            return FORMS.sub(self._of_form, name)
        return self._table.name("name", name)

    def _quoted(self, text: str) -> str:
        inner = text.strip('\\"')
        begin, end = (
            text[: text.index(inner)] if inner else "",
            text[len(text) - len(text.lstrip('\\"')) + len(inner) :],
        )
        if not inner or inner.lower() in self._kept or _CODE.match(inner) or self._table.is_given(inner):
            return text
        if inner.isdecimal() or _TIME.match(inner):
            return text
        return f"{begin}{self._with_colon(inner) if ':' in inner else self._form_or_name(inner)}{end}"

    def _reference(self, text: str) -> str:
        """What holds a slash: an image, unless it is something that software says to everybody."""
        first, _, rest = text.partition("/")
        words = [one.lower() for one in re.split(r"[/:]", text)]
        if first in MEDIA_TYPES or first in OPERATING_SYSTEMS or first == "github.com":
            return text
        if first == "projects":
            return self._references.segments(text)
        if all(one in self._kept or one in PATH_WORDS or len(one) == 1 or one.isdecimal() for one in words):
            return text
        if first in {"v2", "v1"}:
            return f"{first}/{self._references.segments(rest)}"
        return self._references.image(text)

    def _looks_like_a_host(self, text: str) -> bool:
        labels = text.split(".")
        if text.lower() in self._kept or labels[-1].lower() in FILE_ENDINGS or labels[0] in MODULE_BEGINNINGS:
            return False
        # Client.Timeout is none, nor is a class
        return text.lower() == text or text.upper() == text


def _made(form: str, text: str) -> tuple[str, _Maker]:
    """The kind of a form, and what makes its stand-ins, which keep the form."""
    if form == "arn":
        service = text.split(":")[2]
        return "arn", lambda number: f"arn:aws:{service}::111122223333:resource{number}"
    if form == "uuid":
        return "uuid", lambda number: f"00000000-0000-4000-8000-{number:012}"
    if form == "email":
        return "user", lambda number: f"user{number}@example.com"
    if form == "windows":
        return "directory", lambda number: f"C:\\directory{number}"
    if form == "hexadecimal":
        return "id", lambda number: f"{number:x}".rjust(len(text), "0")
    return "token", lambda number: f"TOKEN{number}"

"""Takes names, addresses, paths and times out of a text: placeholders can't trigger a rule.

What stands in quotation marks is a name, unless it is a sentence: no valid reference, tag, host or name of a Kubernetes
object holds a space, so a sentence in quotation marks is an error inside an error and is read like any other text.
"""

from __future__ import annotations

import re

from kubectl_imagepull.messages.body import spelled_out
from kubectl_imagepull.messages.escapes import unescaped

#: Names by their own form, wherever they stand. The look-ahead skips what none of them can begin with: it is fast.
_NAMES = re.compile(
    r"""(?=["/\[]|\b[hds\d])(?:
      (?P<quoted_url>"(?P<quoted_scheme>https?)://(?P<quoted_host>[^/"?\s]*)[^"]*")
    | (?P<url>\b(?P<scheme>https?)://(?P<host>[^/"?\s,;)]*)[^"\s]*)
    | (?P<quoted>"(?:[^"\\]+|\\[\s\S])*(?:(?P<closed>")|\\?\Z))
    | (?P<docker>docker://\S+?(?=:?(?:\s|$)))
    | (?P<digest>\b(?:sha256|sha384|sha512):[0-9a-fA-F]{8,})
    | (?P<time>\b\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d:\d\d[^\s,;)]*)
    | (?P<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.]*/)|\[[0-9a-fA-F:]*:[0-9a-fA-F:.]*\](?::\d+)?)
    | (?P<path>(?<![\w<>:/.])/[^\s:"',;)]+)
    )""",
    re.VERBOSE,
)
#: Names that have no form of their own (an image is any word), by the words around them.
_POSITIONS = re.compile(
    r"""\b(?=[a-uA-U])(?:
      (?P<resolve>failed\ to\ resolve\ (?:reference\ <q>|image):)\ \S+:(?=\ not\ found)
    | (?P<resolve_ref>failed\ to\ resolve\ ref)\ \S+:(?=\ not\ found)
    | (?P<reading>(?:[Rr]eading|[Ff]etching)\ manifest)\ \S+\ (?P<in>in)\ \S+:(?=\s)
    | (?P<ping>[Pp]inging\ (?:container|docker)\ registry)\ \S+:(?=\s)
    | (?P<lookup>(?<!registry\ )lookup)\ (?P<lookup_host>\S+?)(?:\ on\ \S+?)?(?::(?=\s)|\s*\Z)
    | (?P<from_host>pulling\ from\ host)\ (?P<status_host>\S+)\ failed\ with\ status\ code\ \[[^\]\n]*\](?=:)
    | (?P<manifest>manifest\ for)\ \S+(?=\ not\ found)
    | (?P<repository>repository)\ \S+(?=\ not\ found)
    | (?P<denied>pull\ access\ denied\ for)\ [^,\s]+(?=,)
    | (?P<failed>image\ pull\ failed\ for)\ \S+(?=\ because)
    | (?P<artifact>artifact)\ \S+(?=\ not\ found)
    | (?P<tag>[Tt]ag)\ \S+(?=\ not\ found)
    | (?P<v1_image>image)\ (?!<)\S+(?=\ not\ found)
    | (?P<blocked>registry)\ \S+(?=\ is\ blocked)
    | (?P<secrets>image\ pull\ secrets)\ \([^)\n]{0,2000}\)
    | (?P<trying>[Tt]rying\ to\ pull(?:\ repository)?)\ \S+
    | (?P<provider>plugin\ \S+\ for\ image)\ \S+(?=:\s)
    | (?P<cancel>[Cc]ancel\ pulling\ image)\ \S+(?=\ because)
    | (?P<unable>unable\ to\ pull)\ (?!<)\S+:(?=\s)
    | (?P<pull>failed\ to\ pull\ image)\ (?!<q>)\S+:(?=\s)
    )""",
    re.VERBOSE,
)
#: A sentence has a space between words; what holds none is a name.
_SENTENCE = re.compile(r"[A-Za-z:,.>)\]]\s+\S")
#: What stands behind these words is a name whatever it looks like: an image's may be any text where it is invalid.
_NAMED = re.compile(
    r"\b(?:image|tag|name|reference|ref|repository|registry|secret|container|pod|snapshot|as|create|for|[Ff]ield"
    r"|resource|permission|Permission)s? \Z"
)
_MOST_LEVELS = 5
_BLANK = re.compile(r"\s*\n\s*| [ \t]+")
#: What kubelet and gRPC put before the runtime's error.
_PREFIX = re.compile(
    r"(?:\(combined from similar events\): |Failed to pull image <q>: |Back-off pulling image <q>: \w+: "
    r"|Error: |Error response from daemon: |ErrImagePull: |rpc error: code = \w+ desc = )+"
)
_PLACEHOLDERS = {"docker": "<ref>", "digest": "<digest>", "time": "<time>", "address": "<ip>"}
_URL_END = ":,;.)]}"
#: A runtime's own API, which is asked by HTTP over a socket: no host answers there.
_SOCKET = re.compile(r"://(?:%2[Ff]|[^/]*\.sock\b|docker(?:\.sock)?/|localhost/v1\.\d\d/)")


def _without_login(host: str) -> str:
    return host.rpartition("@")[2]


class Redactor:
    """Replaces names by placeholders and collects the hosts among them."""

    def __init__(self) -> None:
        #: The hosts of all URLs, in the order of the text.
        self.hosts: list[str] = []
        #: The host that answered with a status, where no URL names it.
        self.status_host: str | None = None
        #: The host whose look-up failed.
        self.lookup: str | None = None
        self._level = 0

    def redact(self, text: str) -> str:
        """The text with placeholders for names."""
        return _POSITIONS.sub(self._replace_by_position, self._without_names(text))

    def _without_names(self, text: str) -> str:
        return _NAMES.sub(self._replace_by_form, text)

    def _replace_by_form(self, name: re.Match[str]) -> str:
        form, text = name.lastgroup or "", name[0]
        if form == "quoted_url":
            return self._address_of(name["quoted_scheme"], name["quoted_host"], text)
        if form == "url":
            # a sentence's punctuation belongs to the sentence
            kept = text.rstrip(_URL_END)
            host = name["host"].rstrip(_URL_END)
            return self._address_of(name["scheme"], host, text) + text[len(kept) :]
        if form == "quoted":
            return self._unfolded(name, text)
        if form == "path":
            # a rule may ask which socket or certificate it is
            return text if text.endswith((".sock", ".crt", ".pem")) else "<path>"
        return _PLACEHOLDERS[form]

    def _address_of(self, scheme: str, host: str, text: str) -> str:
        """What stands for a URL: whether it leaves the node, by which scheme, and whether a blob is asked for."""
        if _SOCKET.match(text, len(scheme) + text.startswith('"')):
            return "<socket>"
        self.hosts.append(_without_login(host))
        if scheme != "https":
            return "<http-url>"
        return "<blob-url>" if "/blobs/" in text else "<url>"

    def _unfolded(self, name: re.Match[str], text: str) -> str:
        """What stands in quotation marks: a placeholder for a name, else the sentence without its names."""
        if not name["closed"]:
            # the text was cut off, and this may be the error itself
            return text
        if self._level == _MOST_LEVELS or not _SENTENCE.search(text):
            return "<q>"
        start = name.start()
        if _NAMED.search(name.string, max(0, start - 16), start):
            return "<q>"
        self._level += 1
        inner = self._without_names(spelled_out(unescaped(text[1:-1])))
        self._level -= 1
        return f'"{inner}"'

    def _replace_by_position(self, name: re.Match[str]) -> str:
        position = name.lastgroup or ""
        if position == "lookup_host":
            self.lookup = name[position]
            return "lookup <host>:"
        if position == "status_host":
            self.status_host = name[position]
            return f"{name['from_host']} <host> failed with status code"
        if position == "in":
            return f"{name['reading']} <ref> in <ref>:"
        colon = ":" if name[0].endswith(":") else ""
        return f"{name[position]} <ref>{colon}"


def without_prefix(head: str) -> str:
    """A redacted head in one line, without the kubelet's and gRPC's beginnings."""
    if "\n" in head or "  " in head:
        head = _BLANK.sub(" ", head)
    head = head.strip()
    prefix = _PREFIX.match(head)
    return head[prefix.end() :] if prefix else head

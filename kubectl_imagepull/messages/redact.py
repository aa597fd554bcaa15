"""Takes names, addresses, paths and times out of a text: placeholders can't trigger a rule."""

from __future__ import annotations

import re

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
    r"""\b(?=[a-tA-T])(?:
      (?P<resolve>failed\ to\ resolve\ (?:reference\ <q>|image):)\ \S+:(?=\ not\ found)
    | (?P<resolve_ref>failed\ to\ resolve\ ref)\ \S+:(?=\ not\ found)
    | (?P<reading>(?:[Rr]eading|[Ff]etching)\ manifest)\ \S+\ (?P<in>in)\ \S+:(?=\s)
    | (?P<ping>[Pp]inging\ (?:container|docker)\ registry)\ \S+:(?=\s)
    | (?P<lookup>lookup)\ (?P<lookup_host>\S+?)(?:\ on\ \S+?)?:(?=\s)
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
    | (?P<pull>failed\ to\ pull\ image)\ (?!<q>)\S+:(?=\s)
    )""",
    re.VERBOSE,
)
#: Numbers are statuses only behind these words: ports, sizes and tags are numbers too.
_STATUS = re.compile(
    r"(?:unexpected status(?: code)?(?: from [A-Z]+ request to)?(?: <(?:http-)?url>)?: "
    r"|failed with status code: |unexpected HTTP status(?: code)?:? |invalid status code from registry "
    r"|unexpected [A-Z]+ status code(?: <(?:http-)?url>)?: |registry with code |(?<!\()HTTP code |StatusCode: "
    r"|parsing HTTP (?=\d{3} response)|Status (?=\d{3} trying)|unexpected http code: |bad status code:? )"
    r"(?P<status>[1-5]\d\d)\b"
)
#: A status that stands before its own words.
_STATUS_AND_PHRASE = re.compile(
    r"\b(?P<status>[45]\d\d) (?:Bad Request|[Uu]nauthorized|UNAUTHORIZED|Payment Required|[Ff]orbidden|FORBIDDEN"
    r"|Not Found"
    r"|NOT FOUND|Method Not Allowed|Proxy Authentication|Request Time|Gone|Precondition Failed|Too Many Requests"
    r"|Unavailable For Legal|Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time)"
)
_LINE_BREAK = re.compile(r"\s*\n\s*")
#: What kubelet and gRPC put before the runtime's error.
_PREFIX = re.compile(
    r"(?:\(combined from similar events\): |Failed to pull image <q>: |Back-off pulling image <q>: \w+: "
    r"|Error: |Error response from daemon: |ErrImagePull: |rpc error: code = \w+ desc = )+"
)
_PLACEHOLDERS = {"docker": "<ref>", "digest": "<digest>", "time": "<time>", "address": "<ip>"}
_URL_END = ":,;.)]}"


def _without_login(host: str) -> str:
    return host.rpartition("@")[2]


def _url(scheme: str) -> str:
    return "<url>" if scheme == "https" else "<http-url>"


class Redactor:
    """Replaces names by placeholders and collects the hosts among them."""

    def __init__(self) -> None:
        #: The hosts of all URLs, in the order of the text.
        self.hosts: list[str] = []
        #: The host that answered with a status, where no URL names it.
        self.status_host: str | None = None
        #: The host whose look-up failed.
        self.lookup: str | None = None

    def redact(self, text: str) -> str:
        """The text with placeholders for names."""
        return _POSITIONS.sub(self._replace_by_position, _NAMES.sub(self._replace_by_form, text))

    def _replace_by_form(self, name: re.Match[str]) -> str:
        form, text = name.lastgroup or "", name[0]
        if form == "quoted_url":
            self.hosts.append(_without_login(name["quoted_host"]))
            return _url(name["quoted_scheme"])
        if form == "url":
            # a sentence's punctuation belongs to the sentence
            kept = text.rstrip(_URL_END)
            self.hosts.append(_without_login(name["host"].rstrip(_URL_END)))
            return _url(name["scheme"]) + text[len(kept) :]
        if form == "quoted":
            # without a closing mark the text was cut off, and this may be the error itself
            return "<q>" if name["closed"] else text
        if form == "path":
            # a rule may ask which socket or certificate it is
            return text if text.endswith((".sock", ".crt", ".pem")) else "<path>"
        return _PLACEHOLDERS[form]

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


def named_status(head: str) -> int | None:
    """The HTTP status that a redacted head names."""
    match = _STATUS.search(head) or _STATUS_AND_PHRASE.search(head)
    return int(match["status"]) if match else None


def without_prefix(head: str) -> str:
    """A redacted head in one line, without the kubelet's and gRPC's beginnings."""
    head = _LINE_BREAK.sub(" ", head).strip()
    prefix = _PREFIX.match(head)
    return head[prefix.end() :] if prefix else head

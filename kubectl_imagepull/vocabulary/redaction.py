"""Takes secrets out of texts and image references where they enter: logins, tokens, passwords, signed URLs.

What is left says as much as before: a host, a path, a status. Each step is linear in the text's length, for a text is
somebody else's.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: What stands where something was left out.
REDACTED = "REDACTED"

#: Nothing has to be looked for in a text that holds none of these.
_TRIGGER = re.compile(
    r"[@?]|=|eyJ|ya29\.|gh[pousr]_|github_pat_|gl(?:pat|dt|cbt)-|dckr_|npm_|(?i:token|passw|secret|auth|cookie|bearer|credential)"
)
#: What stands behind the sign of a digest, which may have been cut short.
_DIGEST = re.compile(r"(?:sha(?:256|384|512)|md5|blake3):|s(?:h(?:a\d{0,3})?)?\W?\Z")
_SEGMENT = re.compile(r'[^\s"]+')
_QUOTED = re.compile(r'"[^"\n@]*@[^"\n]*"')
#: A login with a space in it, in quotation marks or behind a scheme.
_QUOTED_LOGIN = re.compile(r'"(?:[a-z]{1,16}://)?[^\s:/@"]{1,256}:[^"]*@')
_SPACED_LOGIN = re.compile(r'(?<=://)[^\s"/@:]{1,128}:(?!\d{1,5}(?:[/\s:"]|$))[^"\n@]{1,128}@')
#: A host, with a port or path behind it or nothing: what stands behind a login.
_HOST = re.compile(
    r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,63}(?::\d{1,5})?(?:/|\Z)|localhost(?::\d{1,5})?(?:/|\Z)|\[[0-9a-fA-F:]+\]"
)
_PORT = re.compile(r"\A[^/:@]+:\d{1,5}/")
#: A query says where something is asked for only by these; all others may sign or name somebody.
_QUERY = re.compile(r"\?[^\s\"'<>\\]*")
_HARMLESS = frozenset({"scope", "service", "ns", "digest", "mount", "from", "n", "last", "tag", "platform", "query"})
_END = ":,;.)]}"
_FIELDS = (
    r"[\w-]{0,40}(?:token|passw(?:or)?d|passwd|pwd|secret|api[_-]?key|access[_-]?key|signature|credential|authorization"
    r"|auth)s?"
)
#: A name to which something is assigned; to look for secrets' names at once would try all of them at every word.
_ASSIGNMENT = re.compile(r"(?<![\w-])([\w-]{1,512})\s?=")
_SECRET_FIELD = re.compile(rf"(?i){_FIELDS}\Z")
_VALUE = re.compile(r"(\s?[\"']?)[^\s\"'&,;)]+")
_IN_JSON = re.compile(rf'(?i)(\\*["\']{_FIELDS}\\*["\']\s?:\s?\\*["\'])[^"\'\\]+')
#: "may require authorization: ..." is no header: a lower-case one is told by its scheme.
_HEADER = re.compile(
    r"\b((?:(?:Proxy-)?Authorization|X-Registry-Auth|(?:Set-)?Cookie|X-[\w-]{1,40}Token)|(?i:(?:proxy-)?authorization)"
    r"(?=\s?[:=]\s?[\"'\[]?(?i:basic|bearer|digest|negotiate)\s))(\s?[:=]\s?[\"'\[]?)"
    r"((?i:basic|bearer|digest|negotiate)\s)?[^\s\"'\]]+"
)
_SCHEME = re.compile(r"(?i)\b((?:basic|bearer)\s)(?!realm)(?=[A-Za-z+/_.~=-]*[0-9])[A-Za-z0-9+/=_.~-]{8,}")
_TOKEN = re.compile(
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*|\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}"
    r"|\bgl(?:pat|dt|cbt)-[\w-]{12,}|\bdckr_(?:pat|oat)_[\w-]{12,}|\bya29\.[\w-]{16,}|\bnpm_[A-Za-z0-9]{24,}"
)


@lru_cache(maxsize=16384)
def redacted(text: str) -> str:
    """The text without secrets: logins in URLs and references, signed queries, tokens, passwords, credentials."""
    if not _TRIGGER.search(text):
        return text
    if "@" in text:
        text = _QUOTED.sub(_without_quoted_login, text)
        text = _SPACED_LOGIN.sub(f"{REDACTED}@", text)
        text = _SEGMENT.sub(_without_login, text)
    if "?" in text:
        text = _QUERY.sub(_without_query, text)
    # a look for plain words is much faster than the patterns, which most texts don't need
    small = text.lower()
    if '"' in text or "'" in text:
        text = _IN_JSON.sub(rf"\1{REDACTED}", text)
    if any(word in small for word in ("authorization", "cookie", "x-")):
        text = _HEADER.sub(_without_header, text)
    if "basic" in small or "bearer" in small:
        text = _SCHEME.sub(rf"\1{REDACTED}", text)
    text = _TOKEN.sub(REDACTED, text)
    return _without_assigned(text) if "=" in text else text


def redacted_image(image: str) -> str:
    """An image reference without a login before its host: a reference can't hold one, and people try."""
    at = _login_end(image)
    if at < 0:
        return image
    scheme, mark, _ = image[:at].partition("://")
    return f"{scheme}{mark}{REDACTED}{image[at:]}" if mark else f"{REDACTED}{image[at:]}"


def _without_assigned(text: str) -> str:
    """The text without what is assigned to names of secrets."""
    pieces, end = [], 0
    for name in _ASSIGNMENT.finditer(text):
        value = _VALUE.match(text, name.end()) if name.start() >= end and _SECRET_FIELD.search(name[1]) else None
        if value:
            pieces += [text[end : value.end(1)], REDACTED]
            end = value.end()
    return "".join([*pieces, text[end:]])


def _login_end(text: str) -> int:
    """Where the sign is that ends a login: the last one that no digest follows; -1 for none."""
    at = text.rfind("@")
    if at > 0 and _DIGEST.match(text, at + 1):
        at = text.rfind("@", 0, at)
    if at <= 0:
        return -1
    head, tail = text[:at], text[at + 1 :]
    authority = head.rpartition("://")[2].partition("/")[0]
    # registry:5000/team/app:v1@... has a port, and user:pass/word@... a login
    names_login = ":" in authority and not _PORT.search(head.rpartition("://")[2])
    bare = "/" not in head.rpartition("://")[2] and ("/" in tail or "://" in head or _HOST.match(tail) is not None)
    return at if names_login or bare else -1


def _without_quoted_login(quoted: re.Match[str]) -> str:
    text = quoted[0]
    spaced = " " in text
    if spaced and not _QUOTED_LOGIN.match(text):
        return text  # a sentence, whose words are looked at one by one
    tail = text[text.rfind("@") :]
    if not spaced and ":" not in text and "/" not in tail:
        return text  # an address of mail
    return f'"{redacted_image(text[1:-1])}"'


def _without_login(segment: re.Match[str]) -> str:
    text = segment[0]
    if "@" not in text:
        return text
    head = text[: text.rfind("@")]
    if "://" not in head and ":" not in head:
        return text  # an address of mail, or a digest's reference
    return redacted_image(text)


def _without_query(query: re.Match[str]) -> str:
    kept = query[0].rstrip(_END)
    parts = kept[1:].split("&")
    harmless = [part for part in parts if part.partition("=")[0] in _HARMLESS]
    if len(harmless) == len(parts) or "=" not in kept:
        return query[0]
    return f"?{'&'.join([*harmless, REDACTED])}{query[0][len(kept) :]}"


def _without_header(header: re.Match[str]) -> str:
    return f"{header[1]}{header[2]}{header[3] or ''}{REDACTED}"

"""Takes secrets out of texts and image references where they enter: logins, tokens, passwords, signed URLs.

What is left says as much as before: a host, a path, a status. Each step is linear in the text's length, for a text is
somebody else's.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: What stands where something was left out.
REDACTED = "REDACTED"

#: What stands behind the sign of a digest, which may have been cut short.
_DIGEST = re.compile(r"(?:sha(?:256|384|512)|md5|blake3):|s(?:h(?:a\d{0,3})?)?\W?\Z")
_SEGMENT = re.compile(r'[^\s"]+')
_QUOTED = re.compile(r'"[^"\n@]*@[^"\n]*"')
#: A login with a space in it, in quotation marks or behind a scheme.
_QUOTED_LOGIN = re.compile(r'"(?:[a-z]{1,16}://)?[^\s:/@"]{1,256}:[^"]*@')
_SPACED_LOGIN = re.compile(
    r'(?<=://)[^\s"/@:]{1,128}:(?!\d{1,5}(?:[/\s:"]|$))(?:[^"\n@]{1,128}|[^\s"@]{1,128}[\r\n][^\s"@]{1,128})@'
)
#: A login with a quotation mark in it, which ends what a text quotes only where a space or a bracket follows.
_LOGIN_WITH_QUOTE = re.compile(r'(?<=://)[^\s"/@:]{1,128}:(?!\d{1,5}(?:[/\s:"]|$))[^\s"@]{0,128}"[^\s@,}\]]{1,128}@')
#: A host, with a port or path behind it or nothing: what stands behind a login.
_HOST = re.compile(
    r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,63}(?::\d{1,5})?(?:/|\Z)|localhost(?::\d{1,5})?(?:/|\Z)|\[[0-9a-fA-F:]+\]"
)
#: A host that can be nothing else.
_NAMED_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,63}(?::\d{1,5})?/")
_PORT = re.compile(r"\A[^/:@]+:\d{1,5}/")
#: A query says where something is asked for only by these; all others may sign or name somebody.
_QUERY = re.compile(r"\?[^\s\"'<>\\]*")
_HARMLESS = frozenset({"scope", "service", "ns", "digest", "mount", "from", "n", "last", "tag", "platform", "query"})
_END = ":,;.)]}"
#: What the name of a field with a secret ends with; the beginning doesn't matter.
_FIELD = (
    r"(?:token|passw(?:or)?d|passwd|passphrase|pwd|secret|(?:api|access|account|private|shared|signing|encryption)[_-]?key"
    r"|signature|credential|authorization|auth|(?<![A-Za-z])(?:pass|pw|sig|jwt))s?\d{0,3}"
)
_QUOTED_FIELD = re.compile(rf"{_FIELD}\\{{0,15}}[\"']\s{{0,8}}:")
_FIELD_BEFORE_VALUE = re.compile(rf"(?:{_FIELD}|api key|bearer|basic)[\s:]")
_ASSIGNED_FIELD = re.compile(rf"{_FIELD}\s{{0,8}}=")
_HEADER_WORD = re.compile(r"(?:auth(?:orization)?|token|-key|api|apikey)\s{0,8}[:=]")
#: Without one of these no token is looked for.
_TOKEN_BEGINS = (
    *(
        "eyJ",
        "QVdTOmV5S",
        "gh",
        "github_pat_",
        "gl",
        "dckr_",
        "ya29.",
        "1//0",
        "GOCSPX-",
        "AIza",
        "npm_",
        "pypi-",
        "xox",
    ),
    *("hvs.", "_v1_", "AKCp", "cmVmdGtuO", "AKIA", "ASIA", "sha256~", "kubeconfig-", "token-"),
)
_ASSIGNED = re.compile(
    rf"(?i)({_FIELD}\s{{0,8}}=\s{{0,8}})"
    r"(\"[^\"\n]{1,4096}\"|'[^'\n]{1,4096}'|[\"']?[^\s\"'&]+(?:&(?![\w-]{1,40}=)[^\s\"'&]+)*)"
)
#: A value may be a text, a number, or a list or object of texts.
_IN_JSON = re.compile(rf"(?i)({_FIELD})\\{{0,15}}[\"']\s{{0,8}}:\s{{0,8}}(?:(\\{{0,15}})([\"'])|[\[{{]|(?=\d))")
#: Fields whose objects have a field for each registry: what these hold is looked at by itself.
_WITH_OBJECTS = ("auth", "secret", "credential")
_IN_BRACKETS = re.compile(r"[^\]}]*")
_NUMBER = re.compile(r"[\d.]+")
_QUOTE = re.compile(r"(\\*)([\"'])")
#: Something that nobody would write as a word: capitals, small letters and digits in one.
_OPAQUE = (
    r"(?=[A-Za-z+/=_!$%^*#~-]*\d)(?=[a-z\d+/=_!$%^*#~-]*[A-Z])(?=[A-Z\d+/=_!$%^*#~-]*[a-z])[A-Za-z\d+/=_.!$%^*#~-]{8,}"
)
_IS_OPAQUE = re.compile(_OPAQUE)
#: Behind a colon or a space stands a sentence, unless it is nothing that a sentence has.
_NAMED = re.compile(
    rf"((?i:{_FIELD.replace('|auth|', '|').replace('|auth)', ')')}|api key|bearer|basic))"
    rf"((?:\s{{0,8}}:\s{{0,8}}|\s{{1,8}})[\"'\[]?){_OPAQUE}"
)
#: A password is often no more than a word and a number.
_PASSWORD = re.compile(
    r"(?i)((?:passw(?:or)?d|passwd|passphrase|pwd)\s{0,8}:\s{0,8}[\"']?)"
    r"(?=[^\s\"',;:]{0,64}[\d!$%^*#])(?=[^\s\"',;:]{0,64}[A-Za-z])[^\s\"':]{6,}"
)
_OPTION = re.compile(
    r"(?i)(?<![\w-])(--(?:[\w-]{1,40}-)?(?:password|passwd|pass|token|secret|secret-key|api-key)(?:\s{1,8}|=)"
    r"|(?:-u|--user|--creds|--(?:src|dest)-creds)(?:\s{1,8}|=)[\"']?[^\s:\"']{1,256}:(?=[^\s/])"
    r"|(?<=login )(?:[^|;\n]{0,256}\s)?-p\s{0,8})[\"']?[^\s\"']+"
)
#: "may require authorization: ..." is no header: a lower-case one is told by its scheme.
_HEADER = re.compile(
    r"((?:\b(?:(?:Proxy-)?Authorization|X-Registry-Auth)|(?i:\b(?:proxy-)?authorization)"
    r"(?=\s{0,8}[:=]\s{0,8}(?:\[|[\"'\[]?(?i:basic|bearer|digest|negotiate|ntlm|token|aws4-hmac-sha256|aws)\s))"
    r"|\bX-[\w-]{1,40}Token)(?:\s{0,8}:\s{0,8}|\s?=\s?)[\"'\[]{0,2})"
    r"((?i:basic|bearer|digest|negotiate|ntlm|token|aws4-hmac-sha256|aws)\s{1,8})?"
    r"((?:[A-Za-z]{1,20}=(?:\"[^\"\n]*\"|[^\s\",]+)(?:,\s?|(?=[\s\"'\]]|\Z)))+|[^\s\"'\]]+)"
)
#: Other headers are written in any case, as names of secrets are too: what follows has to hold a number.
_TOKEN_HEADER = re.compile(
    r"(?i)((?:-(?:token|api-key|auth-key|art-api)|\bapikey)\s{0,8}:\s{0,8}[\"'\[]{0,2})"
    r"(?=[^\s\"'\]:]{0,64}\d)[^\s\"'\]:]{8,}"
)
_COOKIE = re.compile(
    r"((?:\b(?:Set-)?Cookie|(?i:\b(?:set-)?cookie)(?=\s{0,8}:\s{0,8}\[?(?:[\w.-]{1,80}=|[\w.-]{0,80}\d)))\s{0,8}[:=]\s{0,8}[\"'\[]?)"
    r"[^\s\"'\];]+(?:;\s?[^\s\"'\];=]+=[^\s\"'\];]+)*;?"
)
_SCHEME = re.compile(
    r"(?i)\b((?:basic|bearer)\s{1,8})(?!realm)(?:(?=[A-Za-z+/_.~=-]*[0-9])[A-Za-z0-9+/=_.~-]{8,}"
    r"|(?-i:(?=[A-Za-z+/]{12})[A-Za-z+/]*[a-z][A-Z][A-Za-z+/]*=*))"
)
#: Tokens by the prefixes that their makers give them.
_TOKEN = re.compile(
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?|\b(?:eyJ|QVdTOmV5S)[A-Za-z0-9+/_-]{32,}=*"
    r"|\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bgl[a-z]{2,5}-[\w-]{12,}|\bdckr_(?:pat|oat)_[\w-]{12,}"
    r"|\bya29\.[\w-]{16,}|\b1//0[\w-]{16,}|\bGOCSPX-[\w-]{16,}|\bAIza[\w-]{24,}|\bnpm_[A-Za-z0-9]{24,}|\bpypi-[\w-]{24,}"
    r"|\bxox[abeoprs]-[\w-]{12,}|\bhvs\.[\w-]{16,}|\bdo[opr]_v1_[a-zA-Z0-9]{16,}|\bAKCp[A-Za-z0-9]{24,}"
    r"|\bcmVmdGtuO[A-Za-z0-9]{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bsha256~[\w-]{16,}"
    r"|(?<![\w-])(?:kubeconfig-[a-z0-9-]{1,60}|token-[a-z0-9]{5}):[A-Za-z0-9]{16,}"
)
_KEY_BLOCK = re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:[^-]|-(?!----))+")
#: Printable characters of URLs that somebody wrote as their numbers: a login or query may be behind them.
_PERCENT = re.compile(r"%(?:25)*(3A|40|2F|3F|3D|26|3B|23)", re.IGNORECASE)
_WORD = re.compile(r"[^\s\"'<>]+")
#: A parameter in the path or behind it, where it is none of a query.
_PARAMETER = re.compile(
    r"(?i)(?<=[;&#?])((?:x-[\w-]{1,40}-)?(?:sig|signature|hmac|hdnts|hdnea|verify|access_token)=)[^\s\"'&;#<>]+"
)


@lru_cache(maxsize=16384)
def redacted(text: str) -> str:
    """The text without secrets: logins in URLs and references, signed queries, tokens, passwords, credentials."""
    if "@" in text:
        text = _QUOTED.sub(_without_quoted_login, text)
        text = _LOGIN_WITH_QUOTE.sub(f"{REDACTED}@", text)
        text = _SPACED_LOGIN.sub(f"{REDACTED}@", text)
        text = _SEGMENT.sub(_without_login, text)
    if "?" in text:
        text = _QUERY.sub(_without_query, text)
    if "%" in text:
        text = _WORD.sub(_without_encoded, text)
    if "PRIVATE KEY" in text:
        text = _KEY_BLOCK.sub(rf"\1{REDACTED}", text)
    if any(begin in text for begin in _TOKEN_BEGINS):
        text = _TOKEN.sub(REDACTED, text)
    if "=" in text:
        text = _PARAMETER.sub(rf"\1{REDACTED}", text)
    return _without_named(text)


def _without_named(text: str) -> str:
    """The text without what a word before it calls a secret; each step is looked for in small letters first: faster."""
    small = text.lower()
    if _QUOTED_FIELD.search(small):
        text = _without_json_values(text)
    if "cookie" in small:
        text = _COOKIE.sub(rf"\1{REDACTED}", text)
    if _HEADER_WORD.search(small):
        text = _TOKEN_HEADER.sub(rf"\1{REDACTED}", _HEADER.sub(_without_header, text))
    if "basic" in small or "bearer" in small:
        text = _SCHEME.sub(rf"\1{REDACTED}", text)
    if "-u" in small or "-p" in small or "--" in small:
        text = _OPTION.sub(rf"\1{REDACTED}", text)
    if _FIELD_BEFORE_VALUE.search(small):
        text = _PASSWORD.sub(rf"\1{REDACTED}", _NAMED.sub(rf"\1\2{REDACTED}", text))
    return _ASSIGNED.sub(_without_assigned, text) if _ASSIGNED_FIELD.search(small) else text


def redacted_image(image: str) -> str:
    """An image reference without a login before its host, a query or a token: it can't hold one, and people try."""
    if "%" in image:
        image = _WORD.sub(_without_encoded, image)
    if "?" in image:
        image = _QUERY.sub(_without_query, image)
    if any(begin in image for begin in _TOKEN_BEGINS):
        image = _TOKEN.sub(REDACTED, image)
    at = _login_end(image)
    if at < 0:
        return image
    scheme, mark, _ = image[:at].partition("://")
    if not mark:
        scheme = "//" if image.startswith("//") else ""
    return f"{scheme}{mark}{REDACTED}{image[at:]}"


def _login_end(text: str) -> int:
    """Where the sign is that ends a login: the last one that no digest follows; -1 for none."""
    at = text.rfind("@")
    if at > 0 and _DIGEST.match(text, at + 1):
        at = text.rfind("@", 0, at)
    if at <= 0:
        return -1
    head, tail = text[:at], text[at + 1 :]
    start = head.rpartition("://")[2].removeprefix("//")
    authority = start.partition("/")[0]
    # registry:5000/team/app:v1@... has a port, and user:pass/word@... a login
    names_login = ":" in authority and (not _PORT.search(start) or _NAMED_HOST.match(tail) is not None)
    bare = "/" not in start and ("/" in tail or "://" in head or _HOST.match(tail) is not None)
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
    head, _, tail = text.rpartition("@")
    if "://" not in head and ":" not in head and not (_IS_OPAQUE.fullmatch(head) and _NAMED_HOST.match(tail)):
        return text  # an address of mail, or a digest's reference
    return redacted_image(text)


def _without_query(query: re.Match[str]) -> str:
    kept = query[0].rstrip(_END)
    parts = kept[1:].split("&")
    harmless = [part for part in parts if part.partition("=")[0] in _HARMLESS]
    if len(harmless) == len(parts) or ("=" not in kept and not any(map(_IS_OPAQUE.fullmatch, parts))):
        return query[0]
    return f"?{'&'.join([*harmless, REDACTED])}{query[0][len(kept) :]}"


def _without_encoded(word: re.Match[str]) -> str:
    """A part of a URL as it was, or decoded and without what that shows to be a secret."""
    decoded = _PERCENT.sub(lambda encoded: chr(int(encoded[1], 16)), word[0])
    clean = redacted(decoded) if decoded != word[0] else decoded
    return word[0] if clean == decoded else clean


def _without_json_values(text: str) -> str:
    """The text without the values of fields of JSON, at any depth of quotation."""
    pieces, end = [], 0
    for field in _IN_JSON.finditer(text):
        if field.end() < end:
            continue
        start, stop = field.end(), _end_of_value(text, field)
        if stop > start:
            pieces += [text[end:start], REDACTED]
            end = stop
    return "".join([*pieces, text[end:]])


def _end_of_value(text: str, field: re.Match[str]) -> int:
    start = field.end()
    if field[3]:
        # a quotation mark ends the text in it only behind as many backslashes as begin it, however many are doubled
        depth = len(field[2])
        for quote in _QUOTE.finditer(text, start):
            if quote[2] == field[3] and len(quote[1]) % (2 * depth + 2) == depth:
                return quote.start() + len(quote[1]) - depth
        return len(text)
    if text[start - 1] == "{" and field[1].lower().startswith(_WITH_OBJECTS):
        return start
    end = (_IN_BRACKETS if text[start - 1] in "[{" else _NUMBER).match(text, start)
    return end.end() if end else start


def _without_assigned(assigned: re.Match[str]) -> str:
    value = assigned[2]
    if value[0] in "\"'":
        return f"{assigned[1]}{value[0]}{REDACTED}{value[0] if value[0] == value[-1] and value[1:] else ''}"
    kept = value.rstrip(":,;.)")
    return f"{assigned[1]}{REDACTED}{value[len(kept) :]}"


def _without_header(header: re.Match[str]) -> str:
    return f"{header[1]}{header[2] or ''}{REDACTED}"

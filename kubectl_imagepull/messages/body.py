"""Where the words of kubelet and runtime end and those of the registry begin."""

from __future__ import annotations

import re

#: Error codes as the runtimes print them, with the HTTP status that each stands for (distribution
#: registry/api/errcode/register.go; containerd core/remotes/docker/errdesc.go). None: the code says nothing.
_CODES: dict[str, int | None] = {
    "unauthorized": 401,
    "denied": 403,
    "toomanyrequests": 429,
    "too many requests": 429,
    "name unknown": 404,
    "manifest unknown": 404,
    "blob unknown": 404,
    "name invalid": 400,
    "tag invalid": 400,
    "manifest invalid": 400,
    "digest invalid": 400,
    "unsupported": None,
    "unavailable": 503,
    "unknown": None,
}
_CODE_WORDS = "|".join(_CODES)
#: After any of these, the text is the registry's. Most texts have none, and plain search is faster than a pattern:
#: each pattern comes with a mark that every text it matches holds.
BODY_STARTS = (
    # CODE: message, as containerd, docker and containers/image print the first of the registry's errors
    (": ", re.compile(rf"(?:^|[:\s] ?)(?P<code>{_CODE_WORDS}|{_CODE_WORDS.upper().replace(' ', '_')}): (?!$)")),
    # containerd >= 2.1.3 joins the registry's answer with a newline
    ("\n", re.compile(r": \d{3} [^\n]{1,60}\n")),
    ("Server message: ", re.compile(r"Server message: ")),
    ("StatusCode: ", re.compile(r"StatusCode: \d{3}, ")),
    ("beginning of value: ", re.compile(r"looking for beginning of value: ")),
    # containers/image prints a code that it doesn't know in lower case; Harbor's are such
    (
        " in <ref>: ",
        re.compile(
            r" in <ref>: (?!Get |Head |received |StatusCode|unable to|[Rr]equesting|invalid status|errors:|fetching"
            r"|pinging|too many requests to|manifest unknown|name unknown|blob unknown)[a-zA-Z_ ]{3,40}: "
        ),
    ),
)


def registry_speaks(text: str, end: int) -> bool:
    """Whether the registry's words have begun before this position."""
    return any(match.end() <= end for mark, start in BODY_STARTS if mark in text and (match := start.search(text)))


def split_body(text: str) -> tuple[str, str, int | None]:
    """Splits a redacted text into head and registry body; the status is that of the registry's code."""
    cut, status = len(text), None
    for mark, start in BODY_STARTS:
        match = start.search(text, 0, cut) if mark in text else None
        if match and match.end() < cut:
            cut = match.end()
            code = match.groupdict().get("code")
            status = _CODES.get(code.lower().replace("_", " ")) if code else None
    return text[:cut], text[cut:], status

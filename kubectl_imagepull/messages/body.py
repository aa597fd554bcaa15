"""Where the words of kubelet and runtime end and those of the registry begin."""

from __future__ import annotations

import re

#: Error codes as the runtimes print them, with the HTTP status that each stands for (distribution
#: registry/api/errcode/register.go; containerd core/remotes/docker/errdesc.go). None: the code says nothing.
_CODES: dict[str, int | None] = {
    "unauthorized": 401,
    "denied": 403,
    "toomanyrequests": 429,
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
#: What a registry says after "unknown" whose answer has another form than the specification's: only its status in
#: words (Oracle's registry: `unknown: Unauthorized`, oracle/cloudtestdrive#128).
_PHRASES = {
    "bad request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "method not allowed": 405,
    "too many requests": 429,
    "bad gateway": 502,
    "gateway timeout": 504,
}
#: After any of these, the text is the registry's. Most texts have none, and plain search is faster than a pattern:
#: each pattern comes with a mark that every text it matches holds.
BODY_STARTS = (
    # CODE: message, as containerd, docker and containers/image print the first of the registry's errors
    (
        ": ",
        re.compile(
            # containerd's error behind Docker's `unknown` is no registry's
            rf"(?:^|[:\s] ?)(?!unknown: failed to resolve reference [\"<])"
            rf"(?P<code>{_CODE_WORDS}|{_CODE_WORDS.upper().replace(' ', '_')}): (?!$)"
        ),
    ),
    # containerd >= 2.1.3 joins the registry's answer with a newline
    ("\n", re.compile(r": \d{3} [^\n]{1,60}\n")),
    ("Server message: ", re.compile(r"Server message: ")),
    ("StatusCode: ", re.compile(r"StatusCode: \d{3}, ")),
    ("beginning of value: ", re.compile(r"looking for beginning of value: ")),
    # a status, and what came with it in quotation marks, as a page or as JSON
    ('"', re.compile(r'\b[1-5]\d\d [^"\n:]{0,80}: (?="(?!http))')),
    ("{", re.compile(r"\b[1-5]\d\d [A-Za-z ]{2,40}[:,]? (?=\{)")),
    ("body=", re.compile(r"\bbody=")),
    *((mark, re.compile(f"(?={re.escape(mark)})")) for mark in ("<!DOCTYPE", "<!doctype", "<html", "<HTML", "<?xml")),
    # containers/image prints a code that it doesn't know in lower case; Harbor's are such
    (
        " in <ref>: ",
        re.compile(
            r" in <ref>: (?!Get |Head |received |StatusCode|unable to|[Rr]equesting|invalid status|errors:|fetching"
            r"|pinging|too many requests to|manifest unknown|name unknown|blob unknown)[a-zA-Z_ ]{3,40}: "
        ),
    ),
)


#: A registry's answer as JSON: its first error becomes `code: message`, as the runtimes print it.
_ERRORS = re.compile(
    r'\{\s*"errors"\s*:\s*\[\s*\{\s*"code"\s*:\s*"(\w{1,60})"(?:\s*,\s*"message"\s*:\s*"((?:[^"\\]|\\.){0,2048})")?.*',
    re.DOTALL,
)


def spelled_out(text: str) -> str:
    """The text with a registry's answer in JSON as the runtimes print it."""
    return _ERRORS.sub(_code_and_message, text) if '"errors"' in text else text


def _code_and_message(errors: re.Match[str]) -> str:
    return f"{errors[1].lower().replace('_', ' ')}: {errors[2] or ''}"


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
    body = text[cut:]
    return text[:cut], body, status or _PHRASES.get(body.rstrip(". \n").lower())

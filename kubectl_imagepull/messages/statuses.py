"""The HTTP status that a text names, in whatever runtime's or client's words."""

from __future__ import annotations

import re

#: What servers, proxies and content networks answer (RFC 9110; nginx 444, 494 to 499; Cloudflare 520 to 530; AWS 460,
#: 463, 561). A number that is none of these is a port, a size or a count.
_FAILURES = r"(?:40\d|41[0-8]|42[1-689]|431|444|451|46[03]|49[4-9]|50[0-9]|51[01]|52\d|530|561|59[89])"
#: Between such a word and its number stand the request, and marks.
_FILLER = (
    r"(?:[\s:=,\[(\"']|<(?:http-|blob-)?url>|<ref>|<host>|[A-Z]{3,6}|[Ss]tatus|[Cc]ode|from|request|to|is|was|of|for|response"
    r"|registry)"
)
_STATUS = re.compile(
    r"(?<!exit )\b(?:[Ss]tatus(?: ?[Cc]ode)?|STATUS|[Ss]erver error|HTTP|http|HTTPError|returned|answered|received"
    r"|replied|with code|response|registry|[Cc]ode)"
    rf"(?:{_FILLER}){{1,12}}(?P<status>{_FAILURES}|3\d\d)\b(?![.:]\d)"
)
#: A status before its own words: 403 Forbidden, 500 (Internal Server Error), 404 page not found.
_STATUS_AND_PHRASE = re.compile(
    rf"(?<![\w.:/-])(?P<status>{_FAILURES}) (?:\(?[A-Z][A-Za-z]{{2,}}|page not found|unauthorized)"
)
#: A status and what the server said, with nothing else around: `config: 504: Unable to locate the resource`.
_BARE = re.compile(rf"[a-z]: (?P<status>{_FAILURES}): ")
#: Only here may a good status be a fault: what came with it could not be parsed.
_PARSING = re.compile(r"parsing HTTP (?P<status>[1-5]\d\d) response")
#: Docker's own API, and not the registry: the registry's answer stands in its message.
_DOCKER_API = re.compile(
    r"API error \(\d{3}\)|\(HTTP code \d{3}\)|\d{3} (?:Server|Client) Error:? (?!.{0,80} for url: <url>)"
    r"|Status \d{3}: \{"
)

#: Most texts hold no such number, and to look for one is fast.
_NUMBER = re.compile(r"[ :=(\[\"'][1-5]\d\d\b")


def named_status(head: str) -> int | None:
    """The HTTP status that a redacted head names; where there are several, the innermost, which stands last."""
    if not _NUMBER.search(head):
        return None
    head = _DOCKER_API.sub("", head)
    found = _last(_STATUS, head) or _last(_STATUS_AND_PHRASE, head) or _last(_PARSING, head) or _last(_BARE, head)
    return int(found["status"]) if found else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for match in pattern.finditer(text):
        last = match
    return last

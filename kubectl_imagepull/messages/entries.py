"""Several messages in one text: lines of a log, rows of events, the causes of an exception."""

from __future__ import annotations

import re

#: What a new message begins with, at the beginning of a line; any other line goes on with the message before it.
BEGINNING = re.compile(
    r"""^[ \t]*(?:[|>*-][ \t]+)?(?:
      \w{3}\ +\d{1,2}\ \d\d:\d\d:\d\d\ \S+\ \S+\[\d+\]:                       # journald
    | time="                                                                    # logrus
    | (?:TRAC|DEBU|INFO|WARN|ERRO|FATA|TRACE|DEBUG|WARNING|ERROR|FATAL)\b[\[:\ ]
    | [IWEF]\d{4}\ \d\d:\d\d:                                                 # klog
    | \d{4}[-/]\d\d[-/]\d\d[T\ ]\d\d:\d\d
    | \{"\w+":                                                                  # JSON
    | (?:Warning|Normal)\s+[A-Z]\w+\s                                         # kubectl describe
    | \#\#\[\w+\]
    | \*\ (?=\w)                                                               # hashicorp/go-multierror
    | Caused\ by:
    | (?:[Ee]rror|docker|ctr(?:\.exe)?|nerdctl|FATAL):
    | Error\ response\ from\ daemon:
    | (?:Failed|Trying)\ to\ pull\b
    )""",
    re.VERBOSE | re.MULTILINE,
)
#: A log's last entries say how it ended.
_MOST = 48


def entries(text: str) -> list[str]:
    """The messages in a text, in its order; the text itself where it is a single one."""
    if "\n" not in text:
        return [text]
    starts = [match.start() for match in BEGINNING.finditer(text)][-_MOST:]
    if not starts or (len(starts) == 1 and not text[: starts[0]].strip()):
        return [text]
    before = text[: starts[0]]
    ends = [*starts[1:], len(text)]
    found = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return [before, *found] if before.strip() else found

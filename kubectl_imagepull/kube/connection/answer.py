"""What a server answers, and why there is no answer, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: What is accepted where a request doesn't say.
JSON = "application/json"
OK = 200
#: The status that refuses a login.
UNAUTHORIZED = 401


class NoAnswerError(Exception):
    """No answer came; the text is the reason, without the server's name. `broken`: a connection that stood broke."""

    def __init__(self, reason: str, *, broken: bool = False) -> None:
        super().__init__(reason)
        self.broken = broken


@dataclass(frozen=True)
class Answer:
    """An answer to a GET."""

    #: The HTTP status.
    status: int
    #: The headers, by names in lower case.
    headers: Mapping[str, str]
    #: The body, uncompressed.
    body: bytes

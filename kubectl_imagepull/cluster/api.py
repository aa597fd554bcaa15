"""Raw reads of a Kubernetes API: one object, or a list page by page, as plain dictionaries.

Typed models would take 30 times as long as decoding JSON. What the API does about pages, expired ones and overload:
https://kubernetes.io/docs/reference/using-api/api-concepts/ and k8s.io/client-go rest/with_retry.go.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kubectl_imagepull.cluster.objects import list_items
from kubectl_imagepull.cluster.snapshot import JsonObject, object_of, text_of
from kubectl_imagepull.cluster.transport import Answer, NoAnswerError

OK = 200
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
_GONE = 410
_TOO_MANY = 429
_SERVER_ERRORS = 500
#: How often one request is sent when the server asks for patience, and when the connection breaks off.
_MOST_TRIES = 5
_MOST_BREAKS = 2
#: The longest wait that a server may ask for, in seconds; and the one where it doesn't say.
_LONGEST_WAIT = 30.0
_WAIT = 1.0
_LONGEST_TEXT = 300


class Api(Protocol):
    """What reads need of a session; tests bring their own."""

    @property
    def timeout(self) -> float | None:
        """Seconds for one request, its repetitions included; None for no limit."""

    @property
    def chunk_size(self) -> int:
        """Objects on one page; 0 for all."""

    def get(self, path: str, query: Mapping[str, str], seconds: float | None) -> Answer:
        """Sends one GET."""


class ApiError(Exception):
    """A request without a usable answer: `status` is None where none came, the text is the reason on one line."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Listing:
    """The items of a list; `broken` is why they are not all of them, None if they are."""

    items: list[Any]
    broken: ApiError | None = None


def read_object(api: Api, path: str) -> JsonObject:
    """Reads one object; raises ApiError."""
    return _get(api, path, {})


def read_list(api: Api, path: str, **query: str) -> Listing:
    """Reads a whole list, `chunk_size` items a request; each item has its kind.

    A list whose pages have expired (410) is read again, once, in one piece. Raises ApiError if not even the first page
    came; if a later one didn't, what came before it is given as `broken`.
    """
    items: list[Any] = []
    paged = {**query, "limit": str(api.chunk_size)} if api.chunk_size > 0 else dict(query)
    page = _get(api, path, paged)
    while True:
        items += list_items(page)
        following = text_of(object_of(page.get("metadata")).get("continue"))
        if not following:
            return Listing(items)
        try:
            page = _get(api, path, {**paged, "continue": following})
        except ApiError as error:
            if error.status != _GONE:
                return Listing(items, error)
            try:
                return Listing(list_items(_get(api, path, query)))
            except ApiError as last:
                return Listing(items, last)


def _get(api: Api, path: str, query: Mapping[str, str]) -> JsonObject:
    answer = _answer(api, path, query)
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    if answer.status == OK and isinstance(document, dict):
        return document
    if answer.status == OK:
        raise ApiError("its answer is no JSON object: is it a Kubernetes API server?", answer.status)
    message = " ".join((text_of(object_of(document).get("message")) or _plain_text(answer)).split())
    raise ApiError(message[:_LONGEST_TEXT] or f"status {answer.status}", answer.status)


def _plain_text(answer: Answer) -> str:
    """What a server says that gives no Status: an API server that is overloaded, or is spoken to without TLS."""
    plain = answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/plain"
    return answer.body[:_LONGEST_TEXT].decode(errors="replace") if plain else ""


def _answer(api: Api, path: str, query: Mapping[str, str]) -> Answer:
    """Sends a request, again where the server asks for it or the connection breaks, as long as there is time."""
    deadline = None if api.timeout is None else time.monotonic() + api.timeout
    breaks = 0
    for left in reversed(range(_MOST_TRIES)):
        seconds = None if deadline is None else max(deadline - time.monotonic(), 0.001)
        try:
            answer = api.get(path, query, seconds)
        except NoAnswerError as error:
            breaks += 1
            if error.broken and left and breaks < _MOST_BREAKS:
                continue
            raise ApiError(str(error)) from error
        wait = _wait(answer)
        if wait is None or not left:
            return answer
        if wait > _LONGEST_WAIT or (deadline is not None and time.monotonic() + wait > deadline):
            return answer
        time.sleep(wait)
    raise AssertionError  # the last try returns or raises


def _wait(answer: Answer) -> float | None:
    """Seconds after which to ask again; None where that would change nothing."""
    after = answer.headers.get("retry-after", "").strip()
    if answer.status != _TOO_MANY and not (answer.status >= _SERVER_ERRORS and after):
        return None
    return float(after) if after.isascii() and after.isdecimal() else _WAIT

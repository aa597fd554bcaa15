"""Raw reads of a Kubernetes API: one object, or a list page by page, as plain dictionaries.

Typed models would take 30 times as long as decoding JSON. What the API does about pages, expired ones and overload:
https://kubernetes.io/docs/reference/using-api/api-concepts/ and k8s.io/client-go rest/with_retry.go.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kubectl_imagepull.kube.connection.answer import JSON, OK, Answer, NoAnswerError
from kubectl_imagepull.kube.documents.json_extent import end_of_value
from kubectl_imagepull.kube.objects import JsonObject, list_items, object_of, text_of

FORBIDDEN = 403
NOT_FOUND = 404
GONE = 410
TOO_MANY = 429
_SERVER_ERRORS = 500
#: How often one request is sent when the server asks for patience, and when the connection breaks off.
_MOST_TRIES = 5
_MOST_BREAKS = 2
#: The longest wait that a server may ask for, in seconds; and the one where it doesn't say.
_LONGEST_WAIT = 30.0
_WAIT = 1.0
_LONGEST_TEXT = 300
#: How the server spells the beginning of a list's items, and how many of them are decoded at once.
_ITEMS = '"items":['
_BATCH = 50
#: So many pages without an item, and so many items, may a list have: a server may hand out tokens for ever.
_MOST_EMPTY_PAGES = 1000
_MOST_ITEMS = 5_000_000
_DECODER = json.JSONDecoder()
#: After so many seconds the server ends a watch, and a longer silence than this many is a connection that is dead:
#: where nothing happens nothing comes, for not every list has bookmarks.
_WATCH_SECONDS = "55"
_SILENCE = 75.0


class Api(Protocol):
    """What reads need of a session; tests bring their own."""

    @property
    def timeout(self) -> float | None:
        """Seconds for one request, its repetitions included; None for no limit."""

    @property
    def chunk_size(self) -> int:
        """Objects on one page; 0 for all."""

    def get(self, path: str, query: Mapping[str, str], seconds: float | None, accept: str = JSON) -> Answer:
        """Sends one GET."""

    def lines(self, path: str, query: Mapping[str, str], silence: float) -> Iterator[Answer | bytes]:
        """Sends one GET that is answered line by line."""


class ApiError(Exception):
    """A request without a usable answer: `status` is None where none came, the text is the reason on one line.

    `broken` says that an answer had begun, or could have, when the connection broke.
    """

    def __init__(self, reason: str, status: int | None = None, *, broken: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.broken = broken


@dataclass(frozen=True)
class Listing:
    """The items of a list."""

    #: Those that came.
    items: list[Any]
    #: Why they are not all that were asked for, None if they are.
    broken: ApiError | None = None
    #: How many follow those that were asked for, 0 if none do; None if there are some and nobody says how many.
    more: int | None = 0


#: What becomes of the items of a page as it comes.
Take = Callable[[list[Any]], list[Any]]


def everything(items: list[Any]) -> list[Any]:
    """Keeps all items of a page, as they are."""
    return items


def read_object(api: Api, path: str) -> JsonObject:
    """Reads one object; raises ApiError."""
    return _get(api, path, {})


def read_list(api: Api, path: str, take: Take = everything, *, accept: str = JSON, **query: str) -> Listing:
    """Reads a whole list, `chunk_size` items a request; each item has its kind, `take` says what is kept of a page.

    A list whose pages have expired (410) is read again, once, in one piece. Raises ApiError if not even the first page
    came; if a later one didn't, what came before it is given as `broken`.
    """
    items: list[Any] = []
    paged = {**query, "limit": str(api.chunk_size)} if api.chunk_size > 0 else dict(query)
    page = _get_list(api, path, paged, accept)
    tokens: set[str] = set()
    in_vain = 0
    while True:
        taken = take(list_items(page))
        items += taken
        in_vain = 0 if list_items(page) else in_vain + 1
        following = _following(page)
        if not following:
            return Listing(items)
        if following in tokens or in_vain > _MOST_EMPTY_PAGES or len(items) > _MOST_ITEMS:
            return Listing(items, ApiError("its pages have no end"))
        tokens.add(following)
        try:
            page = _get_list(api, path, {**paged, "continue": following}, accept)
        except ApiError as error:
            if error.status != GONE:
                return Listing(items, error)
            try:
                return Listing(take(list_items(_get_list(api, path, query, accept))))
            except ApiError as last:
                return Listing(items, last)


def read_page(api: Api, path: str, limit: int, **query: str) -> Listing:
    """Reads the beginning of a list, and how much more there is; raises ApiError."""
    page = _get_list(api, path, {**query, "limit": str(limit)})
    more = object_of(page.get("metadata")).get("remainingItemCount")
    if not _following(page):
        return Listing(list_items(page))
    return Listing(list_items(page), more=more if isinstance(more, int) else None)


def read_cached(api: Api, path: str, take: Take = everything, **query: str) -> Listing:
    """Reads a list in one piece as the server's watch cache has it; where the connection breaks, in pages.

    The cache is what controllers act on; it may be some moments behind. Raises ApiError if nothing came.
    """
    try:
        body = _answered(api, path, {**query, "resourceVersion": "0"}, JSON).body
        return Listing(read_items(body, take, path))
    except ApiError as error:
        if not error.broken:
            raise
        return read_list(api, path, take, **query)


def read_text(api: Api, path: str, accept: str, **query: str) -> bytes:
    """Reads an answer of another media type, as it is; raises ApiError."""
    return _answered(api, path, query, accept).body


def read_version(api: Api, path: str, **query: str) -> str:
    """The resource version that a list has now, to watch it from; raises ApiError."""
    page = _get_list(api, path, {**query, "limit": "1"})
    return text_of(object_of(page.get("metadata")).get("resourceVersion"))


def watch(api: Api, path: str, version: str, **query: str) -> Iterator[JsonObject]:
    """Gives what changes in a list from a resource version on, as `{"type", "object"}`, bookmarks among it.

    Ends when the server ends it, which it does after some minutes. Raises ApiError: with status 410 where the version
    is too old, and the list has to be read again; with `broken` where the connection broke or fell silent.
    """
    watching = {
        "watch": "1",
        "allowWatchBookmarks": "true",
        "resourceVersion": version,
        "timeoutSeconds": _WATCH_SECONDS,
    }
    try:
        for line in api.lines(path, {**query, **watching}, _SILENCE):
            if isinstance(line, Answer):
                raise _refusal(line)
            change = _decoded(line)
            if change is None:
                continue
            if change.get("type") == "ERROR":
                status = object_of(change.get("object"))
                code = status.get("code")
                raise ApiError(
                    _shortened(text_of(status.get("message"))) or "the watch ended",
                    code if isinstance(code, int) else None,
                )
            yield change
    except NoAnswerError as error:
        raise ApiError(str(error), broken=True) from error


def read_items(body: bytes, take: Take, path: str) -> list[Any]:
    """Decodes a list a few items at a time, so that never all of them are there before `take` has had its choice.

    An item that is nested too deeply is given as None. Raises ApiError where it is not the list that `path` asks for.
    """
    text = body.decode(errors="replace")
    head, mark, _ = text.partition(_ITEMS)
    items: list[Any] = []
    batch: list[Any] = []
    at = len(head) + len(mark)
    try:
        document = json.loads(f"{head}{mark}]}}")
        at = at if "kind" in document else len(text)  # what the items are is said behind them
        while text[at] != "]":
            item, at = _next_item(text, at + (text[at] == ","))
            batch.append(item)
            if len(batch) == _BATCH:
                items += take(list_items({**document, "items": batch}))
                batch = []
        json.loads(f"{head}{mark}{text[at:]}")
    except (ValueError, IndexError, RecursionError):
        # a server, or what stands before it, that spells a list in another way
        whole = _decoded(body)
        if whole is None:
            raise _no_object() from None
        _check_list(whole, path)
        return take(list_items(whole))
    _check_list({**document, "items": batch}, path)
    return items + take(list_items({**document, "items": batch}))


def _next_item(text: str, at: int) -> tuple[Any, int]:
    """The item that begins at a place, and where it ends; None for one that is nested too deeply to be decoded."""
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        end = end_of_value(text, at)
        if end is None:
            raise
        return None, end


def _no_object() -> ApiError:
    return ApiError("its answer isn't a JSON object: is it a Kubernetes API server?", OK)


def _following(page: JsonObject) -> str:
    """The token of the next page; empty on the last one."""
    return text_of(object_of(page.get("metadata")).get("continue"))


def _get(api: Api, path: str, query: Mapping[str, str], accept: str = JSON) -> JsonObject:
    document = _decoded(_answered(api, path, query, accept).body)
    if document is None:
        raise _no_object()
    return document


def _get_list(api: Api, path: str, query: Mapping[str, str], accept: str = JSON) -> JsonObject:
    document = _decoded_list(_answered(api, path, query, accept).body)
    if document is None:
        raise _no_object()
    _check_list(document, path)
    return document


def _decoded_list(body: bytes) -> JsonObject | None:
    """A list, with None for each item that is nested too deeply to be decoded; None for what is no object."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    except RecursionError:
        return _without_deep_items(body.decode(errors="replace"))
    return document if isinstance(document, dict) else None


def _without_deep_items(text: str) -> JsonObject | None:
    head, mark, _ = text.partition(_ITEMS)
    at, items = len(head) + len(mark), []
    try:
        while text[at] != "]":
            item, at = _next_item(text, at + (text[at] == ","))
            items.append(item)
        document = json.loads(f"{head}{mark}{text[at:]}")
    except (ValueError, IndexError, RecursionError):
        return None
    return {**document, "items": items} if isinstance(document, dict) else None


def _check_list(document: JsonObject, path: str) -> None:
    """Raises ApiError for what is not the list that a path asks for: without it, nothing fails would be no news.

    Go writes a list that is empty as null where nobody has made one.
    """
    kind, items = text_of(document.get("kind")), document.get("items")
    resource = path.rpartition("/")[2]
    kinds = {f"{resource.removesuffix('s')}list", "partialobjectmetadatalist"}
    fits = kind.lower() in kinds and (items is None or isinstance(items, list))
    # some proxies leave the kind out
    if not fits and (kind or not isinstance(items, list)):
        raise ApiError(f"its answer is no list of {resource}: is it a Kubernetes API server?", OK)


def _answered(api: Api, path: str, query: Mapping[str, str], accept: str) -> Answer:
    """An answer that says yes; raises ApiError with the server's own words for any other."""
    answer = _answer(api, path, query, accept)
    if answer.status == OK:
        return answer
    raise _refusal(answer)


def _refusal(answer: Answer) -> ApiError:
    message = text_of(object_of(_decoded(answer.body)).get("message")) or _plain_text(answer)
    return ApiError(_shortened(message) or f"status {answer.status}", answer.status)


def _shortened(message: str) -> str:
    """A server's text on one line, without the logins and tokens that a proxy before it may have put in."""
    from kubectl_imagepull.vocabulary.redaction import redacted

    return redacted(" ".join(message.split()))[:_LONGEST_TEXT]


def _plain_text(answer: Answer) -> str:
    """What a server says that gives no Status: an API server that is overloaded, or is spoken to without TLS."""
    plain = answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/plain"
    return answer.body[:_LONGEST_TEXT].decode(errors="replace") if plain else ""


def _decoded(body: bytes) -> JsonObject | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _answer(api: Api, path: str, query: Mapping[str, str], accept: str) -> Answer:
    """Sends a request, again where the server asks for it or the connection breaks, as long as there is time."""
    deadline = None if api.timeout is None else time.monotonic() + api.timeout
    breaks = 0
    for left in reversed(range(_MOST_TRIES)):
        seconds = None if deadline is None else max(deadline - time.monotonic(), 0.001)
        try:
            answer = api.get(path, query, seconds, accept)
        except NoAnswerError as error:
            breaks += 1
            if error.broken and left and breaks < _MOST_BREAKS:
                continue
            raise ApiError(str(error), broken=error.broken) from error
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
    if answer.status != TOO_MANY and not (answer.status >= _SERVER_ERRORS and after):
        return None
    return float(after) if after.isascii() and after.isdecimal() else _WAIT

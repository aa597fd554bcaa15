"""Asks one registry about images: a few requests each, first as anybody, then with the logins that there are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from time import monotonic
from urllib.parse import urlsplit

from kubectl_imagepull.registry import registry_words as read
from kubectl_imagepull.registry.courier import Courier, Delivery, wait_asked
from kubectl_imagepull.registry.exchange import NoReply, NoReplyError, RegistrySender
from kubectl_imagepull.registry.image_answer import (
    ImageAnswer,
    ImageState,
    LoginState,
    ProbeLogin,
    TagList,
)
from kubectl_imagepull.registry.reach import ReachPolicy, origin_of
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference

#: Seconds for all that is asked about one image.
SECONDS_FOR_IMAGE = 15.0
_MANIFEST_BYTES = 4 << 20
_CONFIG_BYTES = 1 << 20
_PAGE_BYTES = 2 << 20
#: So many pages of a list of tags are read, and so many tags asked for on one.
_MOST_PAGES = 5
_TAGS_A_PAGE = 1000
#: Below so many pulls left none is spent on a look at the platforms.
_PULLS_TO_LEAVE = 20
_OK, _NOT_FOUND, _TOO_MANY, _SERVER_ERRORS = 200, 404, 429, 500
_STATES = {
    401: ImageState.REFUSED,
    402: ImageState.BLOCKED,
    403: ImageState.REFUSED,
    405: ImageState.BLOCKED,
    412: ImageState.BLOCKED,
    451: ImageState.BLOCKED,
    429: ImageState.RATE_LIMITED,
}


@dataclass(frozen=True)
class ImageQuestion:
    """What is asked about one image."""

    #: The image.
    image: ImageReference
    #: The logins that may be tried after nobody's, in this order.
    logins: tuple[ProbeLogin, ...] = ()
    #: Whether the platforms on offer matter.
    platforms: bool = True


class ImageProbe:
    """Asks one registry; keeps its tokens, so that images of one repository share them."""

    def __init__(self, registry: str, sender: RegistrySender, reach: ReachPolicy) -> None:
        self._registry = registry
        self._sender = sender
        self._reach = reach
        self._couriers: dict[ProbeLogin | None, Courier] = {}

    def ask(self, question: ImageQuestion) -> ImageAnswer:
        """What the registry says of an image; raises nothing."""
        deadline = monotonic() + SECONDS_FOR_IMAGE
        answer = self._as_whom(question, None, deadline)
        for login in _distinct(question.logins):
            # what anybody gets needs no login, and one that isn't asked for isn't sent
            if answer.state not in {ImageState.REFUSED, ImageState.MISSING, ImageState.REPOSITORY_MISSING}:
                break
            # once the pods' login was tried, what another may pull says nothing more
            if login.is_own and not answer.anonymous:
                break
            tried = self._as_whom(question, login, deadline)
            answer = answer if tried.login_state is LoginState.NOT_SENT and not tried.tells else tried
        return replace(answer, asked=datetime.now(timezone.utc))

    def _as_whom(self, question: ImageQuestion, login: ProbeLogin | None, deadline: float) -> ImageAnswer:
        name = login.source if login else ""
        try:
            if login not in self._couriers:
                self._couriers[login] = Courier(self._registry, self._sender, self._reach, login)
            asking = _Asking(self._couriers[login], question, deadline)
            answer = asking.answer()
        except NoReplyError as error:
            kept_back = error.kind in {NoReply.FORBIDDEN, NoReply.PRIVATE}
            answer = ImageAnswer(
                ImageState.NOT_ASKED if kept_back else ImageState.UNANSWERED,
                read.words(str(error)),
                is_private=error.kind is NoReply.PRIVATE,
            )
        is_own = login is not None and login.is_own
        return replace(answer, login=name, anonymous=login is None, own_login=is_own)


class _Asking:
    """The questions about one image, under one login."""

    def __init__(self, courier: Courier, question: ImageQuestion, deadline: float) -> None:
        self._courier = courier
        self._question = question
        self._deadline = deadline
        image = question.image
        self._path = f"/v2/{image.path}/manifests/{image.digest or image.tag}"

    def answer(self) -> ImageAnswer:
        delivery = self._take("HEAD", self._path, headers={"Accept": read.MANIFEST_TYPES})
        reply = delivery.reply
        base = ImageAnswer(
            ImageState.FOUND,
            status=reply.status,
            login_state=delivery.login_state,
            granted=delivery.granted,
            digest=read.digest_in(reply),
            limit=read.limit_in(reply),
            retry_after=wait_asked(reply),
        )
        if reply.status == _OK:
            return self._exists(base, read.media_type_of(reply))
        if delivery.login_fault and reply.status not in {_NOT_FOUND, _TOO_MANY}:
            return self._without_ticket(base, delivery)
        return self._refused(base)

    def _take(self, method: str, path: str, **options: object) -> Delivery:
        return self._courier.take(method, path, self._question.image.path, self._deadline, **options)

    # -- it is there -----------------------------------------------------------------------------------------------

    def _exists(self, answer: ImageAnswer, media_type: str) -> ImageAnswer:
        wanted = self._question.image.digest
        if wanted and answer.digest and answer.digest != wanted:
            return replace(answer, state=ImageState.CORRUPT, why=f"it answers with {answer.digest}")
        if media_type and media_type != "application/json" and media_type not in read.INDEXES | read.MANIFESTS:
            artifact = media_type.startswith("application/vnd.")
            state = ImageState.NO_IMAGE if artifact else ImageState.UNANSWERED
            what = read.words(media_type)
            return replace(answer, state=state, why=what if artifact else f"what it sends is {what}")
        return self._with_platforms(answer) if self._question.platforms else answer

    def _with_platforms(self, answer: ImageAnswer) -> ImageAnswer:
        left = answer.limit.remaining if answer.limit else None
        if left is not None and left < _PULLS_TO_LEAVE:
            return replace(answer, platforms_unread=f"only {left} pulls are left, and a look at them takes one")
        try:
            return self._with_content(answer)
        except NoReplyError as error:
            return replace(answer, platforms_unread=read.words(str(error)))

    def _with_content(self, answer: ImageAnswer) -> ImageAnswer:
        options = {"headers": {"Accept": read.MANIFEST_TYPES}, "most_bytes": _MANIFEST_BYTES}
        reply = self._take("GET", self._path, **options).reply
        if reply.status != _OK:
            return replace(answer, platforms_unread=f"it answers {reply.status} to a request for the manifest")
        digest = f"sha256:{hashlib.sha256(reply.body).hexdigest()}"
        promised = self._question.image.digest or read.digest_in(reply)
        if promised.startswith("sha256:") and promised != digest:
            why = f"what it sends has digest {digest}, and not {promised}"
            return replace(answer, state=ImageState.CORRUPT, why=why, digest=digest)
        content = read.read_manifest(reply.body, read.media_type_of(reply))
        if content.other_type:
            return replace(answer, state=ImageState.NO_IMAGE, why=content.other_type, digest=digest)
        platforms = content.platforms or self._platform_of(content.config)
        unread = "" if platforms else "the image names none"
        return replace(answer, digest=digest, platforms=platforms, platforms_unread=unread)

    def _platform_of(self, config: str) -> tuple[str, ...]:
        """The platform in a single image's configuration; () where it can't be had."""
        if not config:
            return ()
        path = f"/v2/{self._question.image.path}/blobs/{config}"
        reply = self._take("GET", path, most_bytes=_CONFIG_BYTES).reply
        if reply.status != _OK or f"sha256:{hashlib.sha256(reply.body).hexdigest()}" != config:
            return ()
        platform = read.platform_in(read.document_in(reply.body))
        return (platform,) if platform else ()

    # -- it isn't, or is refused ------------------------------------------------------------------------------------

    def _without_ticket(self, answer: ImageAnswer, delivery: Delivery) -> ImageAnswer:
        """No token was to be had: by the token server's answer it is refused, or nothing was learned."""
        fault = delivery.login_fault
        if delivery.token_refused:
            return replace(answer, state=ImageState.REFUSED, why=read.words(fault))
        withheld = delivery.login_state is LoginState.WITHHELD
        state = ImageState.NOT_ASKED if withheld else ImageState.UNANSWERED
        return replace(answer, state=state, why=read.words(fault))

    def _refused(self, answer: ImageAnswer) -> ImageAnswer:
        """Asks once more for the body of a refusal, which a HEAD doesn't have; a refused GET is no pull."""
        delivery = self._take("GET", self._path, headers={"Accept": read.MANIFEST_TYPES}, most_bytes=_MANIFEST_BYTES)
        reply, error = delivery.reply, read.error_in(delivery.reply.body)
        answer = replace(
            answer,
            status=reply.status,
            code=error.code,
            why=error.message,
            login_state=delivery.login_state,
            limit=answer.limit or read.limit_in(reply),
            retry_after=wait_asked(reply),
        )
        if reply.status == _OK:
            return self._with_content(replace(answer, state=ImageState.FOUND, why=""))
        if reply.status in _STATES:
            return replace(answer, state=_STATES[reply.status], why=error.message or f"it answers {reply.status}")
        if reply.status == _NOT_FOUND and (error.is_registrys or not reply.body):
            return self._missing(answer)
        what = "which is no registry's answer" if reply.status == _NOT_FOUND else "and nothing was learned"
        return replace(answer, state=ImageState.UNANSWERED, why=f"it answers {reply.status}, {what}")

    def _missing(self, answer: ImageAnswer) -> ImageAnswer:
        if answer.code == "NAME_UNKNOWN":
            return replace(answer, state=ImageState.REPOSITORY_MISSING)
        tags, status = self._tags()
        if tags is not None:
            return replace(answer, state=ImageState.TAG_MISSING, tags=tags)
        if status == _NOT_FOUND:
            return replace(answer, state=ImageState.REPOSITORY_MISSING)
        known = answer.code in {"MANIFEST_UNKNOWN", "TAG_EXPIRED"} and self._question.image.registry == DOCKER_HUB
        return replace(answer, state=ImageState.TAG_MISSING if known else ImageState.MISSING)

    def _tags(self) -> tuple[TagList | None, int]:
        """The tags of the repository, as far as some pages hold them, and the status of the first page."""
        path = f"/v2/{self._question.image.path}/tags/list?n={_TAGS_A_PAGE}"
        tags: dict[str, None] = {}
        for page in range(_MOST_PAGES):
            try:
                reply = self._take("GET", path, most_bytes=_PAGE_BYTES).reply
            except NoReplyError:
                return (TagList(tuple(tags), complete=False), _OK) if page else (None, 0)
            if reply.status != _OK or not read.document_in(reply.body):
                return (TagList(tuple(tags), complete=False), _OK) if page else (None, reply.status)
            before = len(tags)
            tags.update(dict.fromkeys(read.tags_in(reply.body)))
            path = self._next(read.next_page(reply, f"{self._courier.origin}{path}"))
            # a list that goes on and brings nothing new has no end
            if not path or len(tags) == before:
                return TagList(tuple(tags), complete=not path), _OK
        return TagList(tuple(tags), complete=False), _OK

    def _next(self, url: str) -> str:
        """The path of the next page, which is the same registry's; "" for any other."""
        if not url or origin_of(url) != self._courier.origin:
            return ""
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}"


def _distinct(logins: Sequence[ProbeLogin]) -> list[ProbeLogin]:
    return list({(login.user, login.password): login for login in reversed(logins)}.values())[::-1]

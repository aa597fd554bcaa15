"""Takes requests to one registry: with its login where that may go, through redirects without it, again where asked to.

Facts: distribution/distribution docs/content/spec/auth (token.md), and registries.md's traps: the challenge of the
manifest names the scope, and a token's `expires_in` is not needed within one run.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode, urljoin

from kubectl_imagepull.registry.challenge import Challenge, parse_challenge
from kubectl_imagepull.registry.credential_policy import belongs_to, may_carry_login
from kubectl_imagepull.registry.exchange import (
    NoReply,
    NoReplyError,
    RegistryReply,
    RegistryRequest,
    RegistrySender,
)
from kubectl_imagepull.registry.image_answer import LoginState, ProbeLogin
from kubectl_imagepull.registry.reach import Origin, ReachPolicy, origin_of
from kubectl_imagepull.registry.registry_words import granted_by
from kubectl_imagepull.vocabulary.names import shown

_OK, _UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER_ERRORS = 200, 401, 403, 429, 500
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_MOST_TRIES = 2
#: The longest wait that a registry may ask for, and the one where it doesn't say, in seconds.
_LONGEST_WAIT = 3.0
_WAIT = 0.5
_MOST_TOKEN_BYTES = 64 << 10
#: Docker Hub's name in references, and the host that answers for it.
_HOSTS = {"docker.io": "registry-1.docker.io"}


@dataclass(frozen=True)
class _Ticket:
    """What came of asking for the right to pull from a repository."""

    #: The Authorization header; "" for none.
    authorization: str
    #: What became of the login.
    state: LoginState
    #: Why it is not to be had; "" where it is.
    fault: str = ""
    #: What the token allows, as it says itself; None where it doesn't say.
    granted: tuple[str, ...] | None = None
    #: Whether the token server refused it.
    is_refused: bool = False


@dataclass(frozen=True)
class Delivery:
    """A reply, and under which login it came."""

    #: What came back.
    reply: RegistryReply
    #: What became of the login.
    login_state: LoginState = LoginState.NOT_SENT
    #: Why no token was to be had, or no login sent; "" where there was no such trouble.
    login_fault: str = ""
    #: What the token allows, as it says itself; None where it doesn't say.
    granted: tuple[str, ...] | None = None
    #: Whether the token server refused a token.
    token_refused: bool = False


class Courier:
    """Takes requests to one registry, as anybody or with one login; keeps the tokens that it got."""

    def __init__(
        self, registry: str, sender: RegistrySender, reach: ReachPolicy, login: ProbeLogin | None = None
    ) -> None:
        host = _HOSTS.get(registry, registry)
        self.origin: Origin = origin_of(f"{reach.scheme_of(registry)}://{host}")
        self.login = login
        self._sender = sender
        self._reach = reach
        self._tickets: dict[str, _Ticket] = {}
        self._lock = Lock()

    def take(self, method: str, path: str, repository: str, deadline: float, **options: Any) -> Delivery:
        """Sends a request to a path of the registry; raises NoReplyError.

        `options` are the fields of RegistryRequest. Who is asked for a login logs in, once, for the repository.
        """
        request = RegistryRequest(method, f"{self.origin}{path}", **options)
        ticket = self._tickets.get(repository)
        if ticket is not None and ticket.authorization:
            reply = self._follow(self._with(request, ticket), deadline)
            return Delivery(reply, _after(reply, ticket), granted=ticket.granted)
        reply = self._follow(request, deadline)
        if reply.status != _UNAUTHORIZED or reply.redirected:
            return Delivery(reply)
        challenge = parse_challenge(reply.headers.get("www-authenticate", ""))
        if challenge is None:
            return Delivery(reply)
        with self._lock:
            # several images of a repository want the same token at once
            if repository not in self._tickets:
                self._tickets[repository] = self._ticket(challenge, repository, deadline)
            ticket = self._tickets[repository]
        if ticket.fault or not ticket.authorization:
            return Delivery(reply, ticket.state, ticket.fault, ticket.granted, ticket.is_refused)
        reply = self._follow(self._with(request, ticket), deadline)
        return Delivery(reply, _after(reply, ticket), granted=ticket.granted)

    # -- logging in ------------------------------------------------------------------------------------------------

    def _ticket(self, challenge: Challenge, repository: str, deadline: float) -> _Ticket:
        if challenge.wants_token:
            return self._token(challenge, repository, deadline)
        if self.login is None:
            return _Ticket("", LoginState.NOT_SENT)
        if not may_carry_login(self.origin, self.origin):
            return _Ticket("", LoginState.WITHHELD, "no login is sent over plain http")
        return _Ticket(_basic(self.login), LoginState.ACCEPTED)

    def _token(self, challenge: Challenge, repository: str, deadline: float) -> _Ticket:
        try:
            realm = origin_of(challenge.realm)
        except NoReplyError:
            return _Ticket("", LoginState.WITHHELD, f"its token server, {shown(challenge.realm)!r}, is no URL")
        if not belongs_to(self.origin, realm):
            why = f"its token server, {realm}, doesn't belong to {self.origin.name}, so nothing is asked there"
            return _Ticket("", LoginState.WITHHELD, why)
        headers = {"Accept": "application/json"}
        if self.login is not None:
            if not may_carry_login(self.origin, realm):
                return _Ticket("", LoginState.WITHHELD, f"its token server, {realm}, would get the login unencrypted")
            headers["Authorization"] = _basic(self.login)
        query = {"scope": challenge.scope or f"repository:{repository}:pull"}
        if challenge.service:
            query = {"service": challenge.service, **query}
        joint = "&" if "?" in challenge.realm else "?"
        request = RegistryRequest(
            "GET", f"{challenge.realm}{joint}{urlencode(query)}", headers, most_bytes=_MOST_TOKEN_BYTES
        )
        try:
            # a token server that sends elsewhere is not followed: the next place need not belong to the registry
            reply = self._patiently(request, deadline)
        except NoReplyError as error:
            return _Ticket("", LoginState.NOT_SENT, f"its token server, {realm.name}: {error}")
        return self._of_token_reply(reply, realm)

    def _of_token_reply(self, reply: RegistryReply, realm: Origin) -> _Ticket:
        if reply.status in {_UNAUTHORIZED, _FORBIDDEN}:
            state = LoginState.REFUSED if self.login else LoginState.NOT_SENT
            return _Ticket("", state, f"its token server answers {reply.status}", is_refused=True)
        token = _token_in(reply.body) if reply.status == _OK else ""
        if not token:
            return _Ticket("", LoginState.NOT_SENT, f"its token server, {realm.name}, answers {reply.status}")
        state = LoginState.ACCEPTED if self.login else LoginState.NOT_SENT
        return _Ticket(f"Bearer {token}", state, granted=granted_by(token))

    def _with(self, request: RegistryRequest, ticket: _Ticket) -> RegistryRequest:
        return replace(request, headers={**request.headers, "Authorization": ticket.authorization})

    # -- sending ---------------------------------------------------------------------------------------------------

    def _follow(self, request: RegistryRequest, deadline: float) -> RegistryReply:
        """Sends a request and follows redirects, over https and without any login; raises NoReplyError."""
        reply = self._patiently(request, deadline)
        for _ in range(_MOST_REDIRECTS):
            if reply.status not in _REDIRECTS:
                return reply
            url = urljoin(request.url, reply.headers.get("location", ""))
            origin = origin_of(url)
            try:
                self._reach.check_scheme(origin)
                headers = {name: value for name, value in request.headers.items() if name != "Authorization"}
                request = replace(request, url=url, headers=headers)
                reply = replace(self._patiently(request, deadline), redirected=True)
            except NoReplyError as error:
                if error.kind in {NoReply.FORBIDDEN, NoReply.PRIVATE}:
                    where = f"it sends on to {origin}, where nothing is asked: {error}"
                    raise NoReplyError(NoReply.FORBIDDEN, where) from error
                raise
        if reply.status in _REDIRECTS:
            raise NoReplyError(NoReply.UNREADABLE, "it sends on again and again")
        return reply

    def _patiently(self, request: RegistryRequest, deadline: float) -> RegistryReply:
        """Sends a request, and once more where the registry asks for a short wait."""
        reply = self._sender.send(request, deadline)
        for _ in range(_MOST_TRIES - 1):
            if reply.status != _TOO_MANY and reply.status < _SERVER_ERRORS:
                break
            wait = wait_asked(reply)
            pause = _WAIT if wait is None else wait
            if pause > _LONGEST_WAIT or monotonic() + pause >= deadline:
                break
            sleep(pause)
            reply = self._sender.send(request, deadline)
        return reply


def wait_asked(reply: RegistryReply) -> float | None:
    """The seconds that Retry-After asks for; None where it doesn't say, or says a date."""
    value = reply.headers.get("retry-after", "").strip()
    return float(value) if value.isdecimal() and len(value) < 7 else None  # noqa: PLR2004 - less than twelve days


def _after(reply: RegistryReply, ticket: _Ticket) -> LoginState:
    """What became of a login, by the reply that came with it."""
    basic = ticket.authorization.startswith("Basic ")
    return LoginState.REFUSED if basic and reply.status == _UNAUTHORIZED else ticket.state


def _basic(login: ProbeLogin) -> str:
    return "Basic " + b64encode(f"{login.user}:{login.password}".encode()).decode()


def _token_in(body: bytes) -> str:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    token = document.get("token") or document.get("access_token")
    # nothing of it may end the header and begin another
    return token if isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token else ""

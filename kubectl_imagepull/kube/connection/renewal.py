"""A login that is renewed while the program runs: those of EKS, GKE and others end after 15 to 60 minutes.

As kubectl does (client-go, plugin/pkg/client/auth/exec/exec.go): when its time is up, and when the server refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from threading import Lock
from time import monotonic
from typing import Any

#: The status that refuses it.
UNAUTHORIZED = 401
#: Seconds after which a login that the server has never accepted may be renewed: a plugin may ask somebody each time.
_PAUSE = 30.0


@dataclass(frozen=True)
class Way:
    """A kubernetes.client.ApiClient that is logged in, and when that login ends, if that is known."""

    client: Any
    expires: datetime | None = None


class Renewal:
    """The way that is good now; `renew` gives another one, None where that would be the same again.

    It may be used by several threads: one renews, and the others wait for it.
    """

    def __init__(self, way: Way, renew: Callable[[], Way] | None = None) -> None:
        self._way = way
        self._renew = renew
        self._lock = Lock()
        self._accepted = False
        self._tried = monotonic()

    @property
    def client(self) -> Any:
        """The client as it is."""
        return self._way.client

    def current(self) -> Any:
        """The client, with a new login where the last one's time is up; raises what `renew` raises."""
        with self._lock:
            expires = self._way.expires
            if expires and expires <= datetime.now(timezone.utc):
                self._try()
            return self._way.client

    def note(self, client: Any, status: int) -> None:
        """Notes with which status the server answered a client."""
        if status != UNAUTHORIZED and self._way.client is client:
            self._accepted = True

    def gives_another(self, client: Any, status: int) -> bool:
        """Whether a client was refused by that status and there is one with another login.

        Raises what `renew` raises.
        """
        self.note(client, status)
        if status != UNAUTHORIZED:
            return False
        with self._lock:
            if self._way.client is client:
                self._try()
            return self._way.client is not client

    def _try(self) -> None:
        if self._renew is None or not (self._accepted or monotonic() - self._tried > _PAUSE):
            return
        self._accepted, self._tried = False, monotonic()
        self._way = self._renew()

"""A login that is renewed while the program runs: those of EKS, GKE and others end after 15 to 60 minutes.

As kubectl does (client-go, plugin/pkg/client/auth/exec/exec.go): when its time is up, and when the server refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from threading import Lock
from time import monotonic

from kubectl_imagepull.kube.connection.answer import UNAUTHORIZED
from kubectl_imagepull.kube.connection.client import ClusterClient

#: Seconds after which a login that the server has never accepted may be renewed: a plugin may ask somebody each time.
_PAUSE = 30.0


class LoginRenewal:
    """The client that is good now; `renew` gives another one, None where that would be the same again.

    It may be used by several threads: one renews, and the others wait for it.
    """

    def __init__(self, client: ClusterClient, renew: Callable[[], ClusterClient] | None = None) -> None:
        self._client = client
        self._renew = renew
        self._lock = Lock()
        self._accepted = False
        self._tried = monotonic()

    @property
    def client(self) -> ClusterClient:
        """The client as it is."""
        return self._client

    def current(self) -> ClusterClient:
        """The client, with a new login where the last one's time is up; raises what `renew` raises."""
        with self._lock:
            expires = self._client.expires
            if expires and expires <= datetime.now(timezone.utc):
                self._try()
            return self._client

    def note(self, client: ClusterClient, status: int) -> None:
        """Notes with which status the server answered a client."""
        if status != UNAUTHORIZED and self._client is client:
            self._accepted = True

    def gives_another(self, client: ClusterClient, status: int) -> bool:
        """Whether a client was refused by that status and there is one with another login.

        Raises what `renew` raises.
        """
        self.note(client, status)
        if status != UNAUTHORIZED:
            return False
        with self._lock:
            if self._client is client:
                self._try()
            return self._client is not client

    def _try(self) -> None:
        if self._renew is None or not (self._accepted or monotonic() - self._tried > _PAUSE):
            return
        self._accepted, self._tried = False, monotonic()
        refused, self._client = self._client, self._renew()
        refused.close()

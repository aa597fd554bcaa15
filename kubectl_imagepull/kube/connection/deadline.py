"""Connections whose answers end in time: a server that sends a byte now and then would be waited for for ever.

A socket's timeout is one for each byte that comes. Here it is one for the whole answer, its status line, headers and
the lengths of its chunks among it.
"""

from __future__ import annotations

import io
import socket
from http.client import HTTPResponse
from time import monotonic
from typing import Any


class _TimedInput(io.RawIOBase):
    """What a socket receives, up to a time."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._socket = sock
        # it keeps the socket open until it is closed itself, as http.client's own does
        self._raw: Any = sock.makefile("rb", buffering=0)
        seconds = sock.gettimeout()
        self._end = None if seconds is None else monotonic() + seconds

    def readable(self) -> bool:
        """It is read, and nothing else."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Receives into a buffer; raises TimeoutError when the time is up."""
        if self._end is not None:
            left = self._end - monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(left)
        received: int | None = self._raw.readinto(buffer)
        return received

    def close(self) -> None:
        """Lets go of the socket."""
        self._raw.close()
        super().close()


class TimedResponse(HTTPResponse):
    """An answer that has to end when its socket's timeout, counted from its beginning, is up."""

    def __init__(self, sock: socket.socket, *arguments: Any, **settings: Any) -> None:
        super().__init__(sock, *arguments, **settings)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedInput(sock))

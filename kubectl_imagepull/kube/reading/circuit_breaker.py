"""Stops asking a server that gives nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kubectl_imagepull.kube.reading.api import TOO_MANY, ApiError

#: Requests that wait for nothing after which no more are sent: each may take the whole `--request-timeout`.
_MOST_SILENT = 3
_T = TypeVar("_T")


class CircuitBreaker:
    """Sends requests of one kind, several at a time, and no more to a server that is silent or overloaded."""

    def __init__(self) -> None:
        self._silent = 0

    def call(self, read: Callable[[], _T]) -> _T | ApiError:
        """What a request gives, or why it gives nothing."""
        if self._silent >= _MOST_SILENT:
            return ApiError(f"{_MOST_SILENT} earlier requests got no answer")
        try:
            return read()
        except ApiError as error:
            # a thread more or less that counts at the same time makes no difference
            self._silent += error.status in {None, TOO_MANY}
            return error

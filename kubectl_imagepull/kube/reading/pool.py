"""Requests side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kubectl_imagepull.kube.connection.server_connections import MOST_CONNECTIONS

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


@contextmanager
def workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads for so many requests, as far as there are connections for them.

    Whatever is raised, an interrupt above all, doesn't wait for answers on their way.
    """
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(min(count, MOST_CONNECTIONS))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()

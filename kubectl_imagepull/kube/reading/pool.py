"""Requests side by side."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from kubectl_imagepull.kube.connection.client import MOST_CONNECTIONS

#: Requests at once: as many as a session keeps connections for.
MOST_AT_ONCE = MOST_CONNECTIONS


@contextmanager
def workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads for so many requests; whatever is raised, an interrupt above all, doesn't wait for answers on their way.

    More requests than may be sent at once wait for one another.
    """
    pool = ThreadPoolExecutor(min(count, MOST_AT_ONCE))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()

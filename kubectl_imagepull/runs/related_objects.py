"""What bears on the failing pods of one reading after the other, read again only now and then."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.snapshot import Snapshot

#: Seconds after which it is read again.
_STALE = 30.0


class RelatedObjects:
    """What bears on the failing pods, read again where other pods fail or some time has passed.

    `read` gives a snapshot with it.
    """

    def __init__(self, read: Callable[[Snapshot], Snapshot]) -> None:
        self._read = read
        self._last: Snapshot | None = None
        self._failing: frozenset[tuple[str, ...]] = frozenset()
        self._time = 0.0

    def added_to(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with it."""
        failing = frozenset((one.namespace, one.pod, one.container or "", one.image) for one in find_failures(snapshot))
        if self._last is None or failing != self._failing or monotonic() - self._time > _STALE:
            self._last, self._failing, self._time = self._read(snapshot), failing, monotonic()
            return self._last
        return snapshot.with_objects({**self._last.objects, **snapshot.objects}, self._last.unread)

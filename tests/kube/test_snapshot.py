from __future__ import annotations

from datetime import datetime, timezone

from kubectl_imagepull.kube.snapshot import Snapshot, Source


def test_a_kind_that_was_not_looked_at_gives_nothing() -> None:
    snapshot = Snapshot(Source("recording", "x"), {}, datetime.now(timezone.utc))
    assert (snapshot.pods, snapshot.events) == ((), ())

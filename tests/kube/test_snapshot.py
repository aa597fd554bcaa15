from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import ClassVar

from kubectl_imagepull.kube.snapshot import Snapshot, Source


def test_a_kind_that_was_not_looked_at_gives_nothing() -> None:
    snapshot = Snapshot(Source("recording", "x"), {}, datetime.now(timezone.utc))
    assert (snapshot.pods, snapshot.events) == ((), ())


class Names:
    """An index of pods."""

    kinds: ClassVar = frozenset({"Pod"})

    def __init__(self, snapshot: Snapshot) -> None:
        self.names = [pod["metadata"]["name"] for pod in snapshot.pods]


def test_an_index_is_made_once_and_goes_along_while_its_kinds_stay() -> None:
    pods = [{"metadata": {"name": "a"}}]
    snapshot = Snapshot(Source("recording", "x"), {"Pod": pods}, datetime.now(timezone.utc))
    index = snapshot.indexed(Names)
    assert (index.names, snapshot.indexed(Names) is index) == (["a"], True)
    assert snapshot.with_objects({"Pod": pods, "Node": []}, {}).indexed(Names) is index
    assert snapshot.with_objects({"Pod": []}, {}).indexed(Names).names == []
    assert replace(snapshot, objects={"Pod": []}).indexed(Names).names == []
    # what a snapshot is equal to, and how it shows, doesn't depend on what was looked for in it
    assert replace(snapshot) == snapshot
    assert "Names" not in repr(snapshot)

from __future__ import annotations

import pytest
from clusters import BACK_OFF, cluster, pod, running, waiting

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs import related_objects
from kubectl_imagepull.runs.related_objects import RelatedObjects

FAILING = {"app": waiting("ImagePullBackOff", BACK_OFF)}
NODE: JsonObject = {"metadata": {"name": "node-a"}}


class Reader:
    """Gives the snapshot with a node, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def read(self, snapshot: Snapshot) -> Snapshot:
        self.times += 1
        return snapshot.with_objects({**snapshot.objects, "Node": [NODE]}, {("Secret", "*", ""): "not allowed"})


def test_it_is_read_again_where_other_pods_fail_or_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(related_objects, "monotonic", lambda: now)
    reader = Reader()
    related = RelatedObjects(reader.read)
    one = pod("a", FAILING)
    for pods, times in (
        ([one], 1),
        ([one, pod("b", {"app": running()}, phase="Running")], 1),
        ([one, pod("c", FAILING)], 2),
        ([one], 3),
    ):
        found = related.added_to(cluster(pods))
        assert (reader.times, found.objects["Node"], len(found.pods)) == (times, [NODE], len(pods))
        assert found.unread == {("Secret", "*", ""): "not allowed"}
    now += 31
    related.added_to(cluster([one]))
    assert reader.times == 4

"""Which registries nodes pulled from."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from clusters import at, event

from kubectl_imagepull.evidence.pulls import Pulls
from kubectl_imagepull.kube.snapshot import JsonObject

NODE = {"source": {"host": "node-a"}}
BEGAN = datetime(2026, 11, 23, 11, 0, tzinfo=timezone.utc)


def pulled(image: str = "quay.io/a:1", time: str = at(5), **more: object) -> JsonObject:
    return event("Pulled", f'Successfully pulled image "{image}" in 1s', time) | (more or NODE)


def test_the_last_pull_counts() -> None:
    pulls = Pulls([pulled(time=at(1)), pulled(time=at(9)), pulled(time=at(3)), pulled("nginx", at(2))])
    assert pulls.registries("node-a", BEGAN) == ["quay.io", "docker.io"]
    assert pulls.registries("node-a", BEGAN.replace(minute=9)) == ["quay.io"]
    assert pulls.nodes("quay.io", BEGAN.replace(minute=10)) == []
    assert pulls.registries("node-a", None) == []


def test_a_kubelet_of_the_newer_events_says_its_node_elsewhere() -> None:
    assert Pulls([pulled(reportingInstance="node-b", source={})]).nodes("quay.io", BEGAN) == ["node-b"]


@pytest.mark.parametrize(
    "no_pull",
    [
        event("Pulled", 'Container image "quay.io/a:1" already present on machine', at(5)) | NODE,
        event("Pulling", 'Successfully pulled image "quay.io/a:1" in 1s', at(5)) | NODE,
        pulled("A b"),
        pulled(time="yesterday"),
        pulled(source={}),
    ],
)
def test_what_proves_no_pull(no_pull: JsonObject) -> None:
    pulls = Pulls([no_pull])
    assert pulls.registries("node-a", BEGAN) == []
    assert pulls.nodes("quay.io", BEGAN) == []

"""Where else an image was seen."""

from __future__ import annotations

from clusters import cluster
from situations import WEB, diagnosed, fails, node, runs

from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.kube.objects import JsonObject


def seen(*pods: JsonObject, **kinds: list[JsonObject]) -> Sightings:
    return diagnosed(cluster([fails(), *pods], **kinds)).sightings


def test_an_image_that_was_seen_nowhere() -> None:
    assert seen(runs("registry.example.com/shop/web:v8")) == Sightings(failing_on=("node-a",))
    assert not seen().was_there


def test_an_image_that_runs() -> None:
    found = seen(runs(WEB), runs(WEB, name="api-2", node="node-c"))
    assert found == Sightings(pods=2, running_on=("node-b", "node-c"), failing_on=("node-a",))
    assert (found.was_there, found.nodes) == (True, ("node-b", "node-c"))


def test_an_image_that_nodes_hold() -> None:
    found = seen(Node=[node("node-a", WEB), node("node-b", WEB, "other.example/x:1")])
    assert found == Sightings(held_by=("node-a", "node-b"), is_on_node=True, failing_on=("node-a",))
    assert found.was_there


def test_an_image_that_fails_on_several_nodes() -> None:
    assert seen(fails(name="web-6b-y", node="node-c")).failing_on == ("node-a", "node-c")

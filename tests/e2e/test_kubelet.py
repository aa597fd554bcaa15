"""The played kubelet reports of pods that fail what a real one reported of the same (tests/recorded/captures.jsonl)."""

from __future__ import annotations

import pytest
from e2e.admin import Json
from e2e.live import LiveCluster, waits_for_image
from e2e.situations import pull_secret
from test_captures import CAPTURES

EventText = tuple[str, str, str, str | None]


def event_texts(pod: Json, events: list[Json]) -> set[EventText]:
    """The events about a pod as type, reason, message and container; how often each came is a matter of time."""
    return {
        (event["type"], event["reason"], event["message"], event["involvedObject"].get("fieldPath"))
        for event in events
        if event["involvedObject"]["name"] == pod["metadata"]["name"]
    }


def bare_pod_like(pod: Json, namespace: str) -> Json:
    """A bare pod that asks for the same as a recorded one."""
    container = {key: pod["spec"]["containers"][0][key] for key in ("name", "image", "imagePullPolicy")}
    spec = {"containers": [container], "imagePullSecrets": pod["spec"].get("imagePullSecrets", [])}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": namespace}, "spec": spec}


@pytest.mark.parametrize(
    "name",
    [
        "01-tag-not-found",
        "04-no-credentials",
        "05-bad-password-basic",
        "06-pull-secret-missing",
        "25b-unrendered-helm",
        "26-never",
    ],
)
def test_a_pod_that_fails_looks_like_a_recorded_one(name: str, live: LiveCluster) -> None:
    (items,) = [capture["items"] for capture in CAPTURES if capture["name"] == name]
    events = [item for item in items if item["kind"] == "Event"]
    recorded = next(item for item in items if item["kind"] == "Pod")
    live.make_namespace(name)
    if name == "05-bad-password-basic":
        (secret,) = recorded["spec"]["imagePullSecrets"]
        live.admin.create(pull_secret(name, secret["name"], "outdated"))
    live.admin.create(bare_pod_like(recorded, name))

    def is_reported() -> bool:
        (played,) = live.pods(name)
        return waits_for_image(played) and len(event_texts(played, live.admin.items("Event", name))) >= 2

    assert live.comes_to(name, is_reported)
    (played,) = live.pods(name)
    states = [pod["status"]["containerStatuses"][0]["state"] for pod in (played, recorded)]
    assert states[0] == states[1]
    assert event_texts(played, live.admin.items("Event", name)) == event_texts(recorded, events)
    live.admin.delete("Pod", name, "web")

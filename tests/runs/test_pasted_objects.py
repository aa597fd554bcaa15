from __future__ import annotations

import json

import yaml
from clusters import BACK_OFF, IMAGE, NOT_FOUND, at, failed, pod, running, waiting

from kubectl_imagepull.runs.pasted_objects import failures_in_objects

FAILING = pod(statuses={"app": waiting("ImagePullBackOff", f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")})
HEALTHY = pod(name="db-0", uid="u2", statuses={"app": running()}, phase="Running")


def test_a_pod_as_yaml() -> None:
    for text in (yaml.safe_dump(FAILING), f"---\n{yaml.safe_dump(FAILING)}---\n{yaml.safe_dump(HEALTHY)}"):
        found = failures_in_objects(text)
        assert found
        assert [(one.image, one.reason) for one in found.messages] == [(IMAGE, "ImagePullBackOff")]


def test_a_list_as_json() -> None:
    found = failures_in_objects(json.dumps({"kind": "List", "apiVersion": "v1", "items": [HEALTHY, FAILING]}, indent=1))
    assert found
    assert [one.image for one in found.messages] == [IMAGE]


def test_events_alone() -> None:
    found = failures_in_objects(json.dumps({"kind": "List", "apiVersion": "v1", "items": [failed(at(30))]}))
    assert found
    assert [one.image for one in found.messages] == [IMAGE]


def test_what_is_well_has_no_message() -> None:
    found = failures_in_objects(yaml.safe_dump(HEALTHY))
    assert found
    assert found.messages == ()


def test_a_message_is_no_object() -> None:
    assert failures_in_objects('{"message": "pull QPS exceeded"}') is None
    assert failures_in_objects("pull QPS exceeded of apiVersion: v1") is None
    assert failures_in_objects('{"apiVersion": "v1", "kind": "ConfigMap"}') is None

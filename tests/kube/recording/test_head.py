"""The head of a recording: written and read the same, and relied on only where it can be."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from kubectl_imagepull.kube.recording.head import HEAD, RecordingHead, merged_head, read_head
from kubectl_imagepull.kube.snapshot import Skipped

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
FULL = RecordingHead(
    now=NOW,
    made_by="kubectl-imagepull 0.1.0",
    namespace="shop",
    selector="app=web",
    targets=("deployment/web",),
    kinds=("Pod", "Event"),
    total=340,
    selective=True,
    skipped=(Skipped("events", "not allowed", partly=False, short="no", told_once=True),),
    unread={("Secret", "*", ""): "--no-secrets was given"},
)


@pytest.mark.parametrize("head", [FULL, RecordingHead(now=NOW)])
def test_it_is_read_as_it_was_written(head: RecordingHead) -> None:
    assert read_head({"kind": "List", HEAD: json.loads(json.dumps(head.document()))}) == head


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "List"},
        {HEAD: "yes"},
        {HEAD: {**FULL.document(), "format": 2}},
        {HEAD: {**FULL.document(), "now": "yesterday"}},
        [FULL.document()],
        None,
    ],
)
def test_what_is_none_is_not_taken_for_one(document: Any) -> None:
    assert read_head(document) is None


def test_fields_of_other_types_say_nothing() -> None:
    bent = {**FULL.document(), "kinds": "Pod", "total": True, "skipped": {"what": "a"}, "unread": [4], "namespace": 3}
    read = read_head({HEAD: bent})
    assert read
    assert (read.kinds, read.total, read.skipped, read.unread, read.namespace) == ((), None, (), {}, None)


def test_several_are_read_as_one() -> None:
    other = RecordingHead(now=NOW.replace(hour=13), namespace="payments", kinds=("Node", "Pod"), total=2)
    both = merged_head([FULL, other])
    assert both == RecordingHead(
        now=other.now,
        kinds=("Pod", "Event", "Node"),
        total=342,
        selective=True,
        skipped=FULL.skipped,
        unread=FULL.unread,
    )
    assert merged_head([]) is None
    assert merged_head([FULL]) is FULL

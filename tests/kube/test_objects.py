from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kubectl_imagepull.kube.objects import list_items, object_of, objects_of, parse_time, text_of


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23T22:51:42Z", datetime(2026, 11, 23, 22, 51, 42, tzinfo=timezone.utc)),
        ("2026-11-23T22:51:42.122262Z", datetime(2026, 11, 23, 22, 51, 42, 122262, tzinfo=timezone.utc)),
        ("2026-11-23T23:51:42+01:00", datetime(2026, 11, 23, 22, 51, 42, tzinfo=timezone.utc)),
        ("2026-11-23T22:51:42", datetime(2026, 11, 23, 22, 51, 42, tzinfo=timezone.utc)),
        ("9999-12-31T23:59:59-01:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_reads_times(text: object, time: datetime | None) -> None:
    assert parse_time(text) == time


def test_other_peoples_data_becomes_what_is_asked_for() -> None:
    assert [text_of(value) for value in ("x", 5, None)] == ["x", "", ""]
    assert [object_of(value) for value in ({"a": 1}, "x", None)] == [{"a": 1}, {}, {}]
    assert [objects_of(value) for value in ([{"a": 1}, "x"], {"a": 1}, None)] == [[{"a": 1}], [], []]


def test_the_items_of_a_typed_list_say_what_they_are() -> None:
    document = {"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {}}, {"kind": "Own"}, "x"]}
    assert list_items(document) == [{"metadata": {}, "kind": "Pod", "apiVersion": "v1"}, {"kind": "Own"}, "x"]
    assert list_items({"kind": "PodList", "items": None}) == []

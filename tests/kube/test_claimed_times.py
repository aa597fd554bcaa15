"""What a recording takes for now, and what becomes of times after it: objects are other people's."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.kube.claimed_times import recorded_now, set_future_aside
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Skipped

Objects = dict[str, list[JsonObject]]
NOW = datetime(2026, 11, 23, 22, 53, tzinfo=timezone.utc)
LATER = [timedelta(days=2), timedelta(days=400), timedelta(days=365 * 73)]


def written(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(**span: float) -> str:
    return written(NOW - timedelta(**span))


def named(name: str, namespace: str, made: str | None = None, **fields: Any) -> JsonObject:
    metadata = {"name": name, "namespace": namespace, **({"creationTimestamp": made} if made else {})}
    return {"metadata": metadata, **fields}


def event(name: str, namespace: str, last: str, writer: str = "kubelet", made: str | None = None) -> JsonObject:
    fields = {"involvedObject": {"kind": "Pod", "name": "p", "namespace": namespace}, "lastTimestamp": last}
    return named(name, namespace, made, kind="Event", source={"component": writer}, **fields)


def node(name: str, heartbeat: str, *, ready: str = "True") -> JsonObject:
    condition = {"type": "Ready", "status": ready, "lastHeartbeatTime": heartbeat}
    return {"kind": "Node", "metadata": {"name": name}, "status": {"conditions": [condition]}}


#: Recordings that nobody has tampered with, each of which was made at NOW.
HONEST: dict[str, Objects] = {
    "a pod": {"Pod": [named("a", "shop", ago(days=40), status={"startTime": ago(minutes=0)})]},
    "a pod and its secret": {
        "Pod": [named("a", "shop", ago(minutes=0))],
        "Secret": [named("s", "shop", ago(days=22))],
    },
    "a pod that has failed for long, and its events": {
        "Pod": [named("a", "shop", ago(days=10))],
        "Event": [event("e", "shop", ago(minutes=2)), event("f", "shop", ago(minutes=0))],
    },
    "an old cluster, one new pod": {
        "Pod": [
            *(named(f"p{days}", "kube-system", ago(days=days)) for days in (300, 700, 701)),
            named("a", "shop", ago(minutes=0)),
        ],
    },
    "a cluster that was made within minutes, and its first rollout": {
        "Pod": [
            *(named(f"p{number}", "kube-system", ago(days=10, minutes=number)) for number in range(5)),
            *(named(f"a{number}", "shop", ago(minutes=number)) for number in range(3)),
        ],
    },
    "a cluster whose nodes have all died": {
        "Node": [node("n1", ago(days=5), ready="Unknown"), node("n2", ago(days=5), ready="Unknown")],
        "Pod": [named("a", "shop", ago(days=9)), named("b", "shop", ago(days=400)), named("c", "shop", ago(days=0))],
    },
    "a quiet cluster": {
        "Node": [node("n1", ago(minutes=0)), node("n2", ago(minutes=3))],
        "Pod": [named("a", "shop", ago(days=30)), named("b", "web", ago(days=30))],
    },
    "one node, long quiet": {
        "Node": [node("n1", ago(minutes=0))],
        "Pod": [named("a", "shop", ago(days=30)), named("b", "web", ago(days=30))],
    },
    "all of it": {
        "Node": [node("n1", ago(minutes=1)), node("n2", ago(minutes=4))],
        "Pod": [named("a", "shop", ago(hours=3)), named("b", "web", ago(days=30)), named("c", "tools", ago(days=2))],
        "Event": [event("e", "shop", ago(minutes=0), made=ago(hours=3)), event("f", "web", ago(minutes=20))],
        "Secret": [named("s", "shop", ago(days=22))],
    },
}


def forged(kind: str, time: str) -> Objects:
    """One object, or some events of one tenant, that claim a time."""
    if kind == "managed fields":
        pod = named("z", "evil")
        pod["metadata"]["managedFields"] = [{"manager": "m", "time": time}]
        return {"Pod": [pod]}
    if kind == "nodes of others":
        return {"Node": [node("z", time)]}
    return {
        "a pod's creation": {"Pod": [named("z", "evil", time)]},
        "a secret's creation": {"Secret": [named("z", "evil", time)]},
        "a pod's start": {"Pod": [named("z", "evil", status={"startTime": time})]},
        "a condition": {"Pod": [named("z", "evil", status={"conditions": [{"lastTransitionTime": time}]})]},
        "a container": {
            "Pod": [named("z", "evil", status={"containerStatuses": [{"state": {"running": {"startedAt": time}}}]})]
        },
        "an event": {"Event": [event("z", "evil", time)]},
        "an event of nobody": {"Event": [event("z", "evil", time, writer="")]},
        "an event of somebody": {"Event": [event("z", "evil", time, writer="evil-controller")]},
        "an event of the newer API": {"Event": [{**event("z", "evil", ""), "eventTime": time}]},
        "a series of events": {"Event": [{**event("z", "evil", ""), "series": {"lastObservedTime": time}}]},
        "many events": {"Event": [event(f"z{number}", "evil", time) for number in range(300)]},
    }[kind]


KINDS = (
    *("managed fields", "a pod's creation", "a secret's creation", "a pod's start", "a condition", "a container"),
    *("an event", "an event of nobody", "an event of somebody", "an event of the newer API", "a series of events"),
    *("many events", "nodes of others"),
)
#: Where one more object's time can't be told from an honest one, for nothing speaks against it.
UNDECIDED = {
    "a pod",
    "a pod and its secret",
    "an old cluster, one new pod",
    "a cluster whose nodes have all died",
    "a cluster that was made within minutes, and its first rollout",
}


def together(*several: Objects) -> Objects:
    kinds = dict.fromkeys(kind for one in several for kind in one)
    return {kind: deepcopy([item for one in several for item in one.get(kind, ())]) for kind in kinds}


@pytest.mark.parametrize("name", HONEST)
def test_now_is_the_newest_time_of_an_honest_recording(name: str) -> None:
    objects = deepcopy(HONEST[name])
    assert recorded_now(objects) == NOW
    assert set_future_aside(chain.from_iterable(objects.values()), NOW) == []
    assert objects == HONEST[name]


@pytest.mark.parametrize("later", LATER, ids=["two days", "a year", "in 2099"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(HONEST.keys() - UNDECIDED))
def test_one_object_s_time_in_the_future_moves_nothing(name: str, kind: str, later: timedelta) -> None:
    time = written(NOW + later)
    objects = together(HONEST[name], forged(kind, time))
    # a node that no other contradicts is a clock by itself
    if kind != "nodes of others" or "Node" in HONEST[name]:
        assert recorded_now(objects) == NOW
    (skipped,) = set_future_aside(chain.from_iterable(objects.values()), NOW)
    assert (skipped.what, skipped.partly) == ("times in the future", False)
    assert time not in json.dumps(objects)


#: Of two objects that are alone each is as good as the other, unless it has no time that counts at all.
BEYOND_DOUBT = [(name, kind) for name in HONEST for kind in KINDS if name != "a pod"] + [
    ("a pod", "managed fields"),
    ("a pod", "an event of somebody"),
]


@pytest.mark.parametrize(("name", "kind"), BEYOND_DOUBT)
def test_nobody_moves_now_by_decades(name: str, kind: str) -> None:
    assert recorded_now(together(HONEST[name], forged(kind, written(NOW + LATER[-1])))) == NOW


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "2262-01-02T00:00:00Z", "3000-01-01T00:00:00+01:00"])
def test_a_time_beyond_those_that_count_is_said_and_gone(kind: str, time: str) -> None:
    for honest in HONEST.values():
        objects = together(honest, forged(kind, time))
        assert recorded_now(objects) == NOW
        assert len(set_future_aside(chain.from_iterable(objects.values()), NOW)) == 1
        assert time not in json.dumps(objects)


def test_a_recording_without_times_has_no_now() -> None:
    assert recorded_now({}) is None
    assert recorded_now({"Pod": [named("a", "shop", "0001-01-01T00:00:00Z"), {"metadata": "x"}]}) is None
    assert recorded_now({"Event": [event("e", "shop", "x"), {"kind": "Event", "series": 5}]}) is None


def test_an_age_with_a_time_of_the_future_beside_it_is_none() -> None:
    """Else a secret that was renewed would seem as old as it was before that, and so expired."""
    secret = named("s", "shop", ago(days=30))
    secret["metadata"]["managedFields"] = [{"time": ago(days=9)}, {"time": written(NOW + LATER[0])}]
    (skipped,) = set_future_aside([secret], NOW)
    assert secret == {"metadata": {"name": "s", "namespace": "shop", "managedFields": [{}, {}]}}
    assert skipped == Skipped(
        "times in the future",
        "they prove nothing and were ignored: 1 object with times after 2026-11-23 22:53 UTC, such as  shop/s",
        partly=False,
        told_once=True,
    )


def test_what_is_said_shows_one_object_whatever_its_name_is() -> None:
    items = [named("x\n\x1b[31m" + "y" * 900, "evil", written(NOW + LATER[0]), kind="Pod") for _ in range(1200)]
    (skipped,) = set_future_aside(items, NOW)
    assert skipped.why == (
        "they prove nothing and were ignored: 1,200 objects with times after 2026-11-23 22:53 UTC, such as pod "
        f"evil/x??[31m{'y' * 190}..."
    )


def test_a_time_an_hour_ahead_is_left_alone() -> None:
    pod = named("a", "shop", written(NOW + timedelta(minutes=59)))
    assert set_future_aside([pod], NOW) == []
    assert "creationTimestamp" in pod["metadata"]


def test_in_a_live_cluster_a_machine_s_clock_may_be_wrong() -> None:
    """What the API server wrote last counts beside it: else a clock that is late would take all times away."""
    pod, late = named("a", "shop", written(NOW)), event("e", "shop", written(NOW + timedelta(hours=20)))
    behind = NOW - timedelta(days=30)
    assert set_future_aside([pod, late], behind, live=True) == []
    far = event("f", "shop", written(NOW + timedelta(hours=25)))
    (skipped,) = set_future_aside([pod, late, far], behind, live=True)
    assert "1 object with times after 2026-11-23 22:53 UTC, such as event shop/f" in skipped.why
    assert ("lastTimestamp" in late, "lastTimestamp" in far) == (True, False)


def test_many_forged_times_cost_no_more_than_others() -> None:
    """Each is looked at once, however many there are and however near to each other."""
    evil = [
        event(f"z{number}", "evil", written(NOW + LATER[1] + timedelta(seconds=number))) for number in range(30_000)
    ]
    began = datetime.now(timezone.utc)
    assert recorded_now(together(HONEST["all of it"], {"Event": evil})) == NOW
    assert datetime.now(timezone.utc) - began < timedelta(seconds=20)


times = st.datetimes(timezones=st.just(timezone.utc)).map(lambda time: time.isoformat().replace("+00:00", "Z"))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | times | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["Pod", "Event", "Node", "Secret"]),
        "metadata": st.fixed_dictionaries(
            {"name": st.text(max_size=5)},
            optional={
                "namespace": anything,
                "creationTimestamp": times | anything,
                "managedFields": anything | st.lists(st.fixed_dictionaries({"time": times | anything}), max_size=2),
            },
        ),
    },
    optional={
        "status": anything
        | st.fixed_dictionaries(
            {"startTime": times | anything},
            optional={
                "conditions": anything | st.lists(st.fixed_dictionaries({"lastHeartbeatTime": times}), max_size=2)
            },
        ),
        "lastTimestamp": times | anything,
        "eventTime": times | anything,
        "series": anything,
        "source": anything,
        "reportingComponent": anything,
        "involvedObject": anything,
    },
)


@given(st.lists(fields, max_size=8))
def test_any_objects_have_a_now_or_none_and_nothing_after_it(items: list[JsonObject]) -> None:
    objects: Objects = {}
    for item in items:
        objects.setdefault(item["kind"], []).append(item)
    now = recorded_now(objects)
    if now is not None:
        set_future_aside(items, now)
        assert set_future_aside(items, now) == []
        assert recorded_now(objects) is None or recorded_now(objects) <= now + timedelta(hours=1)

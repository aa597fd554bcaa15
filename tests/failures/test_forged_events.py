"""Events are claims: who has no say in a pull neither hides a failure nor makes one, nor decides its cause."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest
from clusters import BACK_OFF, IMAGE, NOT_FOUND, at, cluster, event, failed, pod, waiting

from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import JsonObject

SANDBOX = (
    'Failed to create pod sandbox: rpc error: code = NotFound desc = failed to get sandbox image "registry.k8s.io/pause:3": '
    'failed to pull image "registry.k8s.io/pause:3": registry.k8s.io/pause:3: not found'
)
LOUD = "rpc error: code = Unknown desc = pull access denied, repository does not exist or may require authorization"


def signed(item: JsonObject, writer: str = "kubelet", field: str = "source") -> JsonObject:
    """The event as a component wrote it, in the field of the older or newer API."""
    return {**item, **({"source": {"component": writer}} if field == "source" else {"reportingComponent": writer})}


def of_another_uid(item: JsonObject) -> JsonObject:
    return {**signed(item), "involvedObject": {**item["involvedObject"], "uid": "u9"}}


def of_no_uid(item: JsonObject) -> JsonObject:
    about = {name: value for name, value in item["involvedObject"].items() if name != "uid"}
    return {**signed(item), "involvedObject": about}


def from_elsewhere(item: JsonObject) -> JsonObject:
    return {**signed(item), "metadata": {**item["metadata"], "namespace": "evil"}}


def about_elsewhere(item: JsonObject) -> JsonObject:
    return {**signed(item), "involvedObject": {**item["involvedObject"], "namespace": "evil"}}


#: Ways to write an event about a pod without being its kubelet.
FORGERIES: dict[str, Callable[[JsonObject], JsonObject]] = {
    "another writer": lambda item: signed(item, "evil-controller"),
    "another writer, newer API": lambda item: signed(item, "evil-controller", "reportingComponent"),
    "two writers": lambda item: signed(signed(item), "evil-controller", "reportingComponent"),
    "a scheduler": lambda item: signed(item, "default-scheduler"),
    "almost the kubelet": lambda item: signed(item, "kubelet "),
    "no writer": lambda item: item,
    "a writer that is no text": lambda item: {**item, "source": {"component": ["kubelet"]}},
    "another uid": of_another_uid,
    "no uid": of_no_uid,
    "another namespace": from_elsewhere,
    "about another namespace": about_elsewhere,
}
HIDING = ("Pulling", "Pulled", "Created", "Started")


def found(events: list[JsonObject], status: JsonObject | None = None) -> list[tuple[str, list[str]]]:
    failures = find_failures(cluster([pod(statuses={"app": status or waiting("ContainerCreating")})], events))
    return [(one.reason, [text.text for text in one.texts]) for one in failures]


@pytest.mark.parametrize("reason", HIDING)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_nobody_else_hides_a_pull_that_failed(forgery: str, reason: str) -> None:
    real = signed(failed(at(30)))
    later = event(reason, f'Successfully pulled image "{IMAGE}" in 1s', at(50))
    assert len(found([real])) == 1
    assert found([real, signed(later)]) == []
    assert found([real, FORGERIES[forgery](later)]) == found([real])


@pytest.mark.parametrize("reason", [*HIDING, "Failed"])
@pytest.mark.parametrize("forgery", FORGERIES)
def test_nobody_else_hides_a_sandbox_that_failed(forgery: str, reason: str) -> None:
    real = signed(event("FailedCreatePodSandBox", SANDBOX, at(30), container=None))
    later = event(reason, "x", at(50))
    assert [kind for kind, _ in found([real])] == ["FailedCreatePodSandBox"]
    assert found([real, signed(later)]) == []
    assert found([real, FORGERIES[forgery](later)]) == found([real])


@pytest.mark.parametrize("forgery", FORGERIES)
def test_nobody_else_makes_a_failure(forgery: str) -> None:
    real = signed(event("Pulling", f'Pulling image "{IMAGE}"', at(10)))
    assert len(found([real, signed(failed(at(30)))])) == 1
    assert found([real, FORGERIES[forgery](failed(at(30)))]) == []
    sandbox = event("FailedCreatePodSandBox", SANDBOX, at(30), container=None)
    assert found([real, FORGERIES[forgery](sandbox)]) == []


@pytest.mark.parametrize("forgery", FORGERIES)
def test_nobody_else_says_why(forgery: str) -> None:
    status = waiting("ImagePullBackOff", BACK_OFF)
    real, loud = signed(failed(at(30))), failed(at(50), LOUD)
    assert found([real, FORGERIES[forgery](loud)], status) == [
        ("ImagePullBackOff", [BACK_OFF, f'Failed to pull image "{IMAGE}": {NOT_FOUND}'])
    ]


def test_the_status_stands_before_what_events_say() -> None:
    status = waiting("ImagePullBackOff", f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")
    ((_, texts),) = found([signed(failed(at(59), LOUD))], status)
    assert texts == [f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}", f'Failed to pull image "{IMAGE}": {LOUD}']
    assert len(found([signed(event("Pulled", "x", at(59)))], status)) == 1


def test_events_of_a_recording_that_keeps_no_writers_count() -> None:
    bare = failed(at(30))
    assert len(found([bare])) == 1
    assert found([bare, event("Pulled", f'Successfully pulled image "{IMAGE}"', at(40))]) == []
    # what others sign says nothing about the kubelet
    assert len(found([bare, signed(event("Scheduled", "x", at(1)), "default-scheduler")])) == 1
    without = of_no_uid(failed(at(30)))
    without.pop("source")
    assert len(found([without])) == 1


def test_a_tenant_doesn_t_decide_what_a_recording_keeps() -> None:
    """One signed event of another namespace would else take the word from all that are not signed."""
    elsewhere = signed({**failed(at(30)), "metadata": {"name": "e", "namespace": "evil"}})
    elsewhere["involvedObject"] = {**elsewhere["involvedObject"], "namespace": "evil"}
    assert len(found([failed(at(30)), elsewhere])) == 1


@pytest.mark.parametrize("status", [waiting("ContainerCreating"), waiting("ImagePullBackOff", BACK_OFF)])
def test_thousands_of_events_for_one_pod(status: JsonObject) -> None:
    """A kubelet writes some dozen an hour: of more than it can write the newest count."""
    events = [signed(failed(at(number // 60 % 60, number % 60), f"{LOUD} {number}")) for number in range(20_000)]
    newest = signed(failed(at(59, 59), NOT_FOUND))
    began = monotonic()
    ((_, texts),) = found([*events, newest], status)
    assert monotonic() - began < 5
    assert f'Failed to pull image "{IMAGE}": {NOT_FOUND}' in texts
    assert len(texts) <= 201
    assert found([*events, signed(event("Pulled", f'Successfully pulled image "{IMAGE}"', at(59, 59)))]) == []

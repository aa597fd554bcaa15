from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kubectl_imagepull.kube.recording.dump import only_namespaces, read_recording
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report.view import summary_sentence
from kubectl_imagepull.runs.choice import EVERYTHING, Choice, chosen, unmatched
from kubectl_imagepull.runs.demonstration import recorded_report
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.runs.orders import Order
from kubectl_imagepull.vocabulary.causes import Cause

REPORT = recorded_report()
#: What is chosen, and how many failures that is.
CHOICES = {
    Choice(causes=frozenset({Cause.TAG_NOT_FOUND})): 16,
    Choice(causes=frozenset({Cause.TAG_NOT_FOUND, Cause.RATE_LIMITED})): 18,
    Choice(nodes=frozenset({"worker-b"})): 2,
    Choice(registries=frozenset({"harbor.corp.example"})): 4,
    Choice(within=timedelta(minutes=5)): 3,
    Choice(causes=frozenset({Cause.TAG_NOT_FOUND}), nodes=frozenset({"worker-b"})): 0,
    EVERYTHING: 69,
}


@pytest.mark.parametrize("choice", CHOICES)
def test_facts_choose(choice: Choice) -> None:
    report = chosen(REPORT, choice)
    assert len(report.diagnoses) == CHOICES[choice]
    assert report.left_out == len(REPORT.diagnoses) - len(report.diagnoses)
    assert {index for root in report.root_causes for index in root.failures} == set(range(len(report.diagnoses)))
    assert all(root.fixes for root in report.root_causes)


def test_the_namespaces_of_a_recording_are_chosen_where_it_is_read() -> None:
    some = only_namespaces(read_recording([str(RECORDING)]), ["shop", "batch"])
    report = report_on(some, 0.0)
    assert len(report.diagnoses) == 23
    assert report.left_out == 0
    assert {index for root in report.root_causes for index in root.failures} == set(range(len(report.diagnoses)))
    assert all(root.fixes for root in report.root_causes)


def test_what_is_left_out_is_said() -> None:
    some = chosen(REPORT, Choice(nodes=frozenset({"worker-b"})))
    assert summary_sentence(replace(some, seconds=0)).endswith(
        "under 0.1 s). 67 other failures left out, as asked for."
    )
    none = chosen(REPORT, Choice(nodes=frozenset({"worker-z"})))
    assert summary_sentence(replace(none, seconds=0)).startswith(
        "No failure is one of those that were asked for: looked at 79 pods"
    )


def test_a_node_and_a_registry_that_no_failure_has_are_told() -> None:
    choice = Choice(nodes=frozenset({"worker-a", "worker-z"}), registries=frozenset({"docker.io", "registry.nowhere"}))
    assert unmatched(REPORT, choice) == [
        "no image pull fails on node worker-z, only on node worker-a and worker-b",
        "no image pull fails at registry registry.nowhere, only at registry artifacts.corp.example, "
        "broken.corp.example, cdn.corp.example and 15 more",
    ]
    assert unmatched(REPORT, EVERYTHING) == []
    without = replace(REPORT, diagnoses=())
    assert unmatched(without, Choice(nodes=frozenset({"worker-z"}))) == ["no image pull fails on node worker-z"]


def test_the_order_can_be_chosen() -> None:
    def roots(order: Order) -> list[tuple[str, int]]:
        report = chosen(REPORT, Choice(order=order))
        return [(root.cause.value, len(root.failures)) for root in report.root_causes]

    assert roots(Order.CAUSE) == sorted(roots(Order.CAUSE), key=lambda root: root[0])
    assert roots(Order.PODS)[0] == ("KubeletThrottled", 10)
    assert roots(Order.SINCE)[0] == ("TagNotFound", 1)
    newest = chosen(REPORT, Choice(order=Order.SINCE)).root_causes
    assert [root.since for root in newest] == sorted((root.since for root in newest if root.since), reverse=True)
    assert chosen(REPORT, Choice(order=Order.NAMESPACE)).root_causes[0].workloads[0].startswith("batch/")

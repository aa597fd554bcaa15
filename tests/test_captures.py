"""Whole runs on recorded clusters, each labelled: every failure is found and named, and nothing else."""

import json
import re
from collections import defaultdict
from copy import deepcopy
from pathlib import Path

import pytest

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.checks import Result
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.runs.examine import report_on

RECORDED = Path(__file__).parent / "recorded"
LABELS = json.loads((RECORDED / "cluster-labels.json").read_text(encoding="utf-8"))
CAPTURES = [json.loads(line) for line in (RECORDED / "captures.jsonl").read_text(encoding="utf-8").splitlines()]
#: What a text alone may say instead of a cause that only evidence proves.
BY_TEXT = {"PullSecretMissing": "NoCredentials", "BadCredentials": "NoCredentials"}


def diagnoses(snapshot: Snapshot) -> dict[tuple[str, str], list[Diagnosis]]:
    found = defaultdict(list)
    for diagnosis in report_on(snapshot, 0.0).diagnoses:
        found[diagnosis.failure.namespace, diagnosis.failure.pod].append(diagnosis)
    return found


def faults(found: dict[tuple[str, str], list[Diagnosis]], *, by_text: bool = False) -> list[str]:
    """What differs from the labels; several labels may stand for one pod.

    `by_text` allows what the text alone says, and asks for no evidence: for a recording without secrets.
    """
    wrong = []
    labelled = defaultdict(list)
    for label in LABELS:
        labelled[label["namespace"], label["pod"]].append(label)
    for pod, labels in labelled.items():
        rest = list(found.get(pod, []))
        for label in labels:
            mine = (
                [one for one in rest if label["container"] in {None, one.failure.container}] if label["causes"] else []
            )
            rest = [one for one in rest if one not in mine]
            allowed = set(label["causes"]) | (
                {BY_TEXT.get(cause, cause) for cause in label["causes"]} if by_text else set()
            )
            called = {one.cause.value for one in mine}
            if label["causes"] and (not called or not called <= allowed):
                wrong.append(f"{label['scenario']} {pod}: {sorted(allowed)} was called {sorted(called)}")
            shown = {item.check for one in mine for item in one.evidence if item.result in {Result.BAD, Result.INFO}}
            missing = set() if by_text else set(label["evidence"]) - shown
            wrong += [f"{label['scenario']} {pod}: no evidence {check}" for check in missing]
        wrong += [f"{pod}: {one.failure.container} called {one.cause.value}, and is none of ours" for one in rest]
    return wrong


def test_the_recorded_cluster_is_read_right(figures: list[str]) -> None:
    found = diagnoses(read_recording([str(RECORDING)]))
    assert faults(found) == []
    figures.append(
        f"recorded cluster: {len(LABELS)} of {len(LABELS)} labels right, with their evidence, nothing else named"
    )
    unlabelled = set(found) - {(label["namespace"], label["pod"]) for label in LABELS}
    assert unlabelled == {("logistics", "gps-795cd4f99b-vj9j2")}
    (stopped,) = found["logistics", "gps-795cd4f99b-vj9j2"]
    assert (stopped.cause.value, stopped.message_source) == ("RuntimeUnavailable", "event Failed")


def as_old_kubelets_write(items: list[JsonObject]) -> list[JsonObject]:
    """Up to 1.27 the waiting message is the back-off alone, and gRPC's Unknown stands before the error."""
    items = deepcopy(items)
    for item in items:
        if item["kind"] == "Event":
            item["message"] = re.sub(
                r'^(Failed to pull image "[^"]*": )(?!rpc error|pull QPS)',
                r"\1rpc error: code = Unknown desc = ",
                item["message"],
            )
            continue
        for statuses in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
            for status in item["status"].get(statuses, []):
                waiting = status["state"].get("waiting", {})
                if waiting.get("reason") == "ImagePullBackOff":
                    waiting["message"] = re.sub(r'^(Back-off pulling image "[^"]*").*', r"\1", waiting["message"])
    return items


def test_old_kubelets_are_read_right(tmp_path: Path) -> None:
    items = [
        item
        for name in ("pods", "events")
        for item in json.loads((RECORDING / f"{name}.json").read_text(encoding="utf-8"))["items"]
    ]
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"kind": "List", "items": as_old_kubelets_write(items)}), encoding="utf-8")
    found = diagnoses(read_recording([str(path)]))
    assert faults(found, by_text=True) == []
    sources = {one.message_source for pod in found.values() for one in pod if one.failure.reason == "ImagePullBackOff"}
    assert sources == {"event Failed"}


@pytest.mark.parametrize("capture", CAPTURES, ids=[capture["name"] for capture in CAPTURES])
def test_a_capture_is_read_right(capture: JsonObject, tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_text(json.dumps({"kind": "List", "items": capture["items"]}), encoding="utf-8")
    found = diagnoses(read_recording([str(path)]))
    by_pod = {pod: ones for (_, pod), ones in found.items()}
    for label in capture["labels"]:
        mine = [one for one in by_pod.get(label["pod"], []) if label["container"] in {None, one.failure.container}]
        allowed = {label["cause"], *label["also"]} - {None}
        allowed |= {BY_TEXT[cause] for cause in allowed if cause in BY_TEXT}
        if not allowed:
            assert mine == []
        else:
            assert {one.cause.value for one in mine} <= allowed
            assert mine
    if capture["labels"]:
        expected = sum(label["cause"] is not None for label in capture["labels"])
        assert sum(map(len, by_pod.values())) == expected

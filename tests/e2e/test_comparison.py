"""What docs/comparison.md says that kubectl and this program name of the recorded cluster, measured anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from e2e.program import Program
from generate_docs import ROOT
from test_captures import LABELS

from kubectl_imagepull.messages.classify import classify

PAGE = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")
#: Reasons by which the kubelet itself names a cause; the others say that a pull failed.
NAMING = frozenset({"InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "SignatureValidationFailed"})
SAYING_NOTHING = frozenset({"ErrImagePull", "ImagePullBackOff", "ContainerCreating", "CrashLoopBackOff", "Running"})
KINDS = "pods,secrets,serviceaccounts,nodes,deployments,replicasets,statefulsets,daemonsets,jobs"
#: As many characters from the end of a text prove that an output quotes it.
QUOTED = 60

Failure = dict[str, Any]


@pytest.fixture
def failures(program: Program) -> list[Failure]:
    """The pulls that fail and have a label: of one nobody has said what made it fail."""
    return [one for one in program.report("scan", "-A")["failures"] if _true(one)]


def test_kubectl_get(program: Program, failures: list[Failure]) -> None:
    lines = program.run("kubectl", "get", "pods", "-A", "--no-headers").stdout.splitlines()
    states = {tuple(line.split()[:2]): line.split(maxsplit=3)[3] for line in lines}
    said = [states[one["namespace"], one["pod"]].removeprefix("Init:").split("  ")[0] for one in failures]
    assert row("kubectl get pods -A", _kind_of(said), 1, len(lines)) in PAGE


def test_kubectl_describe(program: Program, failures: list[Failure]) -> None:
    pods = {(one["namespace"], one["pod"]) for one in failures}
    outputs = {pod: program.run("kubectl", "describe", "pod", pod[1], "-n", pod[0]).stdout for pod in sorted(pods)}
    lines = sum(len(output.splitlines()) for output in outputs.values())
    now = [_described(outputs[one["namespace"], one["pod"]], one) for one in failures]
    assert row("kubectl describe pod, of each", now, len(pods), lines) in PAGE
    later = [_described(outputs[one["namespace"], one["pod"]].split("\nEvents:")[0], one) for one in failures]
    assert row("the same, once the events are gone", later, len(pods)) in PAGE


def test_the_program(program: Program, failures: list[Failure]) -> None:
    lines = program("scan", "-A", "--no-headers").stdout.splitlines()
    assert row("kubectl imagepull scan -A", map(_judged, failures), 1, len(lines)) in PAGE
    assert f"{len(failures)} pulls fail in {len({(one['namespace'], one['pod']) for one in failures})} pods" in PAGE
    without = program.run("bash", "-c", f"kubectl get {KINDS} -A -o json | kubectl imagepull scan --from - -o json")
    found = {(one["namespace"], one["pod"], one["image"]): one for one in json.loads(without.stdout)["failures"]}
    later = [found.get((one["namespace"], one["pod"], one["image"])) for one in failures]
    judged = [_judged(one) if one else "nothing" for one in later]
    assert row("the same, once the events are gone", judged, 1) in PAGE


def test_how_often_the_text_is_not_the_cause(failures: list[Failure]) -> None:
    misled = [one for one in failures if classify(one["message"], one["reason"], one["image"]).cause not in _true(one)]
    causes = Counter(one["cause"] for one in misled)
    assert f"For {len(misled)} of the pulls" in PAGE
    assert all(cause in PAGE.split("of the pulls", 1)[1] for cause in causes)


def row(name: str, kinds: Iterable[str], commands: int, lines: int | None = None) -> str:
    """A row of the page's table."""
    counted = Counter(kinds)
    shown = "" if lines is None else f"{lines:,}"
    return f"| {name} | {counted['named']} | {counted['quoted']} | {counted['nothing']} | {commands} | {shown} |"


def _kind_of(reasons: Iterable[str]) -> list[str]:
    return ["named" if one in NAMING else "nothing" if one in SAYING_NOTHING else "quoted" for one in reasons]


def _described(output: str, failure: Failure) -> str:
    if f"Reason:       {failure['reason']}" in output and failure["reason"] in NAMING:
        return "named"
    tail = " ".join(failure["message"].split())[-QUOTED:]
    return "quoted" if tail in " ".join(output.split()) else "nothing"


def _judged(failure: Failure) -> str:
    if failure["cause"] in _true(failure):
        return "named"
    return "quoted" if failure["message"] else "nothing"


def _true(failure: Failure) -> set[str]:
    """What the labels say; of the sandbox image, which is no container's, those of any."""
    return {
        cause
        for label in LABELS
        if (label["namespace"], label["pod"]) == (failure["namespace"], failure["pod"])
        and (None in {label["container"], failure["container"]} or label["container"] == failure["container"])
        for cause in label["causes"]
    }

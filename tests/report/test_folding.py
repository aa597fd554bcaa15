from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report.folding import folded, unfolded
from kubectl_imagepull.report.table import scan_table
from kubectl_imagepull.report.text import display_width
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from tests.report.reports import recorded

if TYPE_CHECKING:
    from kubectl_imagepull.diagnosis.report import Report
    from tests.report.conftest import Build

COPIES = 6


def in_other_namespaces(item: Any, number: int) -> Any:
    """An object's copy in a namespace of its own, with a uid of its own, as all that it refers to."""
    if isinstance(item, list):
        return [in_other_namespaces(one, number) for one in item]
    if not isinstance(item, dict):
        return item
    return {
        name: f"{value}-{number}"
        if name in {"namespace", "uid"} and isinstance(value, str)
        else in_other_namespaces(value, number)
        for name, value in item.items()
    }


@cache
def crowded() -> Report:
    """The recorded cluster six times side by side: 408 failing pods."""
    snapshot = read_recording([str(RECORDING)])
    objects = {
        kind: list(items)
        if kind == "Node"
        else [in_other_namespaces(item, number) for number in range(COPIES) for item in items]
        for kind, items in snapshot.objects.items()
    }
    return report_on(replace(snapshot, objects=objects), monotonic())


def test_four_hundred_red_pods_fit_forty_lines() -> None:
    report = crowded()
    assert len({(one.failure.namespace, one.failure.pod) for one in report.diagnoses}) == 408
    for width in (60, 80, 100, 120, 200, None):
        lines = scan_table(report, width=width).split("\n")
        assert len(lines) <= 40, width
        assert width is None or all(display_width(line) <= width for line in lines)


def test_no_pod_is_lost_by_sharing_a_line() -> None:
    rows = [line.split() for line in scan_table(crowded(), width=80).split("\n\n")[0].split("\n")[1:]]
    # a pod with two images that fail for two reasons stands in two lines
    assert sum(int(row[1]) for row in rows) == 408 + COPIES


@pytest.mark.parametrize("width", [60, 80, 100, 120, None])
def test_the_demos_scan_fits_a_screen(width: int | None) -> None:
    assert len(scan_table(recorded(), width=width).split("\n")) <= 45


def test_sixty_columns_are_as_readable_as_eighty() -> None:
    narrow, wider = (scan_table(recorded(), width=width).split("\n") for width in (60, 80))
    rows = narrow[1 : narrow.index("")]
    assert len(rows) == 33
    assert [row.split()[:2] for row in rows] == [row.split()[:2] for row in wider[1:34]]
    assert all(display_width(line) <= 60 for line in narrow)


def test_what_heals_by_itself_comes_last() -> None:
    lines = scan_table(recorded(), width=80).split("\n")
    rows = [line.split()[0] for line in lines[1:34]]
    assert rows[-2:] == ["KubeletThrottled", "RuntimeUnavailable"]
    assert rows[0] == "TagNotFound"


def test_root_causes_of_one_kind_and_one_fix_share_a_line() -> None:
    lines = folded(recorded())
    assert sum(len(line.roots) for line in lines) == len(recorded().root_causes)
    assert all(len({root.cause for root in line.roots}) == 1 for line in lines)
    missing_login = [line for line in lines if line.merged.cause is Cause.NO_CREDENTIALS]
    assert [[root.short_fix for root in line.roots] for line in missing_login] == [
        ["Add secret corp-registry-good to statefulset/gateway"],
        [
            "Recreate regcred-opaque as kubernetes.io/dockerconfigjson",
            "Create a pull secret for private.corp.example",
        ],
        ["Create a pull secret for private.corp.example"],
    ]


def test_all_unfolds_and_the_last_lines_say_so() -> None:
    text = scan_table(recorded(), width=100)
    assert text.endswith(
        "Those of one kind share a line; --all has a line for each.\nNext: kubectl imagepull diagnose shop/deployment/frontend"
    )
    every = scan_table(recorded(), every=True)
    assert len(every.split("\n\n")[0].split("\n")) == 1 + len(recorded().root_causes)
    assert "--all" not in every


def test_few_root_causes_have_a_line_each(build: Build) -> None:
    alike = [build.diagnosis(f"web-{n}", image=f"a.example/{n}:1", key=f"a.example/{n}:1") for n in range(21)]
    assert len(folded(build.report(*alike[:20]))) == 20
    (line,) = folded(build.report(*alike))
    assert len(line.roots) == 21
    assert scan_table(build.report(*alike, short={Cause.TAG_NOT_FOUND: "name a tag"}), no_headers=True) == (
        "TagNotFound  21 images  21    shop/deployment/web  12m    name a tag"
    )


def test_a_line_is_as_sure_as_its_least_sure_root_cause(build: Build) -> None:
    one = build.diagnosis("a", image="a.example/a:1", key="a")
    other = build.diagnosis("b", image="a.example/b:1", key="b", confidence=Confidence.POSSIBLE)
    roots = build.report(one, other).root_causes
    (merged,) = [replace(line, roots=roots).merged for line in unfolded(roots)[:1]]
    assert merged.confidence is Confidence.POSSIBLE
    assert scan_table(build.report(other), no_headers=True).startswith("TagNotFound?  ")


def test_the_next_command_reads_the_same_recording(build: Build) -> None:
    text = scan_table(build.cluster(), recordings=["dump a", "b.json"])
    assert text.endswith(
        "\nNext: kubectl imagepull diagnose monitoring/daemonset/node-logger --from 'dump a' --from b.json"
    )
    reaching = build.report(build.diagnosis(reach=(("--context", "prod"), ("--insecure-skip-tls-verify", ""))))
    assert scan_table(reaching).endswith(
        "\nNext: kubectl imagepull diagnose shop/deployment/web --context prod --insecure-skip-tls-verify"
    )
    assert "Next:" not in scan_table(build.report())


def test_a_report_can_be_copied_into_other_namespaces() -> None:
    """What the crowd is made by."""
    item = {"metadata": {"namespace": "a", "uid": "u", "labels": {"x": "y"}}, "refs": [{"uid": "v", "n": 1}]}
    assert json.dumps(in_other_namespaces(item, 2)) == (
        '{"metadata": {"namespace": "a-2", "uid": "u-2", "labels": {"x": "y"}}, "refs": [{"uid": "v-2", "n": 1}]}'
    )

"""Whole situations that people posted: the cause is right, the first fix is what helped them, and no trap is printed.

Each folder is a public thread made into a recording: `case.json` says where it comes from and what helped, `expect.json`
the causes that are right, patterns that the first fix has to match, and patterns that no fix may match. The number in
front of a name is the round it was collected in. docs/verified.md says how, and how the program did before it was mended.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.fix import Fix, shell_lines

HERE = Path(__file__).parent
SITUATIONS = sorted(path.parent.name for path in HERE.glob("*/expect.json"))


@cache
def expected(name: str) -> dict[str, Any]:
    return dict(json.loads((HERE / name / "expect.json").read_text(encoding="utf-8")))


@cache
def diagnosed(name: str) -> Diagnosis:
    """The failure that is meant, with its fixes."""
    found = report_on(read_recording([str(HERE / name / "objects.json")]), 0.0).diagnoses
    container = expected(name).get("container")
    return next(one for one in found if container in {None, one.failure.container})


def words(fix: Fix) -> str:
    return "\n".join((fix.text, *shell_lines(fix.commands)))


def lacks(name: str) -> list[str]:
    """The patterns that the first fix doesn't match; the line about a workload's writer counts with the fix after it."""
    one = diagnosed(name)
    counted = one.fixes[: 2 if one.workload.managed_by else 1]
    return missing_in("\n".join(map(words, counted)), expected(name)["first"])


def missing_in(text: str, patterns: list[str]) -> list[str]:
    return [pattern for pattern in patterns if not re.search(pattern, text, re.IGNORECASE)]


def test_all_of_both_rounds_are_here() -> None:
    assert [sum(name.startswith(f"{number}-") for name in SITUATIONS) for number in (1, 2)] == [50, 24]


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_cause_is_right(name: str) -> None:
    assert diagnosed(name).cause.value in expected(name)["cause"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_first_fix_is_what_helped(name: str) -> None:
    assert lacks(name) == []


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_is_printed_that_would_harm(name: str) -> None:
    printed = "\n".join(map(words, diagnosed(name).fixes))
    forbidden = expected(name)["never"]
    assert missing_in(printed, forbidden) == forbidden


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_thread_is_named(name: str) -> None:
    told = json.loads((HERE / name / "case.json").read_text(encoding="utf-8"))
    assert told["source"].startswith("https://")
    assert told["fix"]
    assert told["trap"]

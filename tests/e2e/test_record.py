"""What `record` writes of a real cluster: it reads to what the cluster itself reads to, for kubectl is a list as any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e.admin import Admin
from e2e.captured import NAMESPACES
from e2e.program import Program


def result_of(program: Program, *arguments: str) -> dict[str, Any]:
    """The report but for the source, how long reading took, and which of both could not be read whole."""
    report = program.report("diagnose", *arguments)
    return {key: value for key, value in report.items() if key not in {"source", "seconds", "generatedAt"}}


def as_of_recording(report: dict[str, Any]) -> Any:
    """What is said of a cluster, as it is said of its recording."""
    return json.loads(json.dumps(report).replace("the cluster was read without", "the recording was read without"))


@pytest.mark.parametrize("scope", [("-A",), ("-n", NAMESPACES[-1]), ("-n", "shop", "-l", "app=web")])
def test_a_recording_reads_as_the_cluster_does(program: Program, tmp_path: Path, scope: tuple[str, ...]) -> None:
    path = tmp_path / "failing.json.gz"
    made = program("record", str(path), *scope)
    assert made.returncode == 0, made.stderr
    live = result_of(program, *scope)
    assert result_of(program, "--from", str(path)) == as_of_recording(live)


def test_what_may_not_be_read_is_said_of_both(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "failing.json"
    made = program("record", str(path), "-A", "--no-secrets")
    live = result_of(program, "-A", "--no-secrets")
    assert live["skipped"] != []
    assert result_of(program, "--from", str(path)) == as_of_recording(live)
    assert "--no-secrets was given" in made.stderr


def test_no_value_of_a_secret_is_in_it(program: Program, admin: Admin, tmp_path: Path) -> None:
    path = tmp_path / "failing.json"
    program("record", str(path), "-A")
    text = path.read_text(encoding="utf-8")
    values = [value for item in admin.items("Secret") for value in item.get("data", {}).values() if len(value) > 8]
    assert values
    assert [value for value in values if value in text] == []


def test_kubectl_reads_it_as_a_list(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "failing.json"
    program("record", str(path), "-n", "shop")
    items = json.loads(path.read_text(encoding="utf-8"))["items"]
    got = program.run("kubectl", "create", "-f", str(path), "--dry-run=client", "--validate=false", "-o", "name")
    assert got.returncode == 0, got.stderr
    assert len(got.stdout.split()) == len(items)

"""The first fixes as a shell script: what it holds, where it stops, and that nothing in it can be smuggled in."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kubectl_imagepull.report.script import shell_script
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Placeholder, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who
from kubectl_imagepull.vocabulary.workload import Workload
from tests.report.reports import HOSTILE, REPORTS

if TYPE_CHECKING:
    from tests.report.conftest import Build

TAG = Placeholder("EXISTING_TAG", "a tag that exists")
CREATE = Command(("kubectl", "create", "secret", "x", "-n", "shop"))


def name_secret(workload: str) -> Command:
    return Command(("kubectl", "patch", f"deployment/{workload}", "-n", "shop"))


def run(text: str, tmp_path: Path) -> list[str]:
    """Runs a script with a stand-in for kubectl; gives what it was called with, and what the script said."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text('#!/bin/sh\necho "kubectl $*"\n')
    kubectl.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    result = subprocess.run(
        ["sh"], input=text, capture_output=True, text=True, env=environment, check=False, timeout=30
    )
    return [*result.stdout.splitlines(), *result.stderr.splitlines()]


def test_the_first_fix_of_each_workload_of_each_root_cause(build: Build, tmp_path: Path) -> None:
    diagnoses = [
        build.diagnosis(
            pod,
            Cause.NO_CREDENTIALS,
            key="private.corp.example shop -",
            workload=Workload("Deployment", workload),
            fixes=(
                Fix(
                    f"Name a secret in deployment/{workload}.",
                    chain(CREATE, name_secret(workload)),
                    notes=("It is asked for.",),
                    undo=(Command(("kubectl", "rollout", "undo", f"deployment/{workload}", "-n", "shop")),),
                ),
                Fix("Or else.", (Command(("kubectl", "never")),)),
            ),
        )
        for pod, workload in (("a-1", "a"), ("a-2", "a"), ("b-1", "b"))
    ]
    node = build.diagnosis(
        "c-1",
        Cause.NODE_DISK_FULL,
        key="worker-a",
        workload=Workload("Deployment", "c"),
        fixes=(Fix("Free space.", (Command(("df", "-h")),), Who.CLUSTER_ADMIN, where=Where.NODE, nodes=("worker-a",)),),
    )
    text = shell_script(build.report(*diagnoses, node))
    assert text.split("\nset -eu\n")[1].split("\n") == (
        [
            "",
            "# NoCredentials: the registry requires a login, and none was sent: private.corp.example in shop with",
            "# no pull secret, 3 pods",
            "# - shop/deployment/a",
            "#   Name a secret in deployment/a.",
            "#   It is asked for.",
            "kubectl create secret x -n shop",
            "kubectl patch deployment/a -n shop",
            "# undo: kubectl rollout undo deployment/a -n shop",
            "# - shop/deployment/b",
            "#   Name a secret in deployment/b.",
            "#   It is asked for.",
            "kubectl patch deployment/b -n shop",
            "# undo: kubectl rollout undo deployment/b -n shop",
            "",
            "# NodeDiskFull: the node's disk is full: worker-a, 1 pod",
            "# - shop/deployment/c",
            "#   Free space. (a cluster administrator)",
            "#   on worker-a: df -h",
        ]
    )
    assert run(text, tmp_path) == [
        "kubectl create secret x -n shop",
        "kubectl patch deployment/a -n shop",
        "kubectl patch deployment/b -n shop",
    ]


def test_it_stops_at_the_first_placeholder(build: Build, tmp_path: Path) -> None:
    fixes = (
        Fix("Do it.", (CREATE, Command(("kubectl", "set", joined("app=x:", TAG))), Command(("kubectl", "after")))),
    )
    text = shell_script(build.report(build.diagnosis(fixes=fixes)))
    calls = run(text, tmp_path)
    assert calls[0] == "kubectl create secret x -n shop"
    assert calls[1].endswith("EXISTING_TAG: a tag that exists")
    assert len(calls) == 2
    assert run(text.replace(str(TAG), "v1"), tmp_path)[1:] == ["kubectl set app=x:v1", "kubectl after"]


def test_it_stops_at_the_first_command_that_fails(build: Build, tmp_path: Path) -> None:
    fixes = (Fix("Do it.", (Command(("false",)), CREATE)),)
    assert run(shell_script(build.report(build.diagnosis(fixes=fixes))), tmp_path) == []


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_every_report_is_a_script_that_says_nothing_of_others(build: Build, kind: str, tmp_path: Path) -> None:
    text = shell_script(REPORTS[kind](build))
    checked = subprocess.run(["sh", "-n"], input=text, capture_output=True, text=True, check=False, timeout=30)
    assert (checked.returncode, checked.stderr) == (0, "")
    lines = text.split("\n")
    assert all(line.isprintable() for line in lines)
    if kind == "hostile":
        assert all(line.startswith("#") or line in {"", "set -eu"} for line in lines)
        assert run(text, tmp_path) == []
        assert HOSTILE not in text

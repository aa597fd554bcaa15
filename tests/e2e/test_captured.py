"""The recorded cluster, read back from an API server: every failure is found and named, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e.admin import Admin
from e2e.captured import NAMESPACES, wrong
from e2e.program import Program


def test_every_captured_failure_is_named(program: Program, admin: Admin) -> None:
    result = program.report("scan", "-A")
    assert wrong(result) == []
    assert result["skipped"] == []
    assert result["podsScanned"] == len(admin.items("Pod"))


@pytest.mark.parametrize("namespace", ["shop", "payments", "logistics"])
def test_a_namespace_is_read_as_all_are(kubeconfig: Path, tmp_path: Path, namespace: str) -> None:
    program = Program(kubeconfig, tmp_path)
    everywhere = program.report("scan", "-A")["failures"]
    alone = program.report("scan", "-n", namespace)["failures"]
    both = [
        [(one["pod"], one["container"], one["cause"]) for one in part if one["namespace"] == namespace]
        for part in (everywhere, alone)
    ]
    assert both[0] == both[1] != []


def test_several_namespaces_are_read_as_all_are(kubeconfig: Path, tmp_path: Path) -> None:
    program = Program(kubeconfig, tmp_path)
    everywhere = program.report("scan", "-A")["failures"]
    both = program.report("scan", "-n", "shop", "-n", "payments")
    wanted = [one for one in everywhere if one["namespace"] in {"shop", "payments"}]
    parts = [
        sorted((one["namespace"], one["pod"], one["container"] or "", one["cause"]) for one in failures)
        for failures in (wanted, both["failures"])
    ]
    assert parts[0] == parts[1] != []
    assert both["skipped"] == []


def test_kubectl_finds_the_plugin(kubeconfig: Path, tmp_path: Path) -> None:
    program = Program(kubeconfig, tmp_path)
    result = program("scan", "-A", "--no-headers", by_kubectl=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert {line.split()[0] for line in result.stdout.splitlines()} >= {"TagNotFound", "DnsFailure"}


def test_names_can_be_handed_to_kubectl(kubeconfig: Path, tmp_path: Path) -> None:
    program = Program(kubeconfig, tmp_path)
    named = program("scan", "-n", NAMESPACES[-1], "-o", "name").stdout.split()
    got = program.run("kubectl", "get", "-n", NAMESPACES[-1], "-o", "name", *named)
    assert (got.returncode, got.stdout.split()) == (0, named)

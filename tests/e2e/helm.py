"""Helm 3 and 4, built from their Go modules as the servers are, and what it installs from charts of the usual conventions."""

from __future__ import annotations

import subprocess
from pathlib import Path

from e2e.build import build_go, cache_of
from e2e.program import Program

VERSIONS = ("3", "4")


def helm_of(version: str) -> Path:
    """The folder that holds the helm of a major version; it is built where it is missing, in two minutes."""
    module = Path(__file__).parent / f"helm{version}"
    place = cache_of(module, "programs", f"helm{version}") / "helm"
    if not place.exists():
        build_go(module, {place: f"helm.sh/helm/v{version}/cmd/helm"})
    return place.parent


class HelmUser:
    """Somebody with kubectl, the program and one version of helm."""

    def __init__(self, version: str, kubeconfig: Path, home: Path) -> None:
        self.program = Program(kubeconfig, home)
        self.program.environment["PATH"] = f"{helm_of(version)}:{self.program.environment['PATH']}"

    def helm(self, *arguments: str) -> str:
        """Runs helm, and gives what it prints; raises AssertionError where it fails."""
        return _printed(self.program.run("helm", *arguments))

    def paste(self, command: str) -> str:
        """Runs a command line that the program printed."""
        return _printed(self.program.run("bash", "-c", command))


def _printed(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, f"{result.args}: {result.stderr}"
    return result.stdout

"""The installed program as a user runs it: on its own, or as kubectl's plugin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from e2e.build import build
from inside import run_inside

BIN = Path(sys.executable).parent
NAME = "kubectl-imagepull"
#: No run may hang: whatever it waits for, its own limits end it before this, in seconds.
LONGEST = 90


def environment(kubeconfig: Path | str | None, home: Path, **more: str) -> dict[str, str]:
    """The environment of a run: nothing of whoever runs the tests but PATH, with both programs on it."""
    path = os.pathsep.join([str(BIN), str(build("kubectl").parent), os.environ["PATH"]])
    config = {} if kubeconfig is None else {"KUBECONFIG": str(kubeconfig)}
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", **config, **more}


class Program:
    """Runs the program with one kubeconfig."""

    def __init__(self, kubeconfig: Path | str | None, home: Path, extra: Mapping[str, str] | None = None) -> None:
        self.environment = environment(kubeconfig, home, **(extra or {}))

    def __call__(self, *arguments: str, by_kubectl: bool = False) -> subprocess.CompletedProcess[str]:
        """Runs it; `by_kubectl` lets kubectl find it."""
        command = ["kubectl", "imagepull"] if by_kubectl else [NAME]
        return self.run(*command, *arguments)

    def inside(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs it in this process, in the same environment: where its start is not what a test is about."""
        return run_inside(self.environment, *arguments)

    def run(self, *command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs any command in the same environment."""
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=LONGEST,
            check=False,
        )

    def report(self, *arguments: str) -> dict[str, Any]:
        """The report of a command as JSON."""
        return parsed(self.inside(*arguments, "-o", "json"))


def parsed(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON that a run printed."""
    report: dict[str, Any] = json.loads(result.stdout)
    return report

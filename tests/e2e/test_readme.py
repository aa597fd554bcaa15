"""README's commands that take a cluster, as they stand there, through the real kubectl."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from e2e.control_plane import ControlPlane
from e2e.program import LONGEST, Program
from readme import ON_A_CLUSTER, Run


@pytest.fixture
def user(plane: ControlPlane, tmp_path: Path) -> Program:
    """Somebody with two contexts, eu and us, whose namespace is shop."""
    path = plane.kubeconfig(name="readme", context="eu", namespace="shop")
    config = json.loads(path.read_text(encoding="utf-8"))
    (eu,) = config["contexts"]
    config["contexts"].append({**eu, "name": "us"})
    path.write_text(json.dumps(config), encoding="utf-8")
    return Program(path, tmp_path)


@pytest.mark.parametrize(("command", "run"), [one for one in ON_A_CLUSTER.items() if not one[1].until_stopped])
def test_a_command_that_takes_a_cluster(user: Program, command: str, run: Run) -> None:
    result = user.run("bash", "-o", "pipefail", "-c", f"cd && {command}")
    assert result.returncode == run.code, result.stderr
    assert run.prints in result.stdout


@pytest.mark.parametrize(("command", "run"), [one for one in ON_A_CLUSTER.items() if one[1].until_stopped])
def test_a_command_that_goes_on(user: Program, command: str, run: Run) -> None:
    with subprocess.Popen(
        ["bash", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=user.environment,
        start_new_session=True,
    ) as going:
        assert going.stdout
        too_long = threading.Timer(LONGEST, going.kill)
        too_long.start()
        assert any(run.prints in line for line in going.stdout)
        os.killpg(going.pid, signal.SIGINT)
        assert going.wait(LONGEST) == run.code
        too_long.cancel()

"""Measures how the package starts against kubectl, what docs/performance.md says of it: `make bench-package`.

Both read the recorded cluster from a real API server on loopback. Runs take turns, so that other work on the machine
slows both alike; the bars are ratios and differences within a run. Exits with 1 where one is missed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from e2e.admin import Admin
from e2e.build import build, kubernetes_version
from e2e.captured import put_captured
from e2e.control_plane import ControlPlane, bearer
from platforms import this_platform

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 21
#: The bars: `version` against `kubectl version --client` (times), `scan` against `kubectl get pods` (seconds more).
MOST_TIMES = 4.0
MOST_MORE = 0.6


def medians(commands: dict[str, list[str]], kubeconfig: str) -> dict[str, float]:
    """The median of each command's seconds."""
    environment = {"KUBECONFIG": kubeconfig, "HOME": str(Path(kubeconfig).parent), "PATH": os.environ["PATH"]}
    found: dict[str, list[float]] = {name: [] for name in commands}
    # the first round fills the system's cache of files, and kubectl's of what the API server has
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
            if number:
                found[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in found.items()}


def main() -> int:
    """Measures, prints, and holds the figures to the bars."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        archive = ROOT / "dist" / this_platform().archive
        with tarfile.open(archive) as packed:
            packed.extractall(folder / "package")  # noqa: S202 - it was built a moment ago
        program, kubectl = str(folder / "package" / this_platform().program), str(build("kubectl"))
        plane = ControlPlane(folder / "plane")
        plane.start()
        try:
            put_captured(Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca)))
            commands = {
                "version": [program, "version"],
                "kubectl version --client": [kubectl, "version", "--client"],
                "scan -A": [program, "scan", "-A"],
                "kubectl get pods -A": [kubectl, "get", "pods", "-A"],
            }
            took = medians(commands, str(plane.kubeconfig()))
        finally:
            plane.stop()
    print(f"Kubernetes {kubernetes_version()}, medians of {ROUNDS} rounds")
    for name, seconds in took.items():
        print(f"  {name:25} {seconds * 1000:4.0f} ms")
    times = took["version"] / took["kubectl version --client"]
    more = took["scan -A"] - took["kubectl get pods -A"]
    print(f"version: {times:.2f} times kubectl's (wanted: at most {MOST_TIMES:g})")
    print(f"scan: {more:.2f} s more than kubectl get pods (wanted: at most {MOST_MORE:g})")
    return int(times > MOST_TIMES or more > MOST_MORE)


if __name__ == "__main__":
    sys.exit(main())

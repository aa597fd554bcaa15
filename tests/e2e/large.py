"""A large cluster in a control plane of its own, and the pulls that fail in it: see servers/seed."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.admin import Admin, AdminError
from e2e.build import build
from e2e.control_plane import ControlPlane, ControlPlaneError, bearer

#: Seconds that a server may take to read everything into its caches, on a machine that has other work.
_START_SECONDS = 300.0


@dataclass(frozen=True, order=True)
class FailingPull:
    """One container whose image can't be pulled, and why."""

    namespace: str
    pod: str
    container: str
    cause: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it is."""
        return self.namespace, self.pod, self.container


@contextmanager
def large_cluster(folder: Path, pods: int, *, hard: bool) -> Iterator[tuple[ControlPlane, list[FailingPull]]]:
    """Runs an API server with so many pods, 500 of which can't pull an image, and stops it in the end.

    A `hard` one has whatever hides a failing pull, or looks like one; in the other one some have run before, and there
    are crash loops.
    etcd is filled before the API server starts, past it: that takes seconds, not hours, and fills its caches at once.
    """
    plane = ControlPlane(folder, start_seconds=_START_SECONDS)
    try:
        plane.start_etcd()
        failing = seed(plane, pods, hard=hard)
        plane.start_apiserver()
        _warm(plane)
        yield plane, failing
    finally:
        plane.stop()


def seed(plane: ControlPlane, pods: int, *, hard: bool) -> list[FailingPull]:
    """Fills the etcd of a control plane whose API server doesn't run yet, and gives what fails, in order."""
    command = [build("seed"), f"--etcd={plane.etcd_url}", f"--pods={pods}", f"--hard={str(hard).lower()}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise ControlPlaneError(f"the cluster could not be made: {result.stderr.strip()}")
    return sorted(FailingPull(**one) for one in json.loads(result.stdout))


def found_in(report: dict[str, Any]) -> list[FailingPull]:
    """The failing pulls of a report, in the same order; one that stands there twice is found twice."""
    return sorted(
        FailingPull(one["namespace"], one["pod"], one["container"] or "", one["cause"]) for one in report["failures"]
    )


def _warm(plane: ControlPlane) -> None:
    """Waits until lists come from the API server's caches."""
    admin = Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca))
    until = time.monotonic() + _START_SECONDS
    for path in ("/api/v1/pods", "/api/v1/events", "/api/v1/nodes"):
        while True:
            try:
                admin.request("GET", path, query={"resourceVersion": "0", "fieldSelector": "metadata.name=-"})
                break
            except AdminError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

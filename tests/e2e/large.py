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

#: Seconds in which the API server has to have read everything into its caches.
_WARM_SECONDS = 120.0


@dataclass(frozen=True, order=True)
class FailingPull:
    """One container whose image can't be pulled, and why."""

    namespace: str
    pod: str
    container: str
    cause: str


@contextmanager
def large_cluster(folder: Path, pods: int) -> Iterator[tuple[ControlPlane, frozenset[FailingPull]]]:
    """Runs an API server with so many pods, 500 of which can't pull an image, and stops it in the end.

    etcd is filled before the API server starts, past it: that takes seconds, not hours, and fills its caches at once.
    """
    plane = ControlPlane(folder)
    try:
        plane.start_etcd()
        failing = seed(plane, pods)
        plane.start_apiserver()
        _warm(plane)
        yield plane, failing
    finally:
        plane.stop()


def seed(plane: ControlPlane, pods: int) -> frozenset[FailingPull]:
    """Fills the etcd of a control plane whose API server doesn't run yet."""
    command = [build("seed"), f"--etcd={plane.etcd_url}", f"--pods={pods}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise ControlPlaneError(f"the cluster could not be made: {result.stderr.strip()}")
    return frozenset(FailingPull(**one) for one in json.loads(result.stdout))


def found_in(report: dict[str, Any]) -> frozenset[FailingPull]:
    """The failing pulls of a report."""
    return frozenset(
        FailingPull(one["namespace"], one["pod"], one["container"] or "", one["cause"]) for one in report["failures"]
    )


def _warm(plane: ControlPlane) -> None:
    """Waits until lists come from the API server's caches."""
    admin = Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca))
    until = time.monotonic() + _WARM_SECONDS
    for path in ("/api/v1/pods", "/api/v1/events", "/api/v1/nodes"):
        while True:
            try:
                admin.request(
                    "GET", path, query={"limit": "1", "resourceVersion": "0", "fieldSelector": "metadata.name=-"}
                )
                break
            except AdminError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

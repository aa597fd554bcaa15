"""A cluster of thousands of pods with every kind of failed pull that hides: what fails is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

from e2e.control_plane import ControlPlane
from e2e.large import FailingPull, found_in
from e2e.program import Program
from e2e.relay import relay

#: What a scan may read of it, in MB, uncompressed as on one machine: half of it are the failing pods. All pods are 50.
MOST_MEGABYTES = 22


def test_exactly_the_failing_pulls_are_found(large: tuple[ControlPlane, list[FailingPull]], tmp_path: Path) -> None:
    plane, failing = large
    with relay(plane) as between:
        config = plane.kubeconfig(server=between.url, name="relayed")
        report = Program(config, tmp_path).report("scan", "-A")
    assert len(failing) == 500
    assert found_in(report) == failing
    (left,) = report["skipped"]
    assert left["what"] == "ephemeral containers"
    assert between.received < MOST_MEGABYTES * 1e6

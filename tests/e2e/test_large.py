"""A cluster of thousands of pods with every kind of failed pull that hides: what fails is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

from e2e.control_plane import ControlPlane
from e2e.large import FailingPull, found_in
from e2e.program import Program
from e2e.relay import relay

#: What a scan may read of it over the network, in MB. Every pod is read today, and that is 11 MB; the failing ones, a
#: row for each that runs and the events are 1.
MOST_MEGABYTES = 12


def test_exactly_the_failing_pulls_are_found(large: tuple[ControlPlane, list[FailingPull]], tmp_path: Path) -> None:
    plane, failing = large
    with relay(plane) as between:
        config = plane.kubeconfig(server=between.url, name="relayed")
        report = Program(config, tmp_path).report("scan", "-A")
    assert len(failing) == 500
    assert found_in(report) == failing
    assert report["skipped"] == []
    assert between.received < MOST_MEGABYTES * 1e6

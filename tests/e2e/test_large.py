"""A cluster of thousands of pods with every kind of failed pull that hides: what fails is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e.control_plane import ControlPlane
from e2e.large import FailingPull, found_in
from e2e.program import Program
from e2e.relay import relay

#: What a scan may read over the network, in MB, however large the cluster is.
MOST_MEGABYTES = 20


def test_exactly_the_failing_pulls_are_found(large: tuple[ControlPlane, list[FailingPull]], tmp_path: Path) -> None:
    plane, failing = large
    with relay(plane) as between:
        config = plane.kubeconfig(server=between.url, name="relayed")
        report = Program(config, tmp_path).report("scan", "-A")
    assert len(failing) == 500
    assert found_in(report) == failing
    # of pods that are well only the events are read, and the report says so
    assert [one["what"] for one in report["skipped"]] == ["ephemeral containers"]
    assert between.received < MOST_MEGABYTES * 1e6


def test_a_full_scan_finds_the_same(large: tuple[ControlPlane, list[FailingPull]], tmp_path: Path) -> None:
    plane, failing = large
    report = Program(plane.kubeconfig(), tmp_path).report("scan", "-A", "--full")
    assert found_in(report) == failing
    assert report["skipped"] == []


@pytest.mark.parametrize("flags", [(), ("-l", "app.kubernetes.io/name")])
def test_both_count_the_same_pods(
    large: tuple[ControlPlane, list[FailingPull]], tmp_path: Path, flags: tuple[str, ...]
) -> None:
    program = Program(large[0].kubeconfig(), tmp_path)
    counts = [program.report("scan", "-A", *flags, *more)["podsScanned"] for more in ((), ("--full",))]
    assert counts == [3_000, 3_000]

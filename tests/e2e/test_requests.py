"""How many requests a run sends: each is a way to the server and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e.captured import wrong
from e2e.control_plane import ControlPlane
from e2e.faults import FaultProxy
from e2e.program import Program

MOST = 40


@pytest.mark.parametrize("command", ["scan", "diagnose"])
def test_the_recorded_cluster_takes_few_requests(plane: ControlPlane, tmp_path: Path, command: str) -> None:
    """68 of its pods fail, in 14 namespaces; of each everything is read that bears on it."""
    proxy = FaultProxy(plane.url, plane.ca, certificate=plane.folder / "server.crt", key=plane.folder / "server.key")
    try:
        report = Program(plane.kubeconfig(server=proxy.url, name="counted"), tmp_path).report(command, "-A")
    finally:
        proxy.stop()
    assert wrong(report) == []
    assert len(proxy.requests) <= MOST, sorted(request.path for request in proxy.requests)

"""A real API server with the recorded cluster in it, for all tests of this folder: `make e2e`.

With E2E_KUBECONFIG (a kubeconfig of a cluster that may be written to: kind, k3d) the tests that don't need servers of
their own run against that cluster, in one process. It is not KUBECONFIG, for that is often somebody's production.

Several processes (pytest -n) have servers of their own each; a file's tests share them best (--dist loadfile).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.admin import Admin
from e2e.captured import NAMESPACES, put_captured
from e2e.control_plane import ControlPlane, bearer
from e2e.large import FailingPull, large_cluster
from e2e.live import LiveCluster, live_cluster
from e2e.program import Program
from e2e.situations import REGISTRY
from e2e.store import Store
from e2e.terminal import Terminal

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection

# what a script starts in the background ignores Ctrl-C, and so would every program that a test starts and stops by it
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

GIVEN = os.environ.get("E2E_KUBECONFIG")
#: The pods of the large cluster: few enough to be made in seconds, and enough for everything that is in a larger one.
LARGE = 3_000


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Servers of the tests' own, with the recorded cluster in them."""
    if GIVEN:
        pytest.skip("needs servers of its own, and E2E_KUBECONFIG gives a cluster")
    plane = ControlPlane(tmp_path_factory.mktemp("plane"))
    plane.start()
    try:
        put_captured(admin_of(plane))
        yield plane
    finally:
        plane.stop()


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ControlPlane, list[FailingPull]]]:
    """Other servers, with thousands of pods, and what fails in them."""
    if GIVEN:
        pytest.skip("needs servers of its own, and E2E_KUBECONFIG gives a cluster")
    with large_cluster(tmp_path_factory.mktemp("large"), LARGE, hard=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCluster]:
    """Other servers, with controllers and kubelets that act on what a test does, and nothing in them."""
    if GIVEN:
        pytest.skip("needs servers of its own, and E2E_KUBECONFIG gives a cluster")
    with live_cluster(tmp_path_factory.mktemp("live"), REGISTRY) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def admin(plane: ControlPlane) -> Admin:
    """Whoever may do everything on the tests' own servers."""
    return admin_of(plane)


@pytest.fixture
def program(plane: ControlPlane, tmp_path: Path) -> Program:
    """The program, as the administrator of the tests' own servers."""
    return Program(plane.kubeconfig(), tmp_path)


@pytest.fixture
def terminal(plane: ControlPlane, program: Program, admin: Admin) -> Iterator[Terminal]:
    """A terminal whose traces are removed at the end."""
    terminal = Terminal(program, admin, Store(plane.etcd_url))
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture(scope="session")
def kubeconfig(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A kubeconfig of a cluster that has the recorded pods: the one that was given, else the tests' own."""
    if not GIVEN:
        yield request.getfixturevalue("plane").kubeconfig()
        return
    session = open_session(Connection(kubeconfig=GIVEN))
    client = session.transport.client
    headers = {key["key"]: key["value"] for key in client.configuration.auth_settings().values()}
    given = Admin(client.configuration.host, headers, **_tls(client.configuration))
    put_captured(given, owners=False)
    try:
        yield Path(GIVEN)
    finally:
        for namespace in NAMESPACES:
            given.delete("Namespace", "", namespace)
        for node in ("worker-a", "worker-b"):
            given.delete("Node", "", node)
        session.close()


def admin_of(plane: ControlPlane) -> Admin:
    """The administrator of a control plane."""
    return Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca))


def _tls(configuration: object) -> dict[str, str]:
    fields = {"ca_certs": "ssl_ca_cert", "cert_file": "cert_file", "key_file": "key_file"}
    found = {name: getattr(configuration, field) for name, field in fields.items()}
    return {name: value for name, value in found.items() if value}

"""Registries on loopback, with an authority of their own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from registry.wire import WireServer

#: Names that the certificate is for; a test's resolver leads them to loopback.
NAMES = ("registry.test", "auth.registry.test", "elsewhere.test", "localhost")


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 and of NAMES, which is its own authority, followed by its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("authority")
    file, key = folder / "server.pem", folder / "key.pem"
    options = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ",".join(["IP:127.0.0.1", "IP:127.0.0.2", *(f"DNS:{name}" for name in NAMES)])
    subprocess.run(
        [program, "req", "-x509", *options.split(), "-addext", f"subjectAltName={names}", "-keyout", key, "-out", file],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + key.read_text())
    return file


@pytest.fixture
def servers(own_certificate: Path) -> Iterator[Callable[..., WireServer]]:
    """Starts servers, each on a port of its own."""
    started: list[WireServer] = []

    def start(*, plain: bool = False, address: str = "127.0.0.1", port: int = 0) -> WireServer:
        started.append(WireServer(None if plain else own_certificate, address, port))
        return started[-1]

    yield start
    for server in started:
        server.stop()

"""What all tests share: figures that the run prints when it ends, a certificate, and an API server on loopback."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.testing

pytest_plugins = ["kube.fixtures", "registry.fixtures"]
FIGURES = pytest.StashKey[list[str]]()

# CliRunner builds the parser of all commands for each run, which takes three times as long as a short run itself
typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]  # private to typer
# pytest rewrites the tests' assertions in half of the time of a collection: kept even where Python keeps no bytecode
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the tests, and the programs that they start, from the rules of whoever runs them."""
    os.environ["XDG_CONFIG_HOME"] = str(config.rootpath / "build" / "no-configuration")


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> list[str]:
    """Lines that are printed under the test run."""
    return pytestconfig.stash.setdefault(FIGURES, [])


@pytest.fixture(scope="session")
def made_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, followed by its key; openssl makes it once."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    file, key = folder / "server.pem", folder / "key.pem"
    options = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(file)]
    subprocess.run([program, "req", "-x509", *options.split(), *names], check=True, capture_output=True)
    file.write_text(file.read_text() + key.read_text())
    return file


@pytest.fixture
def certificate(made_certificate: Path, tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1, followed by its key, in the test's own directory."""
    for file in (made_certificate, made_certificate.with_name("key.pem")):
        shutil.copy(file, tmp_path)
    return tmp_path / made_certificate.name


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leaves what is collected, which stays to the end, out of each collection of garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        # what a test leaves is little: a collection for every 700 objects took a tenth of all time
        gc.set_threshold(10_000)
        gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Lets a worker hand its figures to the process that prints them."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["figures"] = session.config.stash.get(FIGURES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes a worker's figures."""
    node.config.stash.setdefault(FIGURES, []).extend(getattr(node, "workeroutput", {}).get("figures", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)

"""What `make package` and `make dist` built for this machine, as users get it: `make krew-check`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from package.build import kubectl, path
from package.built import DIST, TARGET


@pytest.fixture(scope="session")
def archive() -> Path:
    """The archive for krew."""
    return DIST / TARGET.archive


@pytest.fixture(scope="session")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive's content."""
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def program(unpacked: Path) -> Path:
    """The packaged program."""
    return unpacked / TARGET.program


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without anything of whoever runs the tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def krew_environment(tmp_path: Path, home: Path) -> dict[str, str]:
    """An empty root for krew, and on PATH that, kubectl, git and nothing else."""
    programs = tmp_path / "programs"
    programs.mkdir()
    git = shutil.which("git")
    assert git, "git, which krew reads its indexes with, is not installed"
    for name, place in {"kubectl": kubectl(), "kubectl-krew": path("krew"), "git": Path(git)}.items():
        (programs / name).symlink_to(place)
    root = tmp_path / "krew"
    return {
        "KREW_ROOT": str(root),
        "HOME": str(home),
        "PATH": os.pathsep.join([str(root / "bin"), str(programs)]),
        "KREW_NO_UPGRADE_CHECK": "1",
    }

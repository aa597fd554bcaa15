"""uv and pipx install wheel and sdist into environments of their own, with what the program needs at run time only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from package.build import kubectl
from package.built import DIST, ROOT, is_demonstration, run

from kubectl_imagepull import PROGRAM, __version__

TOOLS = ROOT / "build" / "venv" / "bin"
WHEEL = DIST / f"kubectl_imagepull-{__version__}-py3-none-any.whl"
SDIST = DIST / f"kubectl_imagepull-{__version__}.tar.gz"


@pytest.mark.parametrize(
    "command",
    [(TOOLS / "uv", "tool", "install", WHEEL), (TOOLS / "pipx", "install", SDIST)],
    ids=["uv installs the wheel", "pipx installs the sdist"],
)
def test_it_runs_from_an_environment_of_its_own(command: tuple[str | Path, ...], tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    path = os.pathsep.join([str(bin_folder), str(kubectl().parent), "/usr/bin", "/bin"])
    folders = {
        "UV_TOOL_BIN_DIR": str(bin_folder),
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "PIPX_BIN_DIR": str(bin_folder),
        "PIPX_HOME": str(tmp_path / "tools"),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    # how packages are reached from here: an index, a proxy, certificates, and the caches of what was downloaded
    reach = ("HOME", "UV_", "PIP_", "SSL_CERT", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "XDG_CACHE")
    mine = {name: value for name, value in os.environ.items() if name.startswith(reach)}
    installed = run(*command, **{**mine, **folders, "PATH": path})
    assert installed.returncode == 0, installed.stderr
    user = {"PATH": path, "HOME": str(tmp_path)}
    assert run("kubectl", "imagepull", "version", **user).stdout == f"{PROGRAM} {__version__}\n"
    assert is_demonstration(run(PROGRAM, "demo", **user).stdout)
    # all that reading a cluster needs is installed
    assert "error: no kubeconfig" in run(PROGRAM, "scan", **user).stderr
    (python,) = (tmp_path / "tools").rglob("bin/python")
    assert run(python, "-c", "import pytest").returncode == 1

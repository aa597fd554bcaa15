"""`.ci/run` with stand-ins for make, apt-get and the programs that are needed: what it starts, says, and ends with."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "run"
PARTS = ["lint", "test", "e2e", "browser", "krew-check"]
NEEDED = {"chromium", "node", "npm", "openssl", "objdump", "git", "zsh", "fish"}
#: What the script itself uses.
_TOOLS = ("bash", "dirname", "env", "touch", "chmod")
_MAKE = """#!/bin/sh
echo "make $*" >>../log
[ "$1" != "$FAILING" ]
"""
#: It leaves the programs of two packages behind.
_APT_GET = """#!/bin/sh
echo "apt-get $*" >>../log
echo "what apt-get says"
case $* in
*install*) touch {bin}/chromium {bin}/objdump && chmod +x {bin}/chromium {bin}/objdump ;;
esac
"""
_SUDO = """#!/bin/sh
shift
exec "$@"
"""


class Machine:
    """A directory of programs, a copy of the script, and a log of what is called."""

    def __init__(self, directory: Path) -> None:
        self.bin, self.tree, self.log = directory / "bin", directory / "tree", directory / "log"
        (self.tree / ".ci").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(SCRIPT, self.tree / ".ci" / "run")
        for name in _TOOLS:
            (self.bin / name).symlink_to(str(shutil.which(name)))
        for name in NEEDED:
            self.has(name, "#!/bin/sh\n")
        self.has("make", _MAKE)
        self.has("sudo", _SUDO)

    def has(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def has_apt_get(self) -> None:
        self.has("apt-get", _APT_GET.format(bin=self.bin))

    def run(self, failing: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.tree / ".ci" / "run")],
            env={"PATH": str(self.bin), "FAILING": failing},
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def untimed(text: str) -> str:
    return re.sub(r" {4}\d s", "  N s", text)


def test_all_parts_run_and_are_timed(machine: Machine) -> None:
    machine.has_apt_get()
    result = machine.run()
    assert (result.returncode, result.stderr) == (0, "")
    assert machine.called() == [f"make {part}" for part in PARTS]
    assert untimed(result.stdout) == (
        "\nlint         N s\ntest         N s\ne2e          N s\nbrowser      N s\nkrew-check   N s\nall          N s\n"
    )


def test_the_first_part_that_fails_is_the_last(machine: Machine) -> None:
    result = machine.run(failing="test")
    assert result.returncode == 1
    assert machine.called() == ["make lint", "make test"]
    assert untimed(result.stdout) == (
        "\nlint         N s\ntest         N s  FAILED\ne2e         not run\nbrowser     not run\nkrew-check  not run\n"
        "all          N s\n"
    )


def test_what_is_missing_is_installed_and_nothing_else(machine: Machine) -> None:
    machine.has_apt_get()
    (machine.bin / "chromium").unlink()
    (machine.bin / "objdump").unlink()
    result = machine.run()
    assert (result.returncode, result.stderr) == (0, "Installing chromium binutils ...\n")
    assert "what apt-get says" not in result.stdout
    assert machine.called()[:3] == ["apt-get -qq update", "apt-get -qq install chromium binutils", "make lint"]


def test_another_browser_serves_as_well(machine: Machine) -> None:
    (machine.bin / "chromium").rename(machine.bin / "google-chrome")
    assert machine.run().returncode == 0


@pytest.mark.parametrize("apt_get", ["", "#!/bin/sh\nexit 100\n"])
@pytest.mark.parametrize(("program", "package"), [("chromium", "chromium"), ("node", "nodejs"), ("fish", "fish")])
def test_without_what_it_needs_no_part_is_run(machine: Machine, program: str, package: str, apt_get: str) -> None:
    if apt_get:
        machine.has("apt-get", apt_get)
    (machine.bin / program).unlink()
    result = machine.run()
    assert (result.returncode, result.stdout, machine.called()) == (1, "", [])
    tried = f"Installing {package} ...\n" if apt_get else ""
    assert result.stderr == f"{tried}error: install what is missing, by these or other packages: {package}\n"

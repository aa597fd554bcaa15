"""The platforms that packages are made for, and how they are called there."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from kubectl_imagepull import PROGRAM, __version__

_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Platform:
    """A platform as Go and krew name it."""

    os: str
    arch: str

    @property
    def name(self) -> str:
        """What the files of a package for it begin with."""
        return f"{PROGRAM}_v{__version__}_{self.os}_{self.arch}"

    @property
    def archive(self) -> str:
        """The name of its archive."""
        return f"{self.name}.{'zip' if self.os == 'windows' else 'tar.gz'}"

    @property
    def program(self) -> str:
        """The name of the executable in it."""
        return f"{PROGRAM}.exe" if self.os == "windows" else PROGRAM


PLATFORMS = (
    Platform("linux", "amd64"),
    Platform("linux", "arm64"),
    Platform("darwin", "amd64"),
    Platform("darwin", "arm64"),
    Platform("windows", "amd64"),
)


def this_platform() -> Platform:
    """The platform that this runs on, one of PLATFORMS or not."""
    machine = platform.machine().lower()
    return Platform(_SYSTEMS.get(sys.platform, sys.platform), _MACHINES.get(machine, machine))

"""Where the user's own rules stand; apart from what reads them, for most runs have none."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_DIRECTORY, _FILE = "kubectl-imagepull", "rules.yaml"


def own_rules_path(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path | None:
    """Where the user's own rules stand; None where no home is known.

    XDG_CONFIG_HOME counts on every platform; without it the directory is the one of Go's os.UserConfigDir (golang/go
    src/os/file.go), as for other plugins of kubectl.
    """
    named = environment.get("XDG_CONFIG_HOME", "")
    # a relative path is to be ignored (XDG Base Directory Specification)
    if named and Path(named).is_absolute():
        return Path(named, _DIRECTORY, _FILE)
    if platform == "win32":
        data = environment.get("APPDATA", "")
        return Path(data, _DIRECTORY, _FILE) if data else None
    home = environment.get("HOME", "")
    if not home:
        return None
    inside = ("Library", "Application Support") if platform == "darwin" else (".config",)
    return Path(home, *inside, _DIRECTORY, _FILE)


def shown_path(path: Path) -> str:
    """The path with `~` for the user's home, which would say who that is."""
    home = os.environ.get("HOME", "")
    return f"~/{path.relative_to(home).as_posix()}" if home and path.is_relative_to(home) else str(path)

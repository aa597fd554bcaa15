"""The executable that lets kubectl complete the plugin's words: where it goes, and what it holds.

krew installs one executable a plugin (kubernetes-sigs/krew#812), so this one is written by a command.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kubectl_imagepull import COMMAND, PROGRAM
from kubectl_imagepull.cli.completion.install_error import InstallError
from kubectl_imagepull.cli.completion.protocol import EXECUTABLE, REQUEST

#: Tells a file that is ours.
_MARK = f"Written by '{COMMAND} completion install'"
_ABOUT = f"{_MARK}: kubectl runs this to complete '{COMMAND} ...'."


def completion_script(*, windows: bool) -> str:
    """What the executable holds; its complaints go nowhere, for they would stand in the middle of a prompt."""
    if windows:
        return f"@rem {_ABOUT}\r\n@{PROGRAM} {REQUEST} %* 2>nul\r\n"
    return f'#!/bin/sh\n# {_ABOUT}\nexec {PROGRAM} {REQUEST} "$@" 2>/dev/null\n'


def install(directory: Path | None, *, windows: bool = os.name == "nt") -> Path:
    """Writes the executable into the directory, else into one on PATH that the user may write to; gives its path.

    Raises InstallError, also where a file of that name is somebody else's.
    """
    name = _file_name(windows=windows)
    # one that is there already would be found before another
    installed = shutil.which(name)
    if directory is None and installed:
        directory = Path(installed).parent
    path = (directory or _best_directory()) / name
    if os.path.lexists(path) and not _is_ours(path):
        raise InstallError(
            f"{path} already exists and was not written by this program; move it away, or choose another directory "
            "with --dir"
        )
    try:
        # in one step: a shell may be completing at this moment
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, newline="", encoding="utf-8") as file:
            file.write(completion_script(windows=windows))
        Path(file.name).chmod(0o755)
        Path(file.name).replace(path)
    except OSError as error:
        raise InstallError(_fault(path, "written", error)) from error
    return path


def uninstall(directory: Path | None, *, windows: bool = os.name == "nt") -> list[Path]:
    """Removes what `install` wrote, from the directory or from all on PATH; gives what it removed.

    Raises InstallError.
    """
    name = _file_name(windows=windows)
    places = [directory] if directory else list(dict.fromkeys(_on_path()))
    paths = [path for path in (place / name for place in places) if _is_ours(path)]
    for path in paths:
        _remove(path)
    return paths


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise InstallError(_fault(path, "removed", error)) from error


def is_on_path(directory: Path) -> bool:
    """Whether kubectl looks into a directory."""
    return any(place.samefile(directory) for place in _on_path())


def _file_name(*, windows: bool) -> str:
    return f"{EXECUTABLE}.cmd" if windows else EXECUTABLE


def _best_directory() -> Path:
    """The program's own directory, else one under the user's home, else any on PATH."""
    usable = [place for place in _on_path() if _is_usable(place)]
    own = shutil.which(PROGRAM) or sys.argv[0]
    home = Path.home()
    ranked = sorted(usable, key=lambda place: (place != Path(own).parent, home not in place.parents))
    if not ranked:
        raise InstallError(
            "no directory on PATH is writable; create one (such as ~/.local/bin) and put it on PATH, or choose one "
            "with --dir"
        )
    return ranked[0]


def _on_path() -> Iterator[Path]:
    for name in os.environ.get("PATH", "").split(os.pathsep):
        place = Path(name)
        if place.is_absolute() and place.is_dir():
            yield place


def _is_usable(place: Path) -> bool:
    """Whether the user may write there, and not everybody else as well."""
    return os.access(place, os.W_OK | os.X_OK) and not place.stat().st_mode & stat.S_IWOTH


def _is_ours(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and _MARK in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _fault(path: Path, what: str, error: OSError) -> str:
    reason = (error.strerror or "unknown error").lower()
    return f"{path} can't be {what} ({reason}); choose another directory with --dir"

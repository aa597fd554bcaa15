"""Paths that messages name: which of them may stand in a command, and what still exists of them after a failed pull."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_LINUX = re.compile(r"(?:/[A-Za-z0-9_@:+.-]+)+/?\Z")
_DRIVE = re.compile(r"([A-Za-z]):[\\/]")
_MOST = 200
#: Where a runtime's store begins to hold what a failed pull takes away again: temporary mounts, layers, downloads.
_PASSING = re.compile(
    r"(?:tmpmounts|tmp|ingest|overlay2?|overlay-images|io\.containerd\.[a-z0-9.-]+|image|snapshots|blobs|"
    r"container_images_storage[0-9]+|storage[0-9]+|.*[0-9a-f]{12,}.*)\Z"
)
#: Directories that stand at the root of every system: a passing name there is no runtime's.
_TOP = 2


def lasting_directory(path: str, default: str) -> str:
    """The directory above what a pull makes and takes away again; `default` for what is no plain absolute path."""
    if len(path) > _MOST or not _LINUX.match(path) or ".." in path.split("/"):
        return default
    parts = PurePosixPath(path).parts
    kept = next((number for number in range(_TOP, len(parts)) if _PASSING.match(parts[number])), None)
    if kept == _TOP and parts[1] in {"var", "mnt", "data", "opt"} and parts[kept] == "tmp":
        # /var/tmp is a place of its own: CRI-O unpacks there
        kept = kept + 1
    return "/".join(("", *parts[1:kept]))


def drive_of(path: str) -> str:
    """The letter of the drive of a Windows path: C where it names none."""
    found = _DRIVE.match(path)
    return found[1].upper() if found else "C"

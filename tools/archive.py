"""A folder -> an archive that krew takes (files and directories only), with the same bytes for the same content."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

#: The first moment that a zip archive can name; every file gets it, unless SOURCE_DATE_EPOCH says otherwise.
_EARLIEST = 315532800


def moment() -> int:
    """The time that is written into a package (https://reproducible-builds.org/specs/source-date-epoch)."""
    return max(int(os.environ.get("SOURCE_DATE_EPOCH") or 0), _EARLIEST)


def digest(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a folder by their names in an archive; what a link leads to stands there as a file of its own."""
    found = {}
    for directory, _, names in os.walk(folder, followlinks=True):
        for name in names:
            path = Path(directory, name)
            found[path.relative_to(folder).as_posix()] = path
    return found


def write_archive(target: Path, files: Mapping[str, Path]) -> None:
    """Writes a .tar.gz, or a .zip where the target is called so."""
    (_write_zip if target.suffix == ".zip" else _write_tar)(target, files)


def _write_tar(target: Path, files: Mapping[str, Path]) -> None:
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, path in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            entry.mtime = moment()
            entry.mode = _mode(path)
            with path.open("rb") as content:
                archive.addfile(entry, content)


def _write_zip(target: Path, files: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, time.gmtime(moment())[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _mode(path) << 16
            with path.open("rb") as content, archive.open(entry, "w") as packed:
                shutil.copyfileobj(content, packed)


def _mode(path: Path) -> int:
    return 0o755 if os.access(path, os.X_OK) else 0o644

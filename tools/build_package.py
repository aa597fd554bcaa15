"""Builds the package for this machine's platform into dist/: `make package`.

An archive for krew, its SBOM and nothing else; two runs with the same tools give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from archive import digest, files_of, moment, write_archive
from bundled import distributions_of, licenses, sbom
from platforms import this_platform

from kubectl_imagepull import PROGRAM

ROOT = Path(__file__).resolve().parent.parent
_SPEC = ROOT / "bundle" / "kubectl-imagepull.spec"
_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)")


def freeze(work: Path) -> tuple[Path, list[str]]:
    """Runs PyInstaller, and gives the folder that it made and the modules in it."""
    shutil.rmtree(work, ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(work), "--workpath", str(work / "steps"), str(_SPEC)]
    fixed = {
        # what a set of names is written as depends on it
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(moment()),
        "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(command, env={**os.environ, **fixed}, check=True)
    modules = (work / "steps" / _SPEC.stem / "modules.txt").read_text(encoding="utf-8").split()
    return work / PROGRAM, modules


def needed_glibc(folder: Path) -> tuple[int, int]:
    """The newest glibc that a file of a folder asks for; (0, 0) where there is none."""
    found = (match.groups() for path in files_of(folder).values() for match in _GLIBC.finditer(path.read_bytes()))
    return max(((int(major), int(minor)) for major, minor in found), default=(0, 0))


def main() -> int:
    """Builds the archive and its SBOM, and says how large it is."""
    parser = argparse.ArgumentParser(description="Builds the package for this machine's platform.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where to (dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "package", help="where to work (build/package)")
    parser.add_argument("--glibc", metavar="2.N", help="fail where a newer glibc than this would be needed")
    options = parser.parse_args()
    began = time.monotonic()
    target = this_platform()
    folder, modules = freeze(options.work)
    glibc = needed_glibc(folder)
    if options.glibc and glibc > tuple(map(int, options.glibc.split("."))):
        print(f"error: the package needs glibc {glibc[0]}.{glibc[1]}; build it on an older system", file=sys.stderr)
        return 1
    options.output.mkdir(parents=True, exist_ok=True)
    names = distributions_of(modules)
    notice = options.work / "THIRD-PARTY-LICENSES"
    notice.write_text(licenses(names), encoding="utf-8")
    archive = options.output / target.archive
    files = files_of(folder)
    write_archive(archive, {**files, "LICENSE": ROOT / "LICENSE", notice.name: notice})
    (options.output / f"{target.name}.cdx.json").write_text(sbom(names, ROOT / "pyproject.toml"), encoding="utf-8")
    unpacked = sum(path.stat().st_size for path in files.values())
    print(f"{archive}\n  {archive.stat().st_size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked, {len(files)} files")
    if glibc > (0, 0):
        print(f"  needs glibc {glibc[0]}.{glibc[1]} or newer")
    print(f"  sha256 {digest(archive)}\n  built in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

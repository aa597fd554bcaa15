"""What is in the archive."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

from archive import digest
from package.built import DIST, ROOT, TARGET, run
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

UNWANTED = re.compile(
    r"(^|/)(tests?|pip|setuptools|aiohttp|pydantic|requests|rich|hypothesis|mypy)(/|$)|\.py$|(^|/)kubernetes/"
)


def test_it_holds_files_only_and_krew_takes_them(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        members = packed.getmembers()
    assert [member.name for member in members if not member.isfile()] == []
    assert [member.name for member in members if ".." in member.name or member.name.startswith("/")] == []


def test_it_says_under_which_licenses_it_comes(unpacked: Path) -> None:
    assert (unpacked / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    others = (unpacked / "THIRD-PARTY-LICENSES").read_text(encoding="utf-8")
    for name in ("Python 3", "typer ", "urllib3 ", "pyinstaller "):
        assert re.search(rf"^{name}.*\n=+\n\n\S", others, re.MULTILINE)


def test_it_holds_nothing_that_the_program_does_not_need(unpacked: Path) -> None:
    names = [file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*")]
    assert [name for name in names if UNWANTED.search(name)] == []


def test_it_is_small(archive: Path, unpacked: Path, figures: list[str]) -> None:
    size = sum(file.stat().st_size for file in unpacked.rglob("*"))
    figures.append(f"package: {archive.stat().st_size / 1e6:.1f} MB, {size / 1e6:.1f} MB unpacked")
    assert archive.stat().st_size < 20e6


def test_the_sbom_lists_what_is_pinned() -> None:
    """What else stands in the environment that it was built in isn't in the package, and what is there is pinned."""
    document = json.loads((DIST / f"{TARGET.name}.cdx.json").read_text(encoding="utf-8"))
    found = {canonicalize_name(part["name"]): part["version"] for part in document["components"]}
    assert {"cpython", "openssl"} <= found.keys()
    assert document["metadata"]["component"]["version"]
    text = (ROOT / "bundle" / "constraints.txt").read_text(encoding="utf-8")
    bundled = re.sub(r" *#.*", "", text.partition("# tools")[0]).split("\n")
    pins = [Requirement(line) for line in bundled if line]
    names = {canonicalize_name(pin.name) for pin in pins}
    assert found.keys() - {"cpython", "openssl", "pyinstaller"} == names
    for pin in pins:
        assert (
            pin.marker is None or pin.marker.evaluate() is False or found[canonicalize_name(pin.name)] in pin.specifier
        )


def test_two_builds_give_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    python = ROOT / "build" / "venv" / "bin" / "python"
    again = run(
        python, ROOT / "tools" / "build_package.py", "--output", tmp_path / "dist", "--work", tmp_path / "work",
        PATH="/usr/bin:/bin", HOME=str(tmp_path),
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert digest(tmp_path / "dist" / archive.name) == digest(archive)
    sbom = f"{TARGET.name}.cdx.json"
    assert digest(tmp_path / "dist" / sbom) == digest(DIST / sbom)

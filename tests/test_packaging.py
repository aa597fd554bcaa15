"""What packages are made with: archives that don't depend on where and when, and krew's manifest."""

from __future__ import annotations

import os
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import krew_manifest
import platforms
import pytest
import yaml
from archive import files_of, write_archive
from build_package import needed_glibc
from platforms import PLATFORMS, Platform

from kubectl_imagepull import PROGRAM, __version__

LINUX, WINDOWS = Platform("linux", "amd64"), Platform("windows", "amd64")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program, a file in a folder, and links to both."""
    folder = tmp_path / "folder"
    (folder / "lib").mkdir(parents=True)
    (folder / "program").write_text("run")
    (folder / "program").chmod(0o700)
    (folder / "lib" / "data").write_text("data")
    (folder / "again").symlink_to("program")
    (folder / "libs").symlink_to("lib")
    return folder


@pytest.mark.parametrize("name", [LINUX.archive, WINDOWS.archive])
def test_an_archive_depends_on_nothing_but_the_content(folder: Path, tmp_path: Path, name: str) -> None:
    first, second = tmp_path / "1" / name, tmp_path / "2" / name
    for target in (first, second):
        target.parent.mkdir()
        files = dict(reversed(files_of(folder).items())) if target is second else files_of(folder)
        write_archive(target, files)
        os.utime(folder / "program", (1e9, 1e9))
        (folder / "program").chmod(0o755)
    assert first.read_bytes() == second.read_bytes()


def test_a_tar_has_files_in_place_of_links(folder: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / LINUX.archive, files_of(folder))
    with tarfile.open(tmp_path / LINUX.archive) as packed:
        found = {member.name: (member.type, member.mode) for member in packed.getmembers()}
    file, program = (tarfile.REGTYPE, 0o644), (tarfile.REGTYPE, 0o755)
    assert found == {"again": program, "lib/data": file, "libs/data": file, "program": program}


def test_a_zip_has_files_in_place_of_links(folder: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / WINDOWS.archive, files_of(folder))
    with zipfile.ZipFile(tmp_path / WINDOWS.archive) as packed:
        assert packed.namelist() == ["again", "lib/data", "libs/data", "program"]
        assert not any(stat.S_ISLNK(entry.external_attr >> 16) for entry in packed.infolist())
        assert packed.read("again") == b"run"


def test_the_glibc_that_a_folder_needs_is_that_of_its_newest_symbol(tmp_path: Path) -> None:
    assert needed_glibc(tmp_path) == (0, 0)
    (tmp_path / "old").write_bytes(b"\x7fELF\0GLIBC_2.2.5\0GLIBC_2.17\0")
    (tmp_path / "new").write_bytes(b"\x7fELF\0GLIBC_2.4\0GLIBC_2.28\0GLIBC_PRIVATE\0")
    assert needed_glibc(tmp_path) == (2, 28)


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", f"{PROGRAM}_v{__version__}_linux_amd64.tar.gz"),
        ("linux", "aarch64", f"{PROGRAM}_v{__version__}_linux_arm64.tar.gz"),
        ("darwin", "arm64", f"{PROGRAM}_v{__version__}_darwin_arm64.tar.gz"),
        ("win32", "AMD64", f"{PROGRAM}_v{__version__}_windows_amd64.zip"),
    ],
)
def test_an_archive_is_called_as_go_calls_its_platform(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert platforms.this_platform().archive == name
    assert platforms.this_platform() in PLATFORMS


def test_the_manifest_of_the_tree_is_that_of_this_version() -> None:
    text = krew_manifest.MANIFEST.read_text(encoding="utf-8")
    spec = yaml.safe_load(text)["spec"]
    assert spec["version"] == f"v{__version__}", "run 'make docs'"
    sources = {
        Platform(**entry["selector"]["matchLabels"]): krew_manifest.Source(entry["uri"], entry["sha256"])
        for entry in spec["platforms"]
    }
    assert tuple(sources) == PLATFORMS
    assert krew_manifest.manifest(spec["homepage"], sources) == text
    # either nothing of it can be had, and it says so, or all of it
    assert len({source.sha256 == krew_manifest.NO_DIGEST for source in sources.values()}) == 1


def test_the_manifest_keeps_to_what_krews_reviewers_ask_for() -> None:
    spec = yaml.safe_load(krew_manifest.unreleased())["spec"]
    assert len(spec["shortDescription"]) <= 50
    assert not {"kubernetes", "kubectl"} & set(spec["shortDescription"].lower().split())
    for text in (spec["description"], spec["caveats"]):
        assert max(map(len, text.splitlines())) <= 80
        assert "kubectl" not in text


def test_the_manifest_of_a_release_has_digests_and_addresses(tmp_path: Path) -> None:
    for platform in (LINUX, WINDOWS):
        (tmp_path / platform.archive).write_bytes(b"")
    text = krew_manifest.released("https://home.example", "https://files.example", tmp_path)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [(entry["uri"], entry["sha256"], entry["bin"]) for entry in yaml.safe_load(text)["spec"]["platforms"]] == [
        (f"https://files.example/{LINUX.archive}", empty, PROGRAM),
        (f"https://files.example/{WINDOWS.archive}", empty, f"{PROGRAM}.exe"),
    ]
    assert "Not released" not in text


def written(monkeypatch: pytest.MonkeyPatch, file: Path, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["krew_manifest.py", *arguments, "--output", str(file)])
    code = krew_manifest.main()
    return code, file.read_text(encoding="utf-8") if file.exists() else ""


def test_a_released_manifest_stays_until_the_next_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "manifest.yaml"
    assert written(monkeypatch, file) == (0, krew_manifest.unreleased())
    released = krew_manifest.unreleased().replace("0" * 64, "1" * 64)
    file.write_text(released, encoding="utf-8")
    assert written(monkeypatch, file) == (0, released)
    file.write_text(released.replace(f"version: v{__version__}", "version: v0.0.9"), encoding="utf-8")
    assert written(monkeypatch, file) == (0, krew_manifest.unreleased())


def test_a_release_lacks_no_archive(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "manifest.yaml"
    arguments = ("--archives", str(tmp_path), "--home", "https://home.example")
    assert written(monkeypatch, file, *arguments) == (1, "")
    (tmp_path / LINUX.archive).write_bytes(b"")
    assert written(monkeypatch, file, "--all", *arguments) == (1, "")
    assert LINUX.archive not in capsys.readouterr().err.rpartition("error:")[2]
    code, text = written(monkeypatch, file, *arguments)
    assert (code, f"https://home.example/releases/download/v{__version__}/{LINUX.archive}" in text) == (0, True)

"""Real krew takes the manifest and installs the package, and real kubectl runs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import krew_manifest
import pytest
from package.build import path
from package.built import DIST, TARGET, is_demonstration, run

from kubectl_imagepull import PROGRAM, __version__

HOME = "https://pulls.example"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest of this machine's archive, as an index has it."""
    file = tmp_path / "index" / "plugins" / f"{krew_manifest.PLUGIN}.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(krew_manifest.released(HOME, HOME, DIST), encoding="utf-8")
    return file


@pytest.fixture
def web() -> Iterator[str]:
    """A web server that has the archive."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(DIST))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def validate(file: Path) -> None:
    checked = run(path("validate-krew-manifest"), "-manifest", file, "-skip-install")
    assert checked.returncode == 0, checked.stderr


def test_krews_validator_takes_the_manifest_of_the_archive(manifest: Path) -> None:
    validate(manifest)


def test_krews_validator_takes_the_manifest_of_the_tree(tmp_path: Path) -> None:
    file = tmp_path / f"{krew_manifest.PLUGIN}.yaml"
    file.write_bytes(krew_manifest.MANIFEST.read_bytes())
    validate(file)


def test_krew_installs_it_and_kubectl_runs_it(manifest: Path, archive: Path, krew_environment: dict[str, str]) -> None:
    installed = run("kubectl", "krew", "install", f"--manifest={manifest}", f"--archive={archive}", **krew_environment)
    assert installed.returncode == 0, installed.stderr
    shown = run("kubectl", krew_manifest.PLUGIN, "demo", **krew_environment)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert is_demonstration(shown.stdout)
    root = Path(krew_environment["KREW_ROOT"])
    assert (root / "store" / krew_manifest.PLUGIN / f"v{__version__}" / "LICENSE").exists()


def test_krew_installs_it_from_an_index_of_ones_own(web: str, tmp_path: Path, krew_environment: dict[str, str]) -> None:
    index = tmp_path / "own"
    (index / "plugins").mkdir(parents=True)
    text = krew_manifest.released(HOME, web, DIST)
    (index / "plugins" / f"{krew_manifest.PLUGIN}.yaml").write_text(text, encoding="utf-8")
    who = ("-c", "user.name=me", "-c", "user.email=me@pulls.example")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "Add the plugin")):
        assert run("git", "-C", index, *command, **krew_environment).returncode == 0
    for arguments in (("index", "add", "own", f"file://{index}"), ("install", f"own/{krew_manifest.PLUGIN}")):
        done = run("kubectl", "krew", *arguments, **krew_environment)
        assert done.returncode == 0, done.stderr
    version = run("kubectl", krew_manifest.PLUGIN, "version", **krew_environment)
    assert version.stdout == f"{PROGRAM} {__version__}\n"
    assert run("kubectl", "krew", "uninstall", krew_manifest.PLUGIN, **krew_environment).returncode == 0
    assert not (Path(krew_environment["KREW_ROOT"]) / "bin" / PROGRAM).is_symlink()


def test_krew_refuses_an_archive_that_is_another(
    manifest: Path, tmp_path: Path, krew_environment: dict[str, str]
) -> None:
    other = tmp_path / TARGET.archive
    other.write_bytes((DIST / TARGET.archive).read_bytes() + b"\0")
    done = run("kubectl", "krew", "install", f"--manifest={manifest}", f"--archive={other}", **krew_environment)
    assert done.returncode != 0
    assert "checksum" in done.stderr

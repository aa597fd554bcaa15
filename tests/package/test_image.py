"""The container image: it is what the OCI's specification asks for, and runs as nobody with nothing but what is in it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from build_image import image_of
from package.built import DIST, TARGET, is_demonstration, run

from kubectl_imagepull import PROGRAM, __version__

USER = 65532
MOST = 30e6

pytestmark = pytest.mark.skipif(TARGET.os != "linux", reason="an image is for Linux")


@pytest.fixture(scope="module")
def layout() -> dict[str, bytes]:
    """The files of the image's layout by their names."""
    with tarfile.open(DIST / f"{TARGET.name}.oci.tar") as tar:
        return {entry.name: file.read() for entry in tar if (file := tar.extractfile(entry))}


def blob(layout: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    """What a descriptor describes: its digest and size are those of the content."""
    content = layout[f"blobs/{descriptor['digest'].replace(':', '/')}"]
    assert descriptor["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert descriptor["size"] == len(content)
    return content


def read(layout: dict[str, bytes]) -> tuple[dict[str, Any], bytes]:
    """The configuration and the layer, plain."""
    (described,) = json.loads(layout["index.json"])["manifests"]
    manifest = json.loads(blob(layout, described))
    (layer,) = manifest["layers"]
    return json.loads(blob(layout, manifest["config"])), gzip.decompress(blob(layout, layer))


def test_it_is_an_image_layout(layout: dict[str, bytes]) -> None:
    assert json.loads(layout["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    index = json.loads(layout["index.json"])
    assert (index["schemaVersion"], index["mediaType"]) == (2, "application/vnd.oci.image.index.v1+json")
    (described,) = index["manifests"]
    assert described["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    assert described["platform"] == {"os": "linux", "architecture": TARGET.arch}
    assert described["annotations"] == {"org.opencontainers.image.ref.name": __version__}
    manifest = json.loads(blob(layout, described))
    assert (manifest["schemaVersion"], manifest["mediaType"]) == (2, described["mediaType"])
    assert manifest["config"]["mediaType"] == "application/vnd.oci.image.config.v1+json"
    assert [one["mediaType"] for one in manifest["layers"]] == ["application/vnd.oci.image.layer.v1.tar+gzip"]
    assert sum(len(content) for content in layout.values()) < MOST
    named = {"oci-layout", "index.json"} | {name for name in layout if name.startswith("blobs/sha256/")}
    assert set(layout) == named
    assert len(named) == 5


def test_it_says_how_it_is_run(layout: dict[str, bytes]) -> None:
    config, plain = read(layout)
    assert (config["os"], config["architecture"]) == ("linux", TARGET.arch)
    assert config["rootfs"] == {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain).hexdigest()}"]}
    assert config["config"]["User"] == f"{USER}:{USER}"
    assert config["config"]["Entrypoint"] == [f"/bin/{PROGRAM}"]
    assert "PATH=/bin" in config["config"]["Env"]


def test_no_file_is_the_users_and_none_has_special_rights(layout: dict[str, bytes]) -> None:
    with tarfile.open(fileobj=io.BytesIO(read(layout)[1])) as tar:
        entries = tar.getmembers()
    assert {(entry.uid, entry.gid) for entry in entries} == {(0, 0)}
    assert [entry.name for entry in entries if entry.mode & 0o6000] == []
    assert [entry.name for entry in entries if entry.mode & 0o002 and not entry.issym()] == ["tmp"]
    assert [entry.name for entry in entries if entry.name.startswith(("/", ".."))] == []


def test_it_has_the_same_bytes_each_time() -> None:
    assert image_of(DIST / TARGET.archive, TARGET) == (DIST / f"{TARGET.name}.oci.tar").read_bytes()


@pytest.fixture
def inside(layout: dict[str, bytes], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the image's entry point with arguments, in a root that holds the image, as its user."""
    if os.geteuid() != 0:
        pytest.skip("only root may change the root and the user")
    config, plain = read(layout)
    root = tmp_path / "root"
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        tar.extractall(root, filter="tar")
    # the folders above are the tests' own
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    (root / "etc").mkdir()
    (root / "etc" / "hosts").write_text("127.0.0.1 api.corp.example\n", encoding="utf-8")
    chroot = next(place for place in ("/usr/sbin/chroot", "/usr/bin/chroot") if Path(place).exists())
    environment = dict(one.split("=", 1) for one in config["config"]["Env"])
    start = [chroot, f"--userspec={config['config']['User']}", "--groups=", str(root), *config["config"]["Entrypoint"]]
    return lambda *arguments: run(*start, *arguments, **environment)


def test_it_runs_as_nobody_with_what_is_in_it(inside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert inside("version").stdout == f"{PROGRAM} {__version__}\n"
    assert is_demonstration(inside("demo").stdout)


def test_it_finds_no_cluster_where_there_is_none(inside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    asked = inside("scan", "--request-timeout", "1")
    assert (asked.returncode, "no kubeconfig" in asked.stderr) == (3, True)


def test_it_looks_names_up(inside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    refused = inside("scan", "--server", "https://api.corp.example:1", "--token", "t", "--request-timeout", "5")
    assert refused.returncode == 3
    assert "refused" in refused.stderr
    assert "api.corp.example" in refused.stderr

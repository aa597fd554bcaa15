"""Builds a container image of the package into dist/: `make image`. No daemon takes part, and nothing is downloaded.

An OCI image layout in a tar (opencontainers/image-spec image-layout.md), as skopeo, podman and docker load read it: the
package that `make package` built, and of this machine's system the libraries that it needs. Two runs with the same
package on the same system give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from archive import moment
from platforms import Platform, this_platform

from kubectl_imagepull import PROGRAM, __version__

ROOT = Path(__file__).resolve().parent.parent
_FOLDER = f"opt/{PROGRAM}"
#: nobody's, as distroless images have it: no file belongs to it.
_USER = "65532:65532"
#: What the package may take from a system, and what glibc before 2.34 loads to look names up.
_SYSTEM = re.compile(r"(?:ld-linux\S*|lib(?:c|dl|m|pthread|rt|util|z))\.so\.\d")
_NAME_SERVICES = ("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2")
_LDD = ("/usr/bin/env", "ldd")
_TYPE = "application/vnd.oci.image"
#: A descriptor of a blob, as the specification calls it: type, digest and size.
_Descriptor = dict[str, Any]


def system_libraries(program: Path, folder: Path) -> dict[str, Path]:
    """The libraries of this system that a folder's binaries need, by their places."""
    binaries = [program, *sorted(folder.rglob("*.so*"))]
    listed = subprocess.run([*_LDD, *binaries], capture_output=True, text=True, check=True)
    lines = listed.stdout.splitlines()
    paths = {Path(found[1]) for line in lines if (found := re.search(r"(/\S+)", line))}
    needed = {path for path in paths if _SYSTEM.fullmatch(path.name)}
    beside = {path.parent / name for path in needed if path.name.startswith("libc.") for name in _NAME_SERVICES}
    return {str(path).lstrip("/"): path for path in (*needed, *(one for one in beside if one.exists()))}


def packed(
    files: Mapping[str, bytes], links: Mapping[str, str], executable: frozenset[str], own: tuple[str, ...] = ()
) -> bytes:
    """A tar of files that belong to root, links, and directories; those in `own` are anybody's to write to."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted({*_directories((*files, *links)), *own, *files, *links}):
            entry = tarfile.TarInfo(name)
            entry.mtime = moment()
            if name in files:
                entry.size = len(files[name])
                entry.mode = 0o755 if name in executable else 0o644
                tar.addfile(entry, io.BytesIO(files[name]))
            elif name in links:
                entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, links[name], 0o777
                tar.addfile(entry)
            else:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name in own else 0o755
                tar.addfile(entry)
    return stream.getvalue()


def _directories(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from (str(parent) for parent in Path(name).parents if str(parent) != ".")


def config(target: Platform, plain: bytes) -> dict[str, Any]:
    """An image's configuration (image-spec config.md)."""
    created = datetime.fromtimestamp(moment(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "created": created,
        "architecture": target.arch,
        "os": target.os,
        "config": {
            "User": _USER,
            # examples name the program alone
            "Env": ["PATH=/bin", "LANG=C.UTF-8", "HOME=/tmp"],
            "Entrypoint": [f"/bin/{PROGRAM}"],
            "WorkingDir": "/",
            "Labels": {"org.opencontainers.image.title": PROGRAM, "org.opencontainers.image.version": __version__},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain).hexdigest()}"]},
        "history": [{"created": created, "created_by": "tools/build_image.py"}],
    }


class _Layout:
    """An image layout in the making."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {"oci-layout": _json({"imageLayoutVersion": "1.0.0"})}

    def add(self, kind: str, content: bytes) -> _Descriptor:
        """Adds a blob, and gives its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        self.files[f"blobs/sha256/{digest}"] = content
        return {"mediaType": f"{_TYPE}.{kind}", "digest": f"sha256:{digest}", "size": len(content)}


def _json(content: object) -> bytes:
    return json.dumps(content, indent=2, sort_keys=True).encode()


def image_of(archive: Path, target: Platform) -> bytes:
    """The tar of an image layout with a package in it."""
    with tempfile.TemporaryDirectory() as name, tarfile.open(archive) as package:
        folder = Path(name)
        package.extractall(folder, filter="data")
        libraries = system_libraries(folder / target.program, folder)
        own = {f"{_FOLDER}/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
        files = {place: path.read_bytes() for place, path in {**own, **libraries}.items()}
        runnable = frozenset(place for place, path in {**own, **libraries}.items() if path.stat().st_mode & 0o100)
    plain = packed(files, {f"bin/{PROGRAM}": f"/{_FOLDER}/{target.program}"}, runnable, ("tmp",))
    layout = _Layout()
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{_TYPE}.manifest.v1+json",
        "config": layout.add("config.v1+json", _json(config(target, plain))),
        "layers": [layout.add("layer.v1.tar+gzip", gzip.compress(plain, mtime=0))],
    }
    described = layout.add("manifest.v1+json", _json(manifest))
    described["platform"] = {"architecture": target.arch, "os": target.os}
    described["annotations"] = {"org.opencontainers.image.ref.name": __version__}
    index = {"schemaVersion": 2, "mediaType": f"{_TYPE}.index.v1+json", "manifests": [described]}
    layout.files["index.json"] = _json(index)
    return packed(layout.files, {}, frozenset())


def main() -> int:
    """Builds the image, and says how large it is."""
    parser = argparse.ArgumentParser(description="Builds a container image of the package.")
    parser.add_argument(
        "--dist", type=Path, default=ROOT / "dist", help="where the package is and the image goes (dist)"
    )
    options = parser.parse_args()
    target = this_platform()
    if target.os != "linux":
        print("error: the image is built from a package for Linux, on Linux", file=sys.stderr)
        return 1
    image = image_of(options.dist / target.archive, target)
    place = options.dist / f"{target.name}.oci.tar"
    place.write_bytes(image)
    print(f"{place}\n  {len(image) / 1e6:.1f} MB\n  sha256 {hashlib.sha256(image).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

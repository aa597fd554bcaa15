"""Builds a control plane and kubectl from their Go modules, and the seeder: `python tests/e2e/build.py`.

They are kept outside the tree, in $XDG_CACHE_HOME/kubectl-imagepull (by default ~/.cache), one folder for each state of
the Go module and platform, and built only where they are missing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MODULE = Path(__file__).parent / "servers"
VERSION = "k8s.io/component-base/version"
SERVERS = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
    "seed": "./seed",
}


class BuildError(Exception):
    """The servers can't be built; the text says what is missing."""


def kubernetes_version() -> str:
    """The version of Kubernetes that the module names, as v1.N.P."""
    found = re.search(r"k8s\.io/kubernetes (v1\.\S+)", (MODULE / "go.mod").read_text(encoding="utf-8"))
    if found is None:
        raise BuildError(f"{MODULE}/go.mod requires no k8s.io/kubernetes")
    return found[1]


def folder() -> Path:
    """Where the programs for the module as it is now are kept, built or not."""
    return cache_of(MODULE, "servers", kubernetes_version())


def path(name: str) -> Path:
    """Where a program is kept; one that stands in the module itself is built anew when its source changes."""
    package = SERVERS[name]
    if not package.startswith("."):
        return folder() / name
    digest = hashlib.sha256()
    for source in sorted((MODULE / package).glob("*.go")):
        digest.update(source.read_bytes())
    return folder() / f"{name}-{digest.hexdigest()[:12]}"


def missing() -> list[str]:
    """The programs that are not built yet."""
    return [name for name in SERVERS if not path(name).exists()]


def build(name: str) -> Path:
    """Builds a program unless it is there, and gives its path; raises BuildError."""
    place = path(name)
    if not place.exists():
        build_all([name])
    return place


def build_all(names: Sequence[str]) -> None:
    """Builds programs, whether they are there or not; raises BuildError."""
    version = kubernetes_version()
    major, minor = version.removeprefix("v").split(".")[:2]
    flags = {f"{VERSION}.gitVersion": version, f"{VERSION}.gitMajor": major, f"{VERSION}.gitMinor": minor}
    linked = [word for key, value in flags.items() for word in ("-X", f"{key}={value}")]
    build_go(MODULE, {path(name): SERVERS[name] for name in names}, linked)


def cache_of(module: Path, kind: str, mark: str) -> Path:
    """Where programs of a Go module are kept: one folder for each state of the module."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((module / name).read_bytes())
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "kubectl-imagepull" / kind / f"{mark}-{platform.machine()}-{digest.hexdigest()[:12]}"


def build_go(module: Path, packages: Mapping[Path, str], linked: Sequence[str] = ()) -> None:
    """Builds packages that a Go module requires, each to its path, all in one folder; raises BuildError.

    It is one `go build` for all: they share most of what they are built from, and while one program is linked, which
    takes one core, the packages of the next are compiled.
    """
    if shutil.which("go") is None:
        raise BuildError("go is not installed; it builds this from its Go module (https://go.dev/doc/install)")
    (target,) = {place.parent for place in packages}
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        flags = ["-trimpath", "-ldflags", " ".join(["-s", "-w", *linked]), "-o", f"{scratch}/"]
        # a module may want a newer Go than the one installed: the module proxy has it
        environment = {"GOTOOLCHAIN": "auto", **os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly"}
        try:
            subprocess.run(["go", "build", *flags, *packages.values()], cwd=module, env=environment, check=True)
        except subprocess.CalledProcessError as error:
            names = ", ".join(place.name for place in packages)
            raise BuildError(f"{names} could not be built (go build ended with {error.returncode})") from error
        for place, package in packages.items():
            (Path(scratch) / _written_by_go(package)).replace(place)


def _written_by_go(package: str) -> str:
    """The name that go build gives a program: its package's, but for a major version at the end."""
    *parents, name = package.split("/")
    return parents[-1] if re.fullmatch(r"v[0-9]+", name) else name


def main() -> int:
    """Builds what is missing, and says how long it takes."""
    todo = missing()
    if not todo:
        return 0
    print(
        f"building {', '.join(todo)} of Kubernetes {kubernetes_version()} into {folder()}:\n"
        "once, some 6 minutes on two cores (and 4 GB of Go modules and build cache)",
        flush=True,
    )
    began = time.monotonic()
    try:
        build_all(todo)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

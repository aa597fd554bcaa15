"""Builds kube-apiserver, etcd and kubectl from their Go modules, and the seeder: `python tests/e2e/build.py`.

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
from pathlib import Path

MODULE = Path(__file__).parent / "servers"
VERSION = "k8s.io/component-base/version"
SERVERS = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
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
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((MODULE / name).read_bytes())
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    mark = f"{kubernetes_version()}-{platform.machine()}-{digest.hexdigest()[:12]}"
    return root / "kubectl-imagepull" / "servers" / mark


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
    if place.exists():
        return place
    if shutil.which("go") is None:
        raise BuildError(
            "go is not installed; the servers are built from their Go modules (https://go.dev/doc/install)"
        )
    version = kubernetes_version()
    major, minor = version.removeprefix("v").split(".")[:2]
    flags = {f"{VERSION}.gitVersion": version, f"{VERSION}.gitMajor": major, f"{VERSION}.gitMinor": minor}
    linked = ["-s", "-w", *(word for key, value in flags.items() for word in ("-X", f"{key}={value}"))]
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder()) as scratch:
        made = Path(scratch) / name
        command = ["go", "build", "-trimpath", "-ldflags", " ".join(linked), "-o", str(made), SERVERS[name]]
        # a module may want a newer Go than the one installed: the module proxy has it
        environment = {"GOTOOLCHAIN": "auto", **os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly"}
        try:
            subprocess.run(command, cwd=MODULE, env=environment, check=True)
        except subprocess.CalledProcessError as error:
            raise BuildError(f"{name} could not be built (go build ended with {error.returncode})") from error
        made.replace(place)
    return place


def main() -> int:
    """Builds what is missing, and says how long it takes."""
    todo = missing()
    if todo:
        print(
            f"building {', '.join(todo)} of Kubernetes {kubernetes_version()} into {folder()}:\n"
            "once, some 5 minutes on two cores (and 4 GB of Go modules and build cache)",
            flush=True,
        )
    try:
        for name in todo:
            began = time.monotonic()
            build(name)
            print(f"  {name}: {time.monotonic() - began:.0f} s", flush=True)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

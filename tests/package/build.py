"""Builds krew, its validator of manifests and actionlint from their Go modules: `python tests/package/build.py`.

They are kept beside the servers of tests/e2e, outside the tree, and built only where they are missing.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from e2e.build import BuildError, build_go, cache_of, missing
from e2e.build import build as build_server

MODULE = Path(__file__).resolve().parent / "programs"
PROGRAMS = {
    "krew": "sigs.k8s.io/krew/cmd/krew",
    "validate-krew-manifest": "sigs.k8s.io/krew/cmd/validate-krew-manifest",
    "actionlint": "github.com/rhysd/actionlint/cmd/actionlint",
}


def path(name: str) -> Path:
    """Where a program is kept, built or not."""
    return cache_of(MODULE, "programs", "krew") / name


def kubectl() -> Path:
    """The kubectl that runs the plugin: the one of tests/e2e where it is built, else the one on PATH."""
    found = shutil.which("kubectl")
    return Path(found) if found and "kubectl" in missing() else build_server("kubectl")


def main() -> int:
    """Builds what is missing."""
    try:
        for name, package in PROGRAMS.items():
            if not path(name).exists():
                print(f"building {name}", flush=True)
                build_go(MODULE, {path(name): package})
        kubectl()
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

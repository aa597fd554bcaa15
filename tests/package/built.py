"""Where what `make package` and `make dist` built is, and how it is run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from platforms import this_platform

from kubectl_imagepull.runs.demonstration import demonstration

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "dist"
TARGET = this_platform()


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with this environment and no other."""
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def is_demonstration(text: str) -> bool:
    """Whether a text is all that `demo` prints; how long it took is not a part of that, nor how to get it on PATH."""
    hint = re.compile(
        r"^'kubectl imagepull' works once kubectl-imagepull is on your PATH; until then .*\n", re.MULTILINE
    )
    return _timeless(hint.sub("", text)) == _timeless(f"{demonstration()}\n")


def _timeless(text: str) -> str:
    return re.sub(r"(under )?[0-9.]+ s\)", "s)", text)

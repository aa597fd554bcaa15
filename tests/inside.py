"""The program in this process, where its start is not what a test is about: that is most of a run's time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from typer.testing import CliRunner

from kubectl_imagepull import COMMAND
from kubectl_imagepull.cli.arguments import for_parser
from kubectl_imagepull.cli.program import app


def run_inside(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it with this environment and no other."""
    others: dict[str, str | None] = dict.fromkeys(os.environ)
    result = CliRunner().invoke(
        app, for_parser([*arguments]), env={**others, **environment}, prog_name=COMMAND, catch_exceptions=False
    )
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)

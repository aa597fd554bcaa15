"""A fork of the loaded program does what a start does: the same output, errors and exit code."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from program_forks import PROGRAM, run_program

from kubectl_imagepull.recorded import RECORDING

BASE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LANG": "C.UTF-8"}
#: Arguments, what is given on standard input, and variables beside the base.
RUNS: dict[str, tuple[list[str], str, dict[str, str]]] = {
    "a table": (["scan", "--from", str(RECORDING)], "", {}),
    "pages in colour": (["diagnose", "--from", str(RECORDING), "-A", "--color", "always"], "", {"COLUMNS": "90"}),
    "a document": (["scan", "--from", str(RECORDING), "-o", "yaml"], "", {}),
    "a finding": (["scan", "--from", str(RECORDING), "--exit-code", "-o", "name"], "", {}),
    "the help": ([], "", {"COLUMNS": "60"}),
    "wrong usage": (["scan", "--namspace", "shop"], "", {}),
    "an unreadable recording": (["scan", "--from", "gone.json"], "", {}),
    "no cluster": (["scan"], "", {"KUBECONFIG": "config"}),
    "standard input": (["classify", "-o", "json"], "pull QPS exceeded\nwhät\n", {}),
    "candidates": (["__complete", "scan", "-o", ""], "", {}),
    "candidates of the bare program": (
        [],
        "",
        {
            "_KUBECTL_IMAGEPULL_COMPLETE": "complete_zsh",
            "_TYPER_COMPLETE_ARGS": "kubectl-imagepull scan -o js",
        },
    ),
    "a directory that nobody may write to": (["completion", "install", "--dir", "gone"], "", {}),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_fork_does_what_a_start_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, stdin, more = RUNS[name]
    environment = {**BASE, **more}
    started = subprocess.run(
        [str(PROGRAM), *arguments], input=stdin, env=environment, capture_output=True, text=True, check=False
    )
    forked = run_program(environment, *arguments, stdin=stdin)
    assert (forked.returncode, forked.stderr) == (started.returncode, started.stderr)
    assert untimed(forked.stdout) == untimed(started.stdout)
    assert forked.stdout + forked.stderr


def untimed(text: str) -> str:
    return re.sub(r"under 0\.1 s|\d+\.\d s|(?<=\nseconds: )[\d.]+", "N s", text)


def test_a_fork_leaves_nothing_to_the_next() -> None:
    names = [run_program(BASE, "scan", "--from", str(RECORDING), "-o", "name").stdout for _ in range(2)]
    assert names[0] == names[1] != ""
    assert run_program({**BASE, "COLUMNS": "60"}, "--help").stdout != run_program(BASE, "--help").stdout


def test_what_a_start_reads_and_a_fork_cannot_is_refused() -> None:
    with pytest.raises(ValueError, match="it can't take PYTHONUTF8"):
        run_program({**BASE, "PYTHONUTF8": "0"}, "version")

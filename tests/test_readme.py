"""Every command in README and the pages on usage is run: here what needs no cluster, in tests/e2e what does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from generate_docs import ROOT
from readme import ELSEWHERE, HERE, ON_A_CLUSTER, Run, commands, in_documents

from kubectl_imagepull.cli.rules_commands import EXAMPLE
from kubectl_imagepull.recorded import RECORDING

BIN = Path(sys.executable).parent
IMAGE = "registry.example.com/team/app:1.2.3"
LOG = (
    'E1124 12:00:00.000000    1234 log.go:32] "PullImage from image service failed" err="rpc error: code = NotFound desc = '
    f'failed to pull and unpack image \\"{IMAGE}\\": failed to resolve reference \\"{IMAGE}\\": {IMAGE}: not found" '
    f'image="{IMAGE}"'
)
DESCRIPTION = f"""Name:  web-1
Events:
  Type     Reason  Age   From     Message
  ----     ------  ----  ----     -------
  Warning  Failed  4m    kubelet  Failed to pull image "{IMAGE}": failed to resolve reference "{IMAGE}": {IMAGE}: not found"""
#: Programs that are not on every machine, as far as README's commands use them.
STAND_INS = {
    "kubectl": f"""case $1 in
describe) cat <<'END'
{DESCRIPTION}
END
;;
*) exec "kubectl-$1" "${{@:2}}" ;;
esac""",
    "journalctl": f"cat <<'END'\n{LOG}\nEND",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a recording and with what stands in for other programs."""
    (tmp_path / "must-gather").symlink_to(RECORDING)
    (tmp_path / "manifests").mkdir()
    manifest = (
        "kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: 'localhost:5000/team/app:1.2.3'}]}\n"
    )
    (tmp_path / "manifests/web.yaml").write_text(manifest, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / ".config/kubectl-imagepull").mkdir(parents=True)
    (tmp_path / ".config/kubectl-imagepull/rules.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/kubectl-imagepull").symlink_to(BIN / "kubectl-imagepull")
    for name, script in STAND_INS.items():
        path = tmp_path / "bin" / name
        path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    return tmp_path


def test_every_command_is_run_somewhere_and_no_other() -> None:
    """A command that is new there goes into one of the tables of readme.py, with what it prints."""
    known = [*HERE, *ON_A_CLUSTER, *ELSEWHERE]
    assert sorted(known) == sorted(in_documents())


def test_commands_are_found_wherever_they_stand() -> None:
    text = (
        "Say `make x`, `make`, `makefile y`, `scan --full`, `explain CAUSE` or `cat a \\| kubectl imagepull scan --from -`."
        "\n\n"
        "```console\n$ kubectl imagepull scan\nmake nothing of it\n```\n\n"
        "```sh\npipx install .   # or: uv tool install .\ncd elsewhere\nmake x  # again\n```\n"
    )
    assert commands(text) == [
        "kubectl imagepull scan",
        "pipx install .",
        "uv tool install .",
        "make x",
        "kubectl imagepull scan --full",
        "cat a | kubectl imagepull scan --from -",
    ]


@pytest.mark.parametrize(("command", "run"), HERE.items())
def test_a_command_that_needs_no_cluster(command: str, run: Run, folder: Path) -> None:
    if command.startswith("make "):
        # what is installed already is what is tested
        command = f"{command} -C {ROOT} --no-print-directory VENV={sys.prefix} -o {sys.prefix}/.installed"
    path = f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"},
    )
    assert (result.returncode, result.stderr[: len(run.notes) or None]) == (run.code, run.notes)
    assert run.prints in result.stdout


@pytest.mark.parametrize("command", [one for one in ELSEWHERE if one.startswith("make ")])
def test_a_target_that_is_not_run_is_there(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{command.split()[1]}:.* ## ", makefile, re.MULTILINE)

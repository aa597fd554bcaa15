"""Each example of a help is run: by the tables of readme.py, or here."""

from __future__ import annotations

from shlex import split

import pytest
from generate_docs import COMMANDS, PARTS_OF_COMMANDS, help_of
from readme import HERE, ON_A_CLUSTER
from typer.testing import CliRunner

from kubectl_imagepull import PROGRAM
from kubectl_imagepull.cli.examples import EXAMPLES
from kubectl_imagepull.cli.program import app

SHELLS = ("bash", "zsh", "fish", "powershell")
#: What completes for a shell is read by that shell; that it is printed is tested here.
FOR_SHELLS = {
    f"source <({PROGRAM} completion zsh)": "#compdef",
    f"{PROGRAM} completion fish | source": "complete ",
    f"{PROGRAM} completion powershell | Out-String | Invoke-Expression": "Register-ArgumentCompleter",
}


def test_each_example_is_run_somewhere() -> None:
    lines = {line for rows in EXAMPLES.values() for line, _ in rows}
    assert lines - {*HERE, *ON_A_CLUSTER} == set(FOR_SHELLS)


@pytest.mark.parametrize("line", FOR_SHELLS)
def test_a_shells_script_is_printed(line: str) -> None:
    words = split(line.removeprefix("source <(").partition(" | ")[0].rstrip(")"))
    result = CliRunner().invoke(app, words[1:])
    assert result.exit_code == 0
    assert FOR_SHELLS[line] in result.stdout


@pytest.mark.parametrize("command", [*COMMANDS, *PARTS_OF_COMMANDS, *(f"completion {shell}" for shell in SHELLS)])
def test_every_help_ends_with_examples(command: str) -> None:
    _, _, end = help_of(command).partition("\n  Examples:\n")
    assert [line.split("  #")[0].strip() for line in end.splitlines()] == [line for line, _ in EXAMPLES[command]]


def test_the_programs_own_help_has_some_too() -> None:
    help_text = CliRunner().invoke(app, ["--help"]).stdout
    assert all(line in help_text for line, _ in EXAMPLES[""])

"""README and docs say what the program does."""

import json
import re
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import get_type_hints

import pytest
from generate_docs import COMMANDS, FILES, ROOT, generated, help_of

from kubectl_imagepull import COMMAND, __version__
from kubectl_imagepull.causes import Cause
from kubectl_imagepull.cli import app
from kubectl_imagepull.options import Flags

README = (ROOT / "README.md").read_text(encoding="utf-8")


PINNED = re.search(r"^typer==([\d.]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.skipif(not PINNED or version("typer") != PINNED[1], reason="another typer lays help out in another way")
@pytest.mark.parametrize("name", FILES)
def test_generated_parts_are_up_to_date(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert generated(text) == text, "run 'make docs'"


def test_every_command_is_documented_with_an_example() -> None:
    commands = [str(command.callback.__name__) for command in app.registered_commands if command.callback]
    assert sorted(COMMANDS) == sorted([*commands, *(str(group.name) for group in app.registered_groups)])
    for command in COMMANDS:
        assert f"`{COMMAND} {command}" in README or f"| {COMMAND} {command}" in README
        assert help_of(command).startswith(f"Usage: {COMMAND} {command}")


def test_every_flag_is_documented() -> None:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    hints = get_type_hints(Flags, include_extras=True)
    for field in fields(Flags):
        (option,) = hints[field.name].__metadata__
        for name in (option.default, *(option.param_decls or ())):
            assert f"{name} " in text or f"{name}," in text


def test_every_cause_is_documented() -> None:
    text = (ROOT / "docs/causes.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)`", text, re.MULTILINE) == [cause.value for cause in Cause]


def test_every_link_leads_somewhere() -> None:
    for name in ("README.md", "CHANGELOG.md", *FILES):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_the_figures_in_the_readme_are_true() -> None:
    recorded = Path(__file__).parent / "recorded"
    corpus = Path(__file__).parent / "corpus"
    messages = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in corpus.glob("*.jsonl"))
    captures = len((recorded / "captures.jsonl").read_text(encoding="utf-8").splitlines())
    labels = len(json.loads((recorded / "cluster-labels.json").read_text(encoding="utf-8")))
    flat = " ".join(README.split())
    assert f"{len(Cause)} causes on {messages} labelled messages" in flat
    assert f"with {labels} labelled pods and {captures} single captures" in flat


def test_the_version_has_a_place_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {__version__}" in changelog or "## Unreleased" in changelog

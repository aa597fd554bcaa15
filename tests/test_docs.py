"""README and docs say what the program does."""

import json
import re
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import get_type_hints

import pytest
from generate_docs import COMMANDS, FILES, PAGES, ROOT, help_of, made_anew

from kubectl_imagepull import COMMAND, __version__
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.program import app
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.report.runbook import cause_page
from kubectl_imagepull.vocabulary.causes import Cause

README = (ROOT / "README.md").read_text(encoding="utf-8")
USAGE = (ROOT / "docs/usage.md").read_text(encoding="utf-8")
VERIFIED = (ROOT / "docs/verified.md").read_text(encoding="utf-8")


PINNED = re.search(r"^typer==([\d.]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", [*FILES, *PAGES])
def test_generated_parts_are_up_to_date(name: str) -> None:
    if name in FILES and (not PINNED or version("typer") != PINNED[1]):
        pytest.skip("another typer lays help out in another way")
    text = (ROOT / name).read_text(encoding="utf-8")
    assert made_anew(name) == text, "run 'make docs'"


def test_every_cause_has_a_page_and_no_other_page_is_left() -> None:
    assert {f"docs/causes/{path.name}" for path in (ROOT / "docs/causes").iterdir()} == set(PAGES)


@pytest.mark.parametrize("cause", list(Cause))
def test_a_causes_page_says_all_that_explain_says(cause: Cause) -> None:
    text = (ROOT / f"docs/causes/{cause.value}.md").read_text(encoding="utf-8")
    for rule in RULES:
        if rule.cause is cause:
            assert all(f"\n{example}\n" in text for example in rule.texts)
    page = re.sub(r"\\(.)", r"\1", text)
    # a wide terminal: no text is broken into lines
    for line in cause_page(cause.value, width=10_000).splitlines():
        said = re.sub(r"^(?:Scope|Retries): +", "", line.strip()).removeprefix("- ").removeprefix(f"{cause.value}: ")
        assert said in page


def test_a_page_says_what_decides_a_refused_pull() -> None:
    page = (ROOT / "docs/causes/BadCredentials.md").read_text(encoding="utf-8")
    assert "| a login is wanted (401) | a login that matches | likely |  |" in page
    azure = "| a login is wanted (401) (Azure) | a login that matches | likely | [Forbidden](Forbidden.md) |"
    assert azure in page
    page = (ROOT / "docs/causes/CredentialProviderFailed.md").read_text(encoding="utf-8")
    assert "| nothing was sent (Google) | nothing: no secret is named | possible | [NoCredentials]" in page


def test_a_page_of_another_cause_says_that_the_text_decides() -> None:
    page = (ROOT / "docs/causes/TagNotFound.md").read_text(encoding="utf-8")
    assert "The text alone. Evidence beside it helps to repair, and changes nothing about the cause." in page
    assert "may also stand for [RepositoryNotFound](RepositoryNotFound.md): confidence is then `possible`." in page


def test_every_command_is_documented_with_an_example() -> None:
    commands = [str(command.name) for command in app.registered_commands]
    assert sorted(COMMANDS) == sorted([*commands, *(str(group.name) for group in app.registered_groups)])
    for command in COMMANDS:
        assert f"`{COMMAND} {command}" in USAGE or f"| {COMMAND} {command}" in USAGE
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
    assert re.findall(r"^\| \[`(\w+)`\]", text, re.MULTILINE) == [cause.value for cause in Cause]


def test_every_link_leads_somewhere() -> None:
    for name in (
        *(path.name for path in ROOT.glob("*.md")),
        *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_the_figures_of_what_is_verified_are_true() -> None:
    recorded = Path(__file__).parent / "recorded"
    corpus = Path(__file__).parent / "corpus"
    messages = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in corpus.glob("*.jsonl"))
    captures = len((recorded / "captures.jsonl").read_text(encoding="utf-8").splitlines())
    labels = len(json.loads((recorded / "cluster-labels.json").read_text(encoding="utf-8")))
    flat = " ".join(VERIFIED.split())
    for figures in (
        f"{len(Cause)} causes on {messages} labelled messages",
        f"with {labels} labelled pods and {captures} single captures",
    ):
        assert figures in flat, f"write into docs/verified.md: {figures}"


def test_readme_can_be_read_in_a_minute() -> None:
    assert len(README.splitlines()) <= 110


def test_the_version_has_a_place_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(__version__)}\]? - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)

"""Each command that recordings make the program print is run in each shell, with stand-ins for all programs.

What arrives must be what the command's data say, argument by argument, and nothing else may be run: no stand-in is
called that the data don't name.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from placeholders import VALUES, filled

from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report.text import pasteable
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.command import (
    Command,
    Placeholder,
    ShellText,
    Step,
    commands_in,
    pieces_of,
    placeholders_in,
)

RECORDED = Path(__file__).parent / "recorded"
#: How each shell reads a file; zsh also what is typed, where # begins no comment and ! asks for what was typed before.
SHELLS = {
    "bash": ("bash", "--norc", "--noprofile", "{}"),
    "dash": ("dash", "{}"),
    "zsh": ("zsh", "-f", "{}"),
    "zsh on a terminal": ("zsh", "-f", "-i", "-s"),
    "fish": ("fish", "--no-config", "{}"),
}
#: A program that nothing may run.
BAIT = "bait"
#: Writes down how many arguments it was called with, its name, and each of them. It starts some thousand times: a
#: shell does so in an eighth of Python's time.
_STAND_IN = """#!/bin/sh
printf '%s\\0' "$#" "${{0##*/}}" "$@" >>{log}
"""
_MARK = "mark"
#: What a shell has itself, so that no stand-in is asked.
_BUILT_IN = frozenset({"cd", "echo", "printf", "read", "test", "export", "set", "if", "then", "exit", "trap"})


def recordings() -> Iterator[Path]:
    yield RECORDING
    yield from sorted(path for path in (RECORDED / "attacks").glob("*.json") if path.name != "expect.json")
    yield from sorted(path for path in (RECORDED / "in-repair").iterdir() if path.is_dir())


def captured(directory: Path) -> Iterator[Path]:
    """The captures of a real cluster, each as a file of its own."""
    for number, line in enumerate((RECORDED / "captures.jsonl").read_text(encoding="utf-8").splitlines()):
        content = json.loads(line)
        path = directory / f"{number}.json"
        path.write_text(json.dumps({"kind": "List", "items": objects_in(content)}), encoding="utf-8")
        yield path


def objects_in(value: object) -> list[object]:
    """All Kubernetes objects in a capture."""
    if isinstance(value, dict):
        if "metadata" in value and "kind" in value and "items" not in value:
            return [value]
        return [item for part in value.values() for item in objects_in(part)]
    if isinstance(value, list):
        return [item for part in value for item in objects_in(part)]
    return []


def steps_of(path: Path) -> Iterator[Step]:
    """Every step that is printed of a recording for a POSIX shell: of fixes, of their undoing, and of checks."""
    try:
        report = report_on(read_recording([str(path)]), 0.0)
    except SourceError:
        return
    fixes = [fix for one in (*report.diagnoses, *report.root_causes) for fix in one.fixes]
    for fix in fixes:
        if not is_for_powershell(fix.commands):
            yield from (*fix.commands, *fix.undo)
    for diagnosis in report.diagnoses:
        yield from diagnosis.verification


def is_for_powershell(steps: Iterable[Step]) -> bool:
    programs = {str(command.words[0]) for step in steps for command in commands_in(step)}
    return any(re.match(r"[A-Z]", program) for program in programs)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    paths = [*recordings(), *captured(tmp_path_factory.mktemp("captured"))]
    found = {str(step): step for path in paths for step in steps_of(path)}
    return list(found.values())


def has_code(command: Command) -> bool:
    """Whether a part of it is for the shell itself: a redirection, another command's output."""
    return any(isinstance(piece, ShellText) for word in command.words for piece in pieces_of(word))


def arguments_of(command: Command) -> list[str]:
    return ["".join(map(value_of, pieces_of(word))) for word in command.words]


def value_of(piece: object) -> str:
    return VALUES.get(piece.name, f"value of {piece.name}") if isinstance(piece, Placeholder) else str(piece)


def line_of(step: Step) -> str:
    values = {one.name: value_of(one) for one in placeholders_in(step)}
    return filled(str(step), values)


def programs_of(steps: Iterable[Step]) -> set[str]:
    """All words that could be programs: the first of each command, and those that stand behind sudo and in code."""
    words = {str(command.words[0]) for step in steps for command in commands_in(step)}
    code = " ".join(
        piece.text
        for step in steps
        for command in commands_in(step)
        for word in command.words
        for piece in pieces_of(word)
        if isinstance(piece, ShellText)
    )
    return {word for word in words | set(re.findall(r"[a-z][a-z-]+", code)) if re.fullmatch(r"[a-z][a-z0-9-]*", word)}


def called(shell: str, steps: list[Step], folder: Path) -> list[list[list[str]]]:
    """What is called by each step, in one run of a shell."""
    bin_, log = folder / "bin", folder / "log"
    bin_.mkdir()
    log.touch()
    for name in (programs_of(steps) - _BUILT_IN) | {_MARK, "touch", "sh", BAIT}:
        path = bin_ / name
        path.write_text(_STAND_IN.format(log=shlex.quote(str(log))))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    script = folder / "script"
    script.write_text("".join(f"{_MARK} {number}\n{line_of(step)}\n" for number, step in enumerate(steps)))
    work = folder / "work"
    work.mkdir()
    command = [word.format(script) for word in SHELLS[shell]]
    command[0] = shutil.which(command[0]) or command[0]
    environment = {"PATH": str(bin_), "HOME": str(work), "TERM": "dumb", "LANG": "C.UTF-8"}
    typed = b"" if str(script) in command else script.read_bytes()
    done = subprocess.run(
        command, env=environment, cwd=work, input=typed, capture_output=True, timeout=500, check=False
    )
    groups: list[list[list[str]]] = []
    for words in written_down(log):
        if words[0] == _MARK:
            groups.append([])
        else:
            groups[-1].append(words)
    assert len(groups) == len(steps), done.stderr.decode()[-2000:]
    return groups


def written_down(log: Path) -> Iterator[list[str]]:
    """The name and the arguments of each call, in order."""
    words = iter(log.read_text(encoding="utf-8").split("\0")[:-1])
    for count in words:
        yield list(islice(words, int(count) + 1))


@pytest.mark.parametrize("shell", SHELLS)
def test_exactly_the_arguments_of_the_data_arrive(
    shell: str, steps: list[Step], tmp_path: Path, figures: list[str]
) -> None:
    program = SHELLS[shell][0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    plain = [step for step in steps if pasteable(str(step)) and not any(map(has_code, commands_in(step)))]
    plain = [step for step in plain if not {str(one.words[0]) for one in commands_in(step)} & _BUILT_IN]
    assert len(plain) > 200
    wrong = []
    for step, calls in zip(plain, called(shell, plain, tmp_path), strict=True):
        wanted = sorted(arguments_of(command) for command in commands_in(step))
        if sorted(calls) != wanted:
            wrong.append((str(step), wanted, calls))
    assert wrong == []
    figures.append(f"commands of recordings run in {shell}: {len(plain)}, all arguments as the data say")


@pytest.mark.parametrize("shell", SHELLS)
def test_where_a_part_is_for_the_shell_only_known_programs_run(shell: str, steps: list[Step], tmp_path: Path) -> None:
    program = SHELLS[shell][0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    mixed = [step for step in steps if any(map(has_code, commands_in(step))) and not is_interactive(step)]
    assert mixed
    for step, calls in zip(mixed, called(shell, mixed, tmp_path), strict=True):
        known = programs_of([step])
        assert {call[0] for call in calls} <= known, str(step)


def is_interactive(step: Step) -> bool:
    """Whether it asks for a password first, which no stand-in can answer."""
    return "read " in str(step)


@pytest.mark.parametrize("name", ["'; bait; '", "$(bait)", "`bait`", "a\nbait\n", "a #\nbait", "\\';bait;\\'", "=bait"])
@pytest.mark.parametrize("shell", SHELLS)
def test_no_word_becomes_code(shell: str, name: str, tmp_path: Path) -> None:
    """Grammars keep such names out of commands; where one came through, quoting would still hold."""
    if not shutil.which(SHELLS[shell][0]):
        pytest.skip(f"{SHELLS[shell][0]} is not installed")
    step = Command(("kubectl", "get", name, "*", "~", "!!", "{a,b}", "%1", "a&b|c>d"))
    assert called(shell, [step], tmp_path) == [[["kubectl", "get", name, "*", "~", "!!", "{a,b}", "%1", "a&b|c>d"]]]
    assert sorted(os.listdir(tmp_path / "work")) == [] or shell == "fish"  # noqa: PTH208 - fish keeps a history

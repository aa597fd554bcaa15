"""Fixes as a user takes them: told by the program, filled in, pasted, and held against what was promised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from e2e.program import Program
from e2e.terminal import Terminal
from placeholders import filled

from kubectl_imagepull.evidence.docker_config import read_pull_secret
from kubectl_imagepull.evidence.keyring import lookup
from kubectl_imagepull.vocabulary.image_reference import try_parse

#: The first word of commands that are for a node, a registry or a build, and not for the cluster.
ELSEWHERE = frozenset(
    {"chronyc", "curl", "df", "docker", "getent", "ip", "journalctl", "openssl", "printf", "skopeo", "sudo", "sudoedit"}
    | {"systemctl", "timedatectl"}
)
#: What would wait for a kubelet or a controller, and there is none: no terminal is attached, nobody rolls out.
_WAITS = ((" -it ", " -it --attach=false "), (" --timeout=2m", " --timeout=100ms"))
_ABOUT = re.compile(r"\w+ (?:(?P<namespace>[\w.-]+)/)?(?P<name>[\w.*-]+)(?: is |: )")


class Told(NamedTuple):
    """The commands of a fix, with the first failure that it was told for."""

    commands: tuple[str, ...]
    text: str
    failure: dict[str, Any]


def told_by(program: Program, *arguments: str) -> list[Told]:
    """Each list of commands once."""
    found: dict[tuple[str, ...], Told] = {}
    for failure in program.report("scan", *arguments)["failures"]:
        for fix in failure["fixes"]:
            commands = tuple(fix["commands"])
            if commands:
                found.setdefault(commands, Told(commands, fix["text"], failure))
    return list(found.values())


def pasteable(command: str) -> str:
    """The command with its placeholders filled in, and without what nobody here would answer."""
    for wait, short in _WAITS:
        command = command.replace(wait, short)
    return filled(command)


def is_for_cluster(command: str) -> bool:
    """Whether it is run against the cluster; anything else has to be known here."""
    first = command.split(maxsplit=1)[0]
    assert first == "kubectl" or first in ELSEWHERE, command
    return first == "kubectl"


def faults_of(fix: Told, terminal: Terminal) -> list[str]:
    """What is wrong with a fix: a command that fails, and changes that were not promised or didn't come."""
    faults, changes = [], []
    for command in filter(is_for_cluster, fix.commands):
        result = terminal.paste(pasteable(command), told=fix.text)
        if result.code:
            faults.append(f"{command}: exit code {result.code}, {result.stderr}")
        # nothing may happen to an object that the command doesn't name
        faults += [f"{command}: {line}" for line in result.changes if not _names(command, line)]
        changes += result.changes
    return [*faults, *unfit_of(fix, terminal, changes)]


def _names(command: str, line: str) -> bool:
    """Whether a command names the object that a change is about."""
    found = _ABOUT.match(line)
    assert found, line
    if found["name"].startswith("node-debugger-"):
        return " debug node/" in command or " | grep -F pod/node-debugger-" in command
    in_namespace = not found["namespace"] or f" -n {found['namespace']} " in f"{command} "
    return in_namespace and re.search(rf"[/ ]{re.escape(found['name'])} ", f"{command} ") is not None


def unfit_of(fix: Told, terminal: Terminal, changes: list[str]) -> list[str]:
    """The pull secrets that a fix made or changed, and that the kubelet would not send for the image."""
    reference = try_parse(fix.failure["image"]) or fix.failure["image"]
    names = {found["name"] for line in changes if line.startswith("Secret ") and (found := _ABOUT.match(line))}
    read = {name: read_pull_secret(terminal.find("Secret", fix.failure["namespace"], name)) for name in names}
    return [
        f"secret {name} is {secret.state.value} and not sent for {reference}: {secret.entries}"
        for name, secret in read.items()
        if [match.secret for match in lookup([(name, secret.entries)], reference)] != [name]
    ]


def run(fixes: Sequence[Told], terminal: Terminal) -> list[str]:
    """Pastes what is for the cluster of each fix, each on the cluster as it was; gives the faults."""
    faults = []
    for fix in fixes:
        if any(map(is_for_cluster, fix.commands)):
            faults += faults_of(fix, terminal)
            terminal.reset()
            assert terminal.look() == []
    return faults

"""The arguments as the parser takes them, where kubectl and its users write more than it knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import get_type_hints

from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.kube.duration import parse_duration

#: How long `--wait` waits where no duration is given.
DEFAULT_WAIT = "5m"
#: What Go reads as a boolean (strconv.ParseBool).
_TRUE, _FALSE = ("1", "t", "T", "true", "TRUE", "True"), ("0", "f", "F", "false", "FALSE", "False")
#: A flag of one letter with a value behind a sign of equality.
_SHORT = re.compile(r"\A(-[A-Za-z])=(.+)", re.DOTALL)
_LONG = {"-A": "--all-namespaces", "-w": "--watch"}
_WAIT = "--wait"
_HELP = "help"
_NAMESPACE = ("-n", "--namespace")
#: What the program itself takes, and the end of all flags.
_OF_PROGRAM = ("-h", "--help", "--")
_LIKE_A_DURATION = re.compile(r"\d+(?:\.\d+)?[A-Za-z]{1,7}\Z")


def for_parser(arguments: Sequence[str]) -> list[str]:
    """The arguments without what kubectl's users write and the parser doesn't know."""
    return with_duration(with_namespaces(without_values(command_first(arguments))))


def with_namespaces(arguments: Sequence[str]) -> list[str]:
    """The arguments with the namespaces of several `-n` in one, separated by commas, which no name holds."""
    names: list[str] = []
    others: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        flag, sign, value = argument.partition("=")
        if argument == "--":
            others += [argument, *rest]
            break
        if argument in _NAMESPACE and rest:
            names.append(rest.pop(0))
        elif flag == "--namespace" and sign:
            names.append(value)
        elif argument.startswith("-n") and len(argument) > len("-n"):
            names.append(argument[len("-n") :])
        else:
            others.append(argument)
    if len(set(names)) < 2:  # noqa: PLR2004 - one alone is the parser's
        return list(arguments)
    # behind the command, and before what ends all flags
    return [*others[:1], f"--namespace={','.join(dict.fromkeys(names))}", *others[1:]]


def command_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with flags that stand before the command behind it, and `--help` in place of `help`."""
    if arguments and arguments[0] == _HELP:
        return [*arguments[1:], "--help"]
    rest = list(arguments)
    flags: list[str] = []
    while rest and rest[0].startswith("-") and rest[0] not in _OF_PROGRAM:
        flags.append(rest.pop(0))
        if rest and flags[-1] in _flags_with_value():
            flags.append(rest.pop(0))
    return [rest[0], *flags, *rest[1:]] if flags and rest and rest[0] not in _OF_PROGRAM else list(arguments)


def _flags_with_value() -> frozenset[str]:
    hints = get_type_hints(Flags, include_extras=True)
    options = (hints[one.name].__metadata__[0] for one in fields(Flags) if one.default is not False)
    return frozenset(name for option in options for name in (option.default, *(option.param_decls or ())))


def without_values(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--flag` for `--flag=true`, nothing for `--flag=false`, and `-ojson` for `-o=json`."""
    bare = {f"--{one.name.replace('_', '-')}" for one in fields(Flags) if one.default is False}
    bare |= {"--watch", "--offline", "--no-cluster"}
    spelled: list[str] = []
    for place, given in enumerate(arguments):
        if given == "--":
            return [*spelled, *arguments[place:]]
        argument = _SHORT.sub(_without_sign, given)
        flag, _, value = argument.partition("=")
        if flag not in bare or value not in {*_TRUE, *_FALSE}:
            spelled.append(argument)
        elif value in _TRUE:
            spelled.append(flag)
    return spelled


def _without_sign(match: re.Match[str]) -> str:
    flag, value = match.groups()
    return f"{_LONG[flag]}={value}" if flag in _LONG else f"{flag}{value}"


def with_duration(arguments: Sequence[str]) -> list[str]:
    """The arguments with the duration of a bare `--wait` filled in: the parser knows no option with optional value."""
    spelled: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return [*spelled, argument, *rest]
        if argument == _WAIT:
            argument = f"{_WAIT}={rest.pop(0) if rest and _is_meant_as_duration(rest[0]) else DEFAULT_WAIT}"
        spelled.append(argument)
    return spelled


def _is_meant_as_duration(text: str) -> bool:
    """Whether it is one, or looks so much like one (2min) that it is no pod's name."""
    return _is_duration(text) or _LIKE_A_DURATION.match(text) is not None


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True

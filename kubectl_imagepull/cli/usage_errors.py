"""Wrong usage -> one line: what is wrong, and what is nearest to it or where to read on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from kubectl_imagepull import COMMAND
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.report.text import visible

_EXIT_CODE = 2
#: The parent of all errors that a parser raises; typer itself doesn't name it.
_UsageError: Any = typer.BadParameter.__mro__[1]
_NO_CHOICE = re.compile(r"'(?P<value>.*)' is not one of (?P<choices>'.*')\.?\Z", re.DOTALL)


class Commands(TyperGroup):
    """Commands whose errors of usage take one line each."""

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Reads what stands before the command."""
        with self._one_line():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Reads the command and what belongs to it, and runs it."""
        with self._one_line(ctx):
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds a command by its name."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            hint = _did_you_mean(name, list(self.commands))
            raise _UsageError(f'unknown command "{name}" for "{ctx.command_path}"{hint}', ctx=ctx)
        return super().resolve_command(ctx, args)

    @contextmanager
    def _one_line(self, ctx: Any = None) -> Iterator[None]:
        """Ends the program where the usage is wrong."""
        try:
            yield
        except _UsageError as error:
            if error.message.startswith("Usage: "):
                raise  # the help, where nothing at all was said
            path = error.ctx.command_path if error.ctx else _called(ctx)
            text = self._text(error, path)
            if "; " not in text:
                text = f"{text}; see '{path} --help'"
            terminal.warn(visible(f"error: {text}"))
            raise typer.Exit(_EXIT_CODE) from error

    def _text(self, error: Any, path: str) -> str:
        if hasattr(error, "possibilities"):
            return self._unknown_flag(error.option_name, error.ctx)
        if error.message.startswith("Got unexpected extra argument"):
            # they aren't shown, for one may be half of a token
            return f"'{path}' takes no more arguments"
        text = f"{error.message[:1].lower()}{error.message[1:]}".rstrip(".")
        parameter = getattr(error, "param", None)
        if parameter is None:
            return text
        if match := _NO_CHOICE.search(text):
            choices = re.findall(r"'([^']*)'", match["choices"])
            text = f'"{match["value"]}" is not one of {", ".join(choices)}{_did_you_mean(match["value"], choices)}'
        # "int range" is the parser's name of a number that has limits
        return f"{parameter.opts[0]}: {text.replace('int range', 'integer') or 'it is missing'}"

    def _unknown_flag(self, name: str, ctx: Any) -> str:
        if ctx.command is self:
            for command in self.commands.values():
                if any(name in parameter.opts for parameter in command.params):
                    return f"flags go after the command; try '{ctx.command_path} {command.name} {name} ...'"
        flags = [flag for parameter in ctx.command.get_params(ctx) for flag in parameter.opts]
        begun = sorted({flag for flag in flags if flag.startswith(name)}) if len(name) > len("--a") else []
        hint = f"; did you mean {' or '.join(begun)}?" if begun else _did_you_mean(name, flags)
        return f"unknown flag: {name}{hint}"


def _called(ctx: Any) -> str:
    """The command that was called, where an error doesn't know it."""
    return f"{ctx.command_path} {ctx.invoked_subcommand or ''}".rstrip() if ctx else COMMAND


def _did_you_mean(word: str, words: Sequence[str]) -> str:
    nearest = get_close_matches(word, words, n=1) if len(word) > len("-x") else []
    return f"; did you mean {nearest[0]}?" if nearest else ""

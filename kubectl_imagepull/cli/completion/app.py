"""The commands of `completion`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kubectl_imagepull import COMMAND, PROGRAM
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.examples import examples_of
from kubectl_imagepull.cli.path_completion import complete_directories
from kubectl_imagepull.cli.usage_errors import Commands

#: The variable by which a shell asks the bare program for candidates.
VARIABLE = f"_{PROGRAM.replace('-', '_').upper()}_COMPLETE"

Directory = Annotated[
    Path | None,
    typer.Option("--dir", metavar="PATH", help="The directory of the file.", autocompletion=complete_directories),
]

completion_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Complete commands, flags and names with TAB.",
    short_help="Complete commands, flags and names with TAB.",
    epilog=f"'{COMMAND} completion install' is for kubectl; the shells' scripts are for the program called by its own "
    f"name, {PROGRAM}.\n\n{examples_of('completion')}",
)


@completion_app.command("install", epilog=examples_of("completion install"))
def install_command(directory: Directory = None) -> None:
    """Let kubectl complete this plugin: write a file to PATH.

    kubectl runs an executable of a certain name for that, and krew can't install it. It goes next to this program where
    you may write there, else to a directory of yours on PATH, or to --dir.
    """
    from kubectl_imagepull.cli.completion.install import install, is_on_path

    path = install(directory)
    terminal.print_text(
        f"wrote {path}\n'{COMMAND}' is completed now wherever kubectl is (1.26 or newer; 'kubectl completion --help')."
    )
    if not is_on_path(path.parent):
        terminal.warn(f"note: kubectl won't find it until {path.parent} is on PATH")


@completion_app.command("uninstall", epilog=examples_of("completion uninstall"))
def uninstall_command(directory: Directory = None) -> None:
    """Remove what 'completion install' wrote."""
    from kubectl_imagepull.cli.completion.install import uninstall

    removed = uninstall(directory)
    terminal.print_text("\n".join(f"removed {path}" for path in removed) or "nothing to remove")


@completion_app.command(epilog=examples_of("completion bash"))
def bash() -> None:
    """Print the script for bash."""
    _say_script("bash")


@completion_app.command(epilog=examples_of("completion zsh"))
def zsh() -> None:
    """Print the script for zsh."""
    _say_script("zsh")


@completion_app.command(epilog=examples_of("completion fish"))
def fish() -> None:
    """Print the script for fish."""
    _say_script("fish")


@completion_app.command(epilog=examples_of("completion powershell"))
def powershell() -> None:
    """Print the script for PowerShell."""
    _say_script("powershell")


def _say_script(shell: str) -> None:
    from typer._completion_shared import get_completion_script

    terminal.print_text(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell))

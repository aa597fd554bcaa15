"""The commands of `rules`: try a file of site rules, and begin one."""

from __future__ import annotations

from typing import Annotated

import typer

from kubectl_imagepull import COMMAND
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.examples import examples_of
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.path_completion import complete_files
from kubectl_imagepull.cli.usage_errors import Commands

#: A file to begin with; a test checks it as `rules check` does.
EXAMPLE = """\
# What this site knows of its own proxies, mirrors and registries; docs/rules.md explains each field.
# Try it: kubectl imagepull rules check FILE
rules:
  - name: web-filter
    # the words of the message, and * for whatever is between
    message: "Access Denied by web filter * category *"
    cause: ProxyFailure
    says: The web filter doesn't know this registry yet.
    ask: "#network-help"
    runbook: https://wiki.example.com/web-filter
    examples:
      - 'failed to pull and unpack image "quay.io/team/app:1": unexpected status from HEAD request to
        https://quay.io/v2/team/app/manifests/1: 403 Access Denied by web filter, category Hosting'
    counterexamples:
      - 'failed to pull and unpack image "quay.io/team/app:1": 403 Forbidden'
  - name: our-registry
    # whatever fails there, and whatever the cause is
    host: "*.registry.example.com"
    says: Our registry is down for maintenance on Sundays.
    ask: the platform team
    examples:
      - eu.registry.example.com
"""

rules_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Try and begin a file of your site's own rules.",
    short_help="Try and begin a file of your site's own rules.",
    epilog=f"Rules hold for scan, diagnose, check and classify: those of --rules FILE, else those of your own file, "
    f"which 'rules check' without FILE looks at.\n\n{examples_of('rules')}",
)


@rules_app.command("check", epilog=examples_of("rules check"))
def check_rules_command(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            help="The file; - is standard input; none for your own file.",
            autocompletion=complete_files,
        ),
    ] = None,
) -> None:
    """Try a file's examples, and say what it has in common with the built-in rules.

    Exit code 0 if all is well, 1 if an example isn't read as it should, 2 for a broken file, 3 if it can't be read.
    """
    from kubectl_imagepull.cli.faults import fail
    from kubectl_imagepull.report.rules_text import checked_rules_text
    from kubectl_imagepull.runs.own_rules_path import own_rules_path, shown_path
    from kubectl_imagepull.runs.rules_check import checked_rules
    from kubectl_imagepull.runs.rules_file import RulesFileError, UnreadableRulesError, read_rules

    own = own_rules_path()
    if file is None and (own is None or not own.is_file()):
        there = f"{shown_path(own)} doesn't exist" if own else "no home directory is known"
        fail(Exit.UNREADABLE, f"{there}; name a file, or begin yours with '{COMMAND} rules example'")
    path, name = (file, file) if file is not None else (str(own), shown_path(own) if own else "")
    try:
        rules = read_rules(path, "" if path == "-" else name)
    except RulesFileError as error:
        fail(Exit.UNREADABLE if isinstance(error, UnreadableRulesError) else Exit.USAGE, str(error))
    checked = checked_rules(rules)
    terminal.print_text(checked_rules_text(checked, width=terminal.terminal_width()))
    if any(one.faults for one in checked):
        raise typer.Exit(Exit.FOUND)


@rules_app.command("example", epilog=examples_of("rules example"))
def example_rules_command() -> None:
    """Print a file to begin with."""
    terminal.print_text(EXAMPLE.rstrip("\n"))

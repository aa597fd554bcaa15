"""What can't be had -> the end of the program, with a line that says why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.kube.snapshot import NoClusterError, Skipped, SourceError
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.runs.target import TargetError
from kubectl_imagepull.vocabulary.site_rule import YOUR_RULES, SiteRules

#: What else can be looked at where no cluster is named.
_WITHOUT_CLUSTER = "or read a recording with --from, or try 'demo'"


def fail(code: Exit, *texts: str) -> NoReturn:
    """Ends the program with a code, and a line for each text."""
    for text in texts:
        terminal.warn(visible(f"error: {text}"))
    raise typer.Exit(code)


def unread_rules(rules: SiteRules) -> tuple[Skipped, ...]:
    """The user's own file of rules as something that was skipped, where it can't be used."""
    return (Skipped(YOUR_RULES, rules.unread, partly=False),) if rules.unread else ()


@contextmanager
def faults_end_it() -> Iterator[None]:
    """Ends the program where what is asked for can't be had: wrong usage, or a source that can't be read."""
    try:
        yield
    except TargetError as error:
        raise typer.BadParameter(str(error)) from error
    except NoClusterError as error:
        fail(Exit.UNREADABLE, f"{error}; {_WITHOUT_CLUSTER}")
    except SourceError as error:
        fail(Exit.UNREADABLE, *map(str, error.args))

"""The rules of the user's site: `--rules`, or the file in the user's own configuration directory."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.runs.own_rules_path import own_rules_path
from kubectl_imagepull.vocabulary.site_rule import NO_SITE_RULES, YOUR_RULES, SiteRules


def load_rules(paths: Sequence[str] | None) -> SiteRules:
    """The rules that hold; raises BadParameter for a named file that can't be used."""
    own = own_rules_path()
    if not paths and (own is None or not own.is_file()):
        return NO_SITE_RULES
    from kubectl_imagepull.runs.rules_file import RulesFileError, load_site_rules

    try:
        return load_site_rules(paths or ())
    except RulesFileError as error:
        raise typer.BadParameter(f"--rules: {error}") from error


def note_unread_rules(rules: SiteRules) -> None:
    """Says on standard error that the user's own file can't be used, where no report does."""
    if rules.unread:
        terminal.warn(visible(f"note: {YOUR_RULES}: {rules.unread}"))

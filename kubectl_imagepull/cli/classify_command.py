"""What `classify` does: messages from anywhere -> their causes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color, TextOutput
from kubectl_imagepull.cli.site_rules_loading import load_rules, note_unread_rules
from kubectl_imagepull.messages.lines import answer, answers
from kubectl_imagepull.messages.pasted import PastedFailures, pasted_failures
from kubectl_imagepull.report.answers import as_json_lines, as_text
from kubectl_imagepull.vocabulary.site_rule import SiteRule

#: Of a length that every file system takes.
_FILE_NAME = re.compile(r"[!-~]{1,255}")
_NO_TEXT = "there is no text to classify: give an error message, or pipe one in"
_STATUS = re.compile(r"[1-5]\d\d")


def classify_message(words: Sequence[str], output: TextOutput, color: Color, rules_files: Sequence[str]) -> None:
    """Shows the cause in the message that the words are, or in what standard input holds where there are none.

    As JSON each line of standard input has an answer; for people what they have copied is read as a whole.
    Raises BadParameter for a text that is empty, and where the only word is a file's name or a status.
    """
    if words:
        _check_is_message(" ".join(words))
    site = load_rules(rules_files)
    note_unread_rules(site)
    rules = site.rules
    if not words:
        terminal.announce_input(["-"])
    if output is TextOutput.JSON:
        terminal.write(as_json_lines(answers([" ".join(words)] if words else sys.stdin or (), rules)))
        return
    width, colored = terminal.terminal_width(), terminal.wants_color(color)
    if words:
        terminal.print_text(as_text(answers([" ".join(words)], rules), width=width, color=colored))
        return
    text = sys.stdin.read() if sys.stdin else ""
    if not text.strip():
        raise typer.BadParameter(_NO_TEXT)
    pasted = _pasted(text, rules)
    if pasted is None:
        terminal.print_text(as_text(answers(text.splitlines(), rules), width=width, color=colored))
        return
    told = [answer(message.text, message.reason, message.image, rules) for message in pasted.messages]
    terminal.print_text(as_text(told, width=width, color=colored, noise=pasted.noise))


def _check_is_message(text: str) -> None:
    if not text.strip():
        raise typer.BadParameter(_NO_TEXT)
    if _STATUS.fullmatch(text):
        raise typer.BadParameter(
            f"{text} alone tells no cause: 'kubectl imagepull explain {text}' shows what it can be"
        )
    # a message of several words may be anything; one word that is a file here is meant as the file
    if _FILE_NAME.fullmatch(text) and Path(text).is_file():
        raise typer.BadParameter(
            f"{text} is a file: to classify what is in it: kubectl imagepull classify < {quote(text)}"
        )


def _pasted(text: str, rules: Sequence[SiteRule]) -> PastedFailures | None:
    """What standard input tells as a whole; None where each line is a message of its own."""
    # objects need all that reads a recording
    if "apiVersion" in text or '"kind"' in text:
        from kubectl_imagepull.runs.pasted_objects import failures_in_objects

        if (found := failures_in_objects(text, rules)) is not None:
            return found
    return pasted_failures(text, rules)

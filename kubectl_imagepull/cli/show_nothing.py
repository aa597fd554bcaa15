"""What a scan shows where no pull fails: one sentence. What judges and repairs isn't loaded for it."""

from __future__ import annotations

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.summary import Tally, notes_of, sentence_of
from kubectl_imagepull.report.text import usable_width, wrap


def show_nothing(snapshot: Snapshot, seconds: float, flags: Flags) -> None:
    """Shows that nothing fails in a snapshot, as the table without rows would.

    Raises typer.Exit where that is to be seen by the exit code.
    """
    tally = Tally(snapshot.source, snapshot.pods_seen, seconds, snapshot.skipped)
    if not flags.no_headers:
        width = None if flags.output is Output.WIDE else usable_width(terminal.terminal_width())
        terminal.print_text("\n".join(wrap(sentence_of(tally), width)))
    for line in notes_of(snapshot.skipped, short=flags.output is Output.TABLE):
        terminal.warn(line)
    if any(skipped.partly for skipped in snapshot.skipped):
        raise typer.Exit(Exit.PARTLY_READ)

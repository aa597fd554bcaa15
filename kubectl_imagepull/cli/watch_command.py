"""What `scan --watch` does: keep the report current until nobody looks any more."""

from __future__ import annotations

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.choosing import check_nothing_is_chosen
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import faults_end_it
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.request import check_one_cluster, request_of
from kubectl_imagepull.cli.site_rules_loading import note_unread_rules
from kubectl_imagepull.diagnosis.watch_update import WatchUpdate
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.report.watched import WatchDisplay
from kubectl_imagepull.runs.request import CLOSELY_FOR_TABLE
from kubectl_imagepull.runs.scan_watch import watch_on


class _Output:
    """Where the updates of a watch go: a terminal that is drawn anew, or standard output."""

    def __init__(self, flags: Flags) -> None:
        self._display = WatchDisplay(flags.output, redraw=terminal.is_terminal(), no_headers=flags.no_headers)
        self._screen = terminal.Screen()
        self._color = terminal.wants_color(flags.color)

    def show(self, update: WatchUpdate) -> bool:
        """Shows an update; gives whether there is still somebody who reads it."""
        width = terminal.terminal_width()
        if self._display.redraws:
            height = self._screen.height
            return self._screen.draw(self._display.screen(update, width=width, height=height, color=self._color))
        for line in self._display.notes(update):
            terminal.warn(line)
        return terminal.print_text(self._display.text(update, width=width, color=self._color))

    def is_resized(self) -> bool:
        """Whether the terminal has another size than when it was drawn."""
        return self._screen.resized

    def end(self) -> None:
        """Leaves the last table there, whole."""
        self._screen.end(self._display.whole(width=terminal.terminal_width(), color=self._color))


def watch_cluster(flags: Flags) -> None:
    """Shows a report, and one more whenever something has changed."""
    if not flags.output.can_be_watched:
        raise typer.BadParameter(f"--watch prints table, wide, json or yaml, not {flags.output.value}")
    output = _Output(flags)
    try:
        with faults_end_it():
            check_one_cluster(flags, "--watch")
            check_nothing_is_chosen(flags, "--watch")
            if flags.exit_code:
                raise typer.BadParameter("--watch runs until it is interrupted: it can't be combined with --exit-code")
            request = request_of(flags, closely=CLOSELY_FOR_TABLE)
            note_unread_rules(request.site_rules)
            watch_on(request, Progress(), output.show, output.is_resized)
    except KeyboardInterrupt:
        output.end()
        # an exit as usual would wait for what the watches still bring
        terminal.end_process(Exit.INTERRUPTED)

"""The program: commands, flags and exit codes, no logic."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kubectl_imagepull import COMMAND, PROGRAM, __version__
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.completion import InstallError
from kubectl_imagepull.cli.completion.app import VARIABLE
from kubectl_imagepull.cli.completion.app import app as completion
from kubectl_imagepull.cli.completion.protocol import REQUEST, answer
from kubectl_imagepull.cli.flags import (
    Color,
    ColorFlag,
    Flags,
    OutputFlag,
    TextOutput,
    completing,
    takes_flags,
    without_values,
)
from kubectl_imagepull.cli.usage import Commands
from kubectl_imagepull.kube.memory import collect_rarely
from kubectl_imagepull.report.formats import Output

if TYPE_CHECKING:
    # a command imports what it needs when it runs: `version` and `--help` need next to nothing
    from kubectl_imagepull.diagnosis.report import Report
    from kubectl_imagepull.runs.standing import Standing
    from kubectl_imagepull.runs.target import Target
    from kubectl_imagepull.runs.watching import Moment


class Exit(IntEnum):
    """What a script can rely on; an interrupt is the same where typer sees to it."""

    OK = 0
    FOUND = 1
    USAGE = 2
    UNREADABLE = 3
    PARTLY_READ = 4
    TIME_UP = 5
    INTERRUPTED = 130


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Names the root cause of every image pull that fails and prints the commands that fix it.",
    epilog=f"Try '{COMMAND} demo' first: it reads a recorded cluster and touches none of yours.",
)


app.add_typer(completion, name="completion")


def _causes() -> list[tuple[str, str]]:
    from kubectl_imagepull.vocabulary.causes import CATALOGUE

    return [(cause.value, entry.title) for cause, entry in CATALOGUE.items()]


# names are taken only to say which command they are for
@app.command(context_settings={"allow_extra_args": True})
@takes_flags
def scan(
    invocation: typer.Context,
    *,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", "-w", help="Keep the table current until you press Ctrl-C; in a pipe, a line for each change."
        ),
    ] = False,
    flags: Flags,
) -> None:
    """Print one line per root cause of failed image pulls."""
    if names := invocation.args:
        # beside a token they aren't shown, for one may be half of it
        shown = "POD" if flags.token else shlex.join(names)
        raise typer.BadParameter(f"scan takes no names; use '{COMMAND} diagnose {shown}'")
    if watch:
        _watch(flags)
    else:
        _scan_or_diagnose(flags, None, detailed=False)


@app.command()
@takes_flags
def diagnose(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POD | TYPE/NAME]...",
            help="Pods or workloads, as kubectl names them (deploy/web, deploy web); as tables show them too "
            "(shop/deployment/web). None for all.",
            autocompletion=completing("failing"),
        ),
    ] = None,
    wait: Annotated[
        str | None,
        typer.Option(
            "--wait",
            metavar="[DURATION]",
            help="Follow them, for 5m at most, until they run (exit code 0), a new problem comes up (1), such as a "
            "pull that fails for another image or cause (with --exit-code: any that won't pass by itself), or time is "
            "up (5).",
        ),
    ] = None,
    *,
    flags: Flags,
) -> None:
    """Print cause, proof and fix of each failed image pull."""
    _scan_or_diagnose(flags, names, detailed=True, wait=wait)


@app.command()
def classify(
    text: Annotated[list[str] | None, typer.Argument(help="A message; none to read lines from standard input.")] = None,
    output: Annotated[TextOutput, typer.Option("--output", "-o", help="Format of the output.")] = TextOutput.TABLE,
    color: ColorFlag = Color.AUTO,
) -> None:
    """Name the cause in a message from a log, chat or ticket.

    Without TEXT, standard input is read: one message a line; a line that is a JSON string, or an object with `message`
    (and perhaps `reason`, `image`), is read as such. -o json prints one object for each line that isn't blank.
    """
    from kubectl_imagepull.messages.lines import answers
    from kubectl_imagepull.report.answers import as_json_lines, as_text

    if not text:
        terminal.announce_input()
    found = answers([" ".join(text)] if text else sys.stdin or ())
    if output is TextOutput.JSON:
        terminal.write(as_json_lines(found))
    else:
        terminal.say(as_text(found, width=terminal.width(), color=terminal.wants_color(color)))


@app.command()
def explain(
    cause: Annotated[
        str | None,
        typer.Argument(help="A cause, such as TagNotFound; none for the list.", autocompletion=_causes),
    ] = None,
    color: ColorFlag = Color.AUTO,
) -> None:
    """Print a cause's runbook: meaning, how to confirm, fixes.

    Without CAUSE, the list of all causes.
    """
    from kubectl_imagepull.report.runbook import UnknownCauseError, cause_page, causes_list

    try:
        width, colored = terminal.width(), terminal.wants_color(color)
        page = cause_page(cause, width=width, color=colored) if cause else causes_list(width=width, color=colored)
        terminal.say(page)
    except UnknownCauseError as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def demo(output: OutputFlag = Output.TABLE, color: ColorFlag = Color.AUTO) -> None:
    """Scan and diagnose a recorded cluster: needs none of yours.

    With -o, what scan prints of it in that format: `-o html > demo.html` shows the page.
    """
    from kubectl_imagepull.recorded import demonstration, recorded_report

    width, colored = terminal.width(), terminal.wants_color(color)
    if output is Output.TABLE:
        terminal.say(demonstration(width=width, color=colored))
    else:
        from kubectl_imagepull.report.render import render

        report = recorded_report()
        terminal.say(render(report, output, detailed=False, all_namespaces=True, width=width, color=colored))


@app.command()
def version() -> None:
    """Print the program's version."""
    terminal.say(f"{PROGRAM} {__version__}")


def _scan_or_diagnose(flags: Flags, names: list[str] | None, *, detailed: bool, wait: str | None = None) -> None:
    from kubectl_imagepull.runs.source import FOR_PAGES, FOR_TABLE, in_its_namespace
    from kubectl_imagepull.runs.target import parse_targets

    if "-" in (flags.recordings or ()):
        terminal.announce_input()
    ended: Exit | None = None
    standings: tuple[Standing, ...] = ()
    with _faults():
        targets = parse_targets(names or ())
        flags = in_its_namespace(flags, targets)
        if wait:
            ended, report = _wait(flags, targets, wait)
        else:
            closely = FOR_PAGES if detailed or flags.output.shows_proof else FOR_TABLE
            report, standings = _look(flags, targets, closely)
            from kubectl_imagepull.runs.run import check_types

            check_types(standings)
    missing = _show(report, flags, targets, standings, detailed=detailed)
    if ended is not None:
        raise typer.Exit(ended)
    if flags.exit_code and report.diagnoses:
        raise typer.Exit(Exit.FOUND)
    if missing or any(skipped.partly for skipped in report.skipped):
        raise typer.Exit(Exit.PARTLY_READ)


def _wait(flags: Flags, targets: Sequence[Target], duration: str) -> tuple[Exit | None, Report]:
    """The report when the waiting has ended, and the exit code where it hasn't ended well."""
    from kubectl_imagepull.runs.run import wait_on
    from kubectl_imagepull.runs.wait import Outcome

    outcome, report = wait_on(flags, targets, duration, terminal.warn)
    return {Outcome.TIMED_OUT: Exit.TIME_UP, Outcome.NEW_PROBLEM: Exit.FOUND}.get(outcome), report


@contextmanager
def _faults() -> Iterator[None]:
    """Ends the program where what is asked for can't be had: wrong usage, or a source that can't be read."""
    from kubectl_imagepull.kube.snapshot import SourceError
    from kubectl_imagepull.runs.source import BadFlagError
    from kubectl_imagepull.runs.target import TargetError

    try:
        yield
    except (TargetError, BadFlagError) as error:
        raise typer.BadParameter(str(error)) from error
    except SourceError as error:
        _fail(Exit.UNREADABLE, *map(str, error.args))


def _watch(flags: Flags) -> None:
    from kubectl_imagepull.kube.progress import Progress
    from kubectl_imagepull.report.watched import Shown
    from kubectl_imagepull.runs.watching import watch_on

    if not flags.output.can_be_watched:
        raise typer.BadParameter(f"--watch prints table, wide, json or yaml, and no {flags.output.value}")
    shown = Shown(flags.output, redraw=terminal.is_terminal(), no_headers=flags.no_headers)
    screen, color = terminal.Screen(), terminal.wants_color(flags.color)

    def show(moment: Moment) -> bool:
        if shown.redraws:
            return screen.draw(shown.screen(moment, width=terminal.width(), height=screen.height, color=color))
        for line in shown.notes(moment):
            terminal.warn(line)
        return terminal.say(shown.text(moment, width=terminal.width(), color=color))

    try:
        with _faults():
            watch_on(flags, Progress(), show, lambda: screen.resized)
    except KeyboardInterrupt:
        screen.end(shown.whole(width=terminal.width(), color=color))
        # an exit as usual would wait for what the watches still bring
        terminal.leave(Exit.INTERRUPTED)


def _look(flags: Flags, targets: Sequence[Target], closely: int) -> tuple[Report, tuple[Standing, ...]]:
    """The report, and how the targets stand; so many failing pods are looked at closely."""
    from kubectl_imagepull.kube.progress import Progress
    from kubectl_imagepull.runs.source import read

    started = monotonic()
    progress = Progress()
    try:
        with terminal.progress(lambda: progress.text):
            if flags.several_contexts:
                from kubectl_imagepull.runs.clusters import read_clusters

                return read_clusters(flags, targets, started, progress, closely)
            snapshot = read(flags, targets, progress, closely, _load)
    except KeyboardInterrupt:
        # an exit as usual would wait for the answers that are on their way
        terminal.leave(Exit.INTERRUPTED)
    from kubectl_imagepull.runs.run import examine

    return examine(snapshot, started, targets)


def _load() -> None:
    """Loads what comes after reading, while the server works."""
    import kubectl_imagepull.report.render
    import kubectl_imagepull.runs.run  # noqa: F401 - loaded is all that it has to be


def _show(
    report: Report, flags: Flags, targets: Sequence[Target], standings: Sequence[Standing], *, detailed: bool
) -> bool:
    """Shows the report and how the targets stand; gives whether some aren't there, and ends where none is."""
    from kubectl_imagepull.report.render import render
    from kubectl_imagepull.report.text import visible
    from kubectl_imagepull.runs.run import said_of
    from kubectl_imagepull.runs.standing import State

    missing = [said_of(one, report) for one in standings if one.state is State.MISSING]
    if missing and len(missing) == len(standings):
        _note(report, short=False)
        _fail(Exit.UNREADABLE, *missing)
    for_people = flags.output.tells_of_healthy
    for given, one in zip(targets, standings, strict=False):
        if one.target.kind != given.kind:
            terminal.warn(visible(f"note: there is no pod {given.name}: read as {one.target}"))
        if one.state is State.HEALTHY and for_people:
            terminal.say(visible(f"{one.target}: no failed image pull"))
        for text in one.texts if one.state is State.WITHOUT_PODS else ():
            if for_people:
                terminal.say(visible(text))
            else:
                terminal.warn(visible(f"note: {text}"))
    if report.diagnoses or not standings or not for_people:
        terminal.say(
            render(
                report,
                flags.output,
                detailed=detailed,
                no_headers=flags.no_headers,
                all_namespaces=flags.all_namespaces,
                width=terminal.width(),
                color=terminal.wants_color(flags.color),
                recordings=flags.recordings or (),
                healthy=[str(one.target) for one in standings if one.state is State.HEALTHY],
            )
        )
    _note(report, short=flags.output is Output.TABLE and not detailed)
    for text in missing:
        terminal.warn(visible(f"note: {text}"))
    return bool(missing)


def _note(report: Report, *, short: bool) -> None:
    from kubectl_imagepull.report.view import notes

    for line in notes(report, short=short):
        terminal.warn(line)


def _fail(code: Exit, *texts: str) -> NoReturn:
    from kubectl_imagepull.report.text import visible

    for text in texts:
        terminal.warn(visible(f"error: {text}"))
    raise typer.Exit(code)


def main() -> None:
    """Runs the program; help shows it as it was called."""
    terminal.take_any_text()
    called = Path(sys.argv[0]).name
    arguments = ["version" if argument == "--version" else argument for argument in sys.argv[1:2]] + sys.argv[2:]
    try:
        if arguments[:1] == [REQUEST]:
            *typed, word = arguments[1:] or [""]
            terminal.write(f"{line}\n" for line in answer(typer.main.get_command(app), [*for_parser(typed), word]))
            return
        if VARIABLE in os.environ:
            from typer._completion_classes import completion_init

            completion_init()
        name = COMMAND if called.startswith(PROGRAM) or called == "__main__.py" else called
        app(for_parser(arguments), prog_name=name, complete_var=VARIABLE)
    except InstallError as error:
        _end(str(error))
    except terminal.OutputError as error:
        _end(f"the output can't be written: {error}")


def for_parser(arguments: list[str]) -> list[str]:
    """The arguments without what kubectl's users write and the parser doesn't know."""
    arguments = without_values(arguments)
    if "--wait" in arguments:
        from kubectl_imagepull.runs.wait import spelled_out

        arguments = spelled_out(arguments)
    return arguments


def _end(fault: str) -> NoReturn:
    from kubectl_imagepull.report.text import visible

    terminal.warn(visible(f"error: {fault}"))
    sys.exit(Exit.UNREADABLE)


def program() -> NoReturn:
    """Runs the program and ends the process: taking down what a large cluster left in memory would only cost time."""
    collect_rarely()
    try:
        main()
    except SystemExit as ended:
        terminal.leave(ended.code if isinstance(ended.code, int) else int(ended.code is not None))
    terminal.leave(Exit.OK)

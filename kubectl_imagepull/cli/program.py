"""The program: commands, flags and exit codes, no logic."""

from __future__ import annotations

import errno
import os
import shlex
import sys
from collections.abc import Sequence
from copy import copy
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kubectl_imagepull import COMMAND, PROGRAM, __version__
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.arguments import for_parser
from kubectl_imagepull.cli.completion.app import VARIABLE
from kubectl_imagepull.cli.completion.app import completion_app as completion
from kubectl_imagepull.cli.completion.install_error import InstallError
from kubectl_imagepull.cli.completion.protocol import REQUEST, completion_lines
from kubectl_imagepull.cli.examples import examples_of
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.flagged_command import completing, takes_flags
from kubectl_imagepull.cli.flags import (
    NOT_OF_CHECK,
    NOT_OF_RECORD,
    NOT_OF_REPORT,
    CheckOutput,
    Color,
    ColorFlag,
    Flags,
    OutputFlag,
    PseudonymsFlag,
    TextOutput,
)
from kubectl_imagepull.cli.layout import Layout
from kubectl_imagepull.cli.path_completion import complete_files
from kubectl_imagepull.cli.rules_commands import rules_app as rules_commands
from kubectl_imagepull.cli.usage_errors import Commands
from kubectl_imagepull.kube.memory import collect_rarely
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.text import visible

#: Why a standard output can't be written.
_FULL_OR_CLOSED = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EPIPE})

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Names the root cause of every image pull that fails and prints the commands that fix it.",
    epilog=f"Try '{COMMAND} demo' first: it reads a recorded cluster and touches none of yours.\n\n"
    f"'{COMMAND} help COMMAND' prints a command's flags.\n\n{examples_of('')}",
)


app.add_typer(rules_commands, name="rules")
app.add_typer(completion, name="completion")


def _causes() -> list[tuple[str, str]]:
    from kubectl_imagepull.vocabulary.causes import CATALOGUE

    return [(cause.value, entry.title) for cause, entry in CATALOGUE.items()]


# names are taken only to say which command they are for
@app.command("scan", context_settings={"allow_extra_args": True}, epilog=examples_of("scan"))
@takes_flags
def scan_command(
    invocation: typer.Context,
    *,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", "-w", help="Keep the table current until you press Ctrl-C; in a pipe, a line for each change."
        ),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="A line for each root cause, however many there are of one kind.")
    ] = False,
    flags: Flags,
) -> None:
    """Print one line per root cause of failed image pulls."""
    if names := invocation.args:
        # beside a token they aren't shown, for one may be half of it
        shown = "POD" if flags.token else shlex.join(names)
        raise typer.BadParameter(f"scan takes no names; use '{COMMAND} diagnose {shown}'")
    # each command is loaded where it is called: LATE_IMPORTS in tests/test_imports.py has the reasons
    if watch:
        from kubectl_imagepull.cli.watch_command import watch_cluster

        watch_cluster(flags)
    else:
        from kubectl_imagepull.cli.report_commands import report_on_request

        report_on_request(flags, (), Layout(detailed=False, everything=every))


@app.command("diagnose", epilog=examples_of("diagnose"))
@takes_flags
def diagnose_command(
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
    details: Annotated[
        bool,
        typer.Option("--details", "-d", help="Print all that is known: every fix, the whole message, the evidence."),
    ] = False,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="On a terminal, print more than a screenful without a pager.")
    ] = False,
    flags: Flags,
) -> None:
    """Print what is wrong with each pull, and what to do.

    On a terminal, more than a screenful goes through KUBECTL_IMAGEPULL_PAGER, else PAGER, else less.
    """
    layout = Layout(detailed=True, everything=details, paged=not no_pager)
    if wait:
        from kubectl_imagepull.cli.wait_command import wait_for_request

        wait_for_request(flags, names or (), wait, layout)
    else:
        from kubectl_imagepull.cli.report_commands import report_on_request

        report_on_request(flags, names or (), layout)


@app.command("record", epilog=examples_of("record"))
@partial(takes_flags, leaving_out=NOT_OF_RECORD)
def record_command(
    path: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="What to write: compressed if its name ends in .gz, readable by you alone; - is standard output.",
            autocompletion=complete_files,
        ),
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POD | TYPE/NAME]...",
            help="Pods or workloads that have to be in it, beside what fails where they are. None for all that fails.",
            autocompletion=completing("failing"),
        ),
    ] = None,
    *,
    pseudonyms: PseudonymsFlag = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    flags: Flags,
) -> None:
    """Write what a diagnosis needs of the cluster into one file, without secrets' values.

    `--from FILE` reads it to the same diagnoses. Of each object it holds only what a diagnosis reads: no environment,
    arguments, commands or volumes. In secrets, stand-ins of the same shape take the place of logins.
    """
    from kubectl_imagepull.cli.record_command import record_to_file

    record_to_file(flags, path, names or (), key_path=pseudonyms, force=force)


@app.command("check", epilog=examples_of("check"))
@partial(takes_flags, leaving_out=NOT_OF_CHECK)
def check_command(  # noqa: PLR0913 - each is a flag
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[IMAGE | TYPE/NAME]...",
            help="Images, or workloads of the cluster (deploy/web), those that are scaled to 0 too.",
        ),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option(
            "--filename",
            "-f",
            metavar="PATH",
            help="Manifests: a file or directory of YAML or JSON; - is standard input. Repeatable.",
            autocompletion=complete_files,
        ),
    ] = None,
    service_account: Annotated[
        str, typer.Option("--serviceaccount", metavar="NAME", help="The service account of pods that name none.")
    ] = "",
    platforms: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            metavar="OS/ARCH",
            help="What images have to be for, such as linux/arm64; without it what the nodes are. Repeatable.",
        ),
    ] = None,
    *,
    offline: Annotated[
        bool,
        typer.Option("--offline/--probe", help="Ask no registry, and look only at names and pull secrets; or do ask."),
    ] = False,
    no_cluster: Annotated[bool, typer.Option("--no-cluster", help="Read no cluster.")] = False,
    check_output: Annotated[
        CheckOutput, typer.Option("--output", "-o", help="Format of the output.")
    ] = CheckOutput.TABLE,
    flags: Flags,
) -> None:
    """Tell before deploying whether images will be pulled.

    With --exit-code: 0 all will be, 1 one won't, 4 it can't be told.
    """
    from kubectl_imagepull.cli.check_command import CheckFlags, check_arguments

    given = CheckFlags(
        files or (), service_account, platforms or (), offline=offline, no_cluster=no_cluster, output=check_output
    )
    check_arguments(flags, given, names or ())


@app.command("classify", epilog=examples_of("classify"))
def classify_command(
    text: Annotated[list[str] | None, typer.Argument(help="A message; none to read lines from standard input.")] = None,
    output: Annotated[TextOutput, typer.Option("--output", "-o", help="Format of the output.")] = TextOutput.TABLE,
    color: ColorFlag = Color.AUTO,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help="Rules of your site, in place of those in your own file. Repeatable.",
            autocompletion=complete_files,
        ),
    ] = None,
) -> None:
    """Name the cause in a message from a log, chat or ticket.

    Without TEXT, standard input is read: a whole `kubectl describe`, `get events`, `get pod -o yaml`, a kubelet's
    journal, Docker's or a CI's log. There is one answer for each image that fails; other lines are left out and
    counted. In any other text each line is a message.

    With -o json there is one object for each line that isn't blank; a line that is a JSON string, or an object with
    `message` (and perhaps `reason`, `image`), is read as such.
    """
    from kubectl_imagepull.cli.classify_command import classify_message

    classify_message(text or (), output, color, rules or ())


@app.command("report", epilog=examples_of("report"))
@partial(takes_flags, leaving_out=NOT_OF_REPORT)
def report_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POD | TYPE/NAME | TEXT]...",
            help="A pod or workload whose diagnosis is wrong, or the message itself; - reads it from standard input.",
            autocompletion=completing("failing"),
        ),
    ] = None,
    expected: Annotated[
        str, typer.Option("--expected", metavar="CAUSE", help="The cause that would have been right.")
    ] = "",
    *,
    flags: Flags,
) -> None:
    """Print what to post about a wrong diagnosis: the message with stand-ins for your names, and the versions.

    Nothing is sent. Names of namespaces, workloads, nodes, hosts, addresses and images are replaced, always the same by
    the same, so that the text is read as before; a note says where it isn't. Read it before you post it.
    """
    from kubectl_imagepull.cli.issue_command import write_issue

    write_issue(words or (), expected, flags)


@app.command("explain", epilog=examples_of("explain"))
def explain_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CAUSE | WORD...]",
            help="A cause, such as TagNotFound, or what you have read: a status (401), a word (x509), a pod's state "
            "(ErrImagePull), a message. None for the list of causes.",
            autocompletion=_causes,
        ),
    ] = None,
    color: ColorFlag = Color.AUTO,
) -> None:
    """Print a cause's runbook: meaning, how to confirm, fixes."""
    from kubectl_imagepull.cli.explain_command import explain_cause

    explain_cause(words or (), color)


@app.command("demo", epilog=examples_of("demo"))
def demo_command(output: OutputFlag = Output.TABLE, color: ColorFlag = Color.AUTO) -> None:
    """Scan and diagnose a recorded cluster: needs none of yours.

    With -o, what scan prints of it in that format: `-o html > demo.html` shows the page.
    """
    from kubectl_imagepull.cli.demo_command import show_recorded_cluster

    show_recorded_cluster(output, color)


@app.command("version", epilog=examples_of("version"))
def version_command() -> None:
    """Print the program's version."""
    terminal.print_text(f"{PROGRAM} {__version__}")


def main() -> None:
    """Runs the program; help shows it as it was called."""
    terminal.take_any_text()
    # kubectl runs the plugin by its file name, and users know it by kubectl's
    called = Path(sys.argv[0]).name
    arguments = ["version" if argument == "--version" else argument for argument in sys.argv[1:2]] + sys.argv[2:]
    try:
        # kubectl asks for candidates
        if arguments[:1] == [REQUEST]:
            *typed, word = arguments[1:] or [""]
            terminal.write(
                f"{line}\n" for line in completion_lines(typer.main.get_command(app), [*for_parser(typed), word])
            )
            return
        # the bare program's own shell asks
        if VARIABLE in os.environ:
            from typer._completion_classes import completion_init

            completion_init()
        name = COMMAND if called.startswith(PROGRAM) or called == "__main__.py" else called
        _app_for(arguments)(for_parser(arguments), prog_name=name, complete_var=VARIABLE)
    except InstallError as error:
        _end(str(error))
    except terminal.OutputError as error:
        _end(f"the output can't be written: {error}")
    except MemoryError:
        _end("there is not enough memory; look at less with -n NAMESPACE, or record less")
    except Exception as error:  # noqa: BLE001 - a defect must not end with 1, which means a finding
        # the parser prints its help by itself
        if isinstance(error, OSError) and error.errno in _FULL_OR_CLOSED and error.filename is None:
            _end(f"the output can't be written: {error.strerror}")
        from kubectl_imagepull.cli.internal_error import internal_error_lines

        *trace, line = internal_error_lines(error)
        for text in trace:
            terminal.warn(visible(text))
        _end(line, Exit.INTERNAL)


def _app_for(arguments: Sequence[str]) -> typer.Typer:
    """The program with the one command that is called, where it is: making parsers of all takes longer."""
    called = [command for command in app.registered_commands if command.name in arguments[:1]]
    if not called:
        return app
    with_one = copy(app)
    with_one.registered_commands = called
    return with_one


def _end(fault: str, code: Exit = Exit.UNREADABLE) -> NoReturn:
    terminal.warn(visible(f"error: {fault}"))
    sys.exit(code)


def program() -> NoReturn:
    """Runs the program and ends the process: taking down what a large cluster left in memory would only cost time."""
    collect_rarely()
    try:
        main()
    except KeyboardInterrupt:
        terminal.end_process(Exit.INTERRUPTED)
    except SystemExit as ended:
        terminal.end_process(ended.code if isinstance(ended.code, int) else int(ended.code is not None))
    terminal.end_process(Exit.OK)

"""What `check` does: foretell whether images will be pulled, before they are deployed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import typer

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import faults_end_it, unread_rules
from kubectl_imagepull.cli.flags import CheckOutput, Flags
from kubectl_imagepull.cli.request import in_namespace_of, probe_of, request_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.preflight.pull_forecast import CheckReport, Outcome
from kubectl_imagepull.registry.connections import AuthoritiesError
from kubectl_imagepull.report.check_table import check_table
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.runs.preflight_run import CheckRequest, check_images
from kubectl_imagepull.runs.target import KINDS, Target, TargetError, parse_target


@dataclass(frozen=True)
class CheckFlags:
    """What `check` takes beside the flags of all commands."""

    #: Files, directories, or - for standard input.
    files: Sequence[str] = ()
    #: The service account of pods that name none.
    account: str = ""
    #: The platforms that images have to be for.
    platforms: Sequence[str] = ()
    #: Whether no registry is asked.
    offline: bool = False
    #: Whether no cluster is read.
    no_cluster: bool = False
    #: The format of the output.
    output: CheckOutput = CheckOutput.TABLE


def check_arguments(flags: Flags, given: CheckFlags, arguments: Sequence[str]) -> None:
    """Foretells whether the images of arguments and files will be pulled; ends with how that went."""
    targets = [target for text in arguments if (target := _target(text))]
    images = [text for text in arguments if _target(text) is None]
    if not arguments and not given.files:
        raise typer.BadParameter("name images, a file with -f, or a workload of the cluster, such as deploy/web")
    if targets and (given.no_cluster or flags.recordings):
        raise typer.BadParameter(f"{targets[0]} is a workload of the cluster, which is not to be read")
    terminal.announce_input(given.files)
    flags = in_namespace_of(flags, targets)
    probe = probe_of(flags, asked=not given.offline)
    with faults_end_it():
        request = request_of(flags)
        check = CheckRequest(
            request=replace(request, probe=probe),
            images=tuple(images),
            files=tuple(given.files),
            targets=tuple(targets),
            account=given.account,
            platforms=tuple(map(_platform, given.platforms)),
            without_cluster=given.no_cluster,
        )
        progress = Progress()
        try:
            with terminal.progress_line(lambda: progress.text):
                report = check_images(check, progress)
            report = replace(report, skipped=(*report.skipped, *unread_rules(request.site_rules)))
        except AuthoritiesError as error:
            raise typer.BadParameter(f"--registry-ca: {error}") from error
        except KeyboardInterrupt:
            # an exit as usual would wait for the answers that are on their way
            terminal.end_process(Exit.INTERRUPTED)
    _show(report, flags, given.output)
    _end(report, flags)


def _target(text: str) -> Target | None:
    """The workload that an argument names; None for an image. docker.io/deploy/web is one of that name."""
    if "/" not in text or ":" in text or "@" in text:
        return None
    try:
        target = parse_target(text)
    except TargetError:
        return None
    return target if target.kind in KINDS else None


def _platform(text: str) -> str:
    parts = text.lower().split("/")
    if not 2 <= len(parts) <= 3 or not all(parts):  # noqa: PLR2004 - with or without a variant
        raise typer.BadParameter(f"--platform: {text!r} is no OS/ARCHITECTURE, such as linux/arm64")
    return "/".join(parts)


def _show(report: CheckReport, flags: Flags, output: CheckOutput) -> None:
    terminal.print_text(_rendered(report, flags, output))
    for one in report.skipped:
        # a document lists them
        if output is not CheckOutput.JSON or one.partly:
            terminal.warn(visible(f"note: {one.what}: {one.why}"))


def _rendered(report: CheckReport, flags: Flags, output: CheckOutput) -> str:
    if output is CheckOutput.JSON:
        from kubectl_imagepull.report.check_document import check_json

        return check_json(report)
    if output in {CheckOutput.JUNIT, CheckOutput.SARIF}:
        from kubectl_imagepull.report.check_files import check_junit, check_sarif

        return check_junit(report) if output is CheckOutput.JUNIT else check_sarif(report)
    return check_table(
        report,
        width=terminal.terminal_width(),
        color=terminal.wants_color(flags.color),
        no_headers=flags.no_headers,
    )


def _end(report: CheckReport, flags: Flags) -> None:
    """Raises typer.Exit where the end is to be seen by the exit code."""
    if flags.exit_code and report.number(Outcome.WONT_PULL):
        raise typer.Exit(Exit.FOUND)
    untold = flags.exit_code and report.number(Outcome.CANT_TELL)
    if untold or any(one.partly for one in report.skipped):
        raise typer.Exit(Exit.PARTLY_READ)

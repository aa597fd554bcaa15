"""What `record` does: write what a diagnosis needs into one file, to pass it on or to keep it."""

from __future__ import annotations

import errno
import gzip
import os
import shlex
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

import typer

from kubectl_imagepull import COMMAND
from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.faults import fail, faults_end_it
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.request import in_namespace_of, request_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.recording.pseudonym_key import key_text, new_key, read_key
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.report.view import skipped_notes
from kubectl_imagepull.runs.read_request import read_request
from kubectl_imagepull.runs.recording_run import RecordingRun, record
from kubectl_imagepull.runs.target import parse_targets
from kubectl_imagepull.runs.target_status import TargetState, check_types
from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms
from kubectl_imagepull.vocabulary.wording import counted

_STDOUT = "-"
_GZIP = ".gz"
#: What file systems say that know no hard links.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def record_to_file(flags: Flags, path: str, names: Sequence[str], *, key_path: str | None = None, force: bool) -> None:
    """Records what fails, or what the names need, in a file; raises typer.Exit where something could not be read.

    With `key_path` names are replaced, and the key to them is written there.
    """
    if flags.several_clusters:
        raise typer.BadParameter("record reads one cluster: give --context once, and a file for each")
    if flags.recordings and flags.namespaces:
        raise typer.BadParameter("record takes one namespace of a recording, or all")
    terminal.announce_input(flags.recordings or ())
    target = None if path == _STDOUT else Path(path)
    if target is not None:
        # to be known before a cluster is read
        _check_place(target, force=force)
    if key_path is not None and key_path.startswith("-"):
        raise typer.BadParameter("--pseudonyms: name the key's file first, such as --pseudonyms key.json")
    key_file = None if key_path is None else Path(key_path)
    if key_file is not None:
        _check_key_place(key_file, target)
    run, missing = _recorded(flags, names, key_file)
    for text in missing:
        terminal.warn(visible(f"note: {text}"))
    if key_file is not None and run.key is not None:
        # before the recording: without its key nobody could read the names in it
        _write(key_file, key_text(run.key), force=key_file.exists())
    if target is None:
        terminal.print_text(run.text.rstrip("\n"))
    else:
        _write(target, run.text, force=force)
    terminal.warn(visible(_summary(run, path, key_path)))
    if missing or any(skipped.partly for skipped in run.report.skipped):
        raise typer.Exit(Exit.PARTLY_READ)


def _recorded(flags: Flags, names: Sequence[str], key_file: Path | None) -> tuple[RecordingRun, list[str]]:
    """What was read, as it is to be written, and which names there weren't; ends the run where none of them was."""
    progress = Progress()
    with faults_end_it():
        targets = parse_targets(names)
        request = request_of(in_namespace_of(flags, targets), targets)
        key = _key_of(key_file)
        try:
            with terminal.progress_line(lambda: progress.text):
                started = monotonic()
                run = record(read_request(request, progress), request, started, key)
        except KeyboardInterrupt:
            # an exit as usual would wait for the answers that are on their way
            terminal.end_process(Exit.INTERRUPTED)
        check_types(run.statuses)
    missing = [one.text(run.report.source) for one in run.statuses if one.state is TargetState.MISSING]
    for line in skipped_notes(run.report):
        terminal.warn(line)
    if missing and len(missing) == len(run.statuses):
        fail(Exit.UNREADABLE, *missing)
    return run, missing


def _key_of(key_file: Path | None) -> Pseudonyms | None:
    """The key in a file, a new one where there is no such file; None where names aren't replaced."""
    if key_file is None:
        return None
    return read_key(str(key_file)) if os.path.lexists(key_file) else new_key()


def _summary(run: RecordingRun, path: str, key_path: str | None) -> str:
    read_from = "FILE" if path == _STDOUT else shlex.quote(path)
    failures = counted(len(run.report.diagnoses), "failed pull")
    where = "standard output" if path == _STDOUT else path
    told = f"{where}: {counted(run.objects, 'object')}, {failures}. No value of a secret is in it; names"
    command = f"{COMMAND} diagnose --from {read_from}"
    if key_path is None:
        return f"{told} of hosts, images and workloads are. Read it with '{command}'."
    return (
        f"{told} are pseudonyms. Look through it before you pass it on. Keep {key_path}, which turns them back: "
        f"'{command} --key {shlex.quote(key_path)}'."
    )


def _check_place(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise typer.BadParameter(f"{target} is a directory: name a file in it")
    if not target.parent.is_dir():
        raise typer.BadParameter(f"{target.parent} is no directory: the file comes first, then pods or workloads")
    if os.path.lexists(target) and not stat.S_ISREG(target.lstat().st_mode):
        # a file would take the place of a device, a pipe or a link
        raise typer.BadParameter(f"{target} is no regular file, and isn't written over; - is standard output")
    if os.path.lexists(target) and not force:
        raise typer.BadParameter(f"{target} exists already: --force writes over it")


def _check_key_place(key_file: Path, target: Path | None) -> None:
    if target is not None and key_file.absolute() == target.absolute():
        raise typer.BadParameter("--pseudonyms: the key can't be the recording, which is passed on: name another file")
    if key_file.name.endswith(_GZIP):
        raise typer.BadParameter(f"--pseudonyms: a key isn't compressed: name it without {_GZIP}")
    if not key_file.parent.is_dir():
        raise typer.BadParameter(f"--pseudonyms: {key_file.parent} is no directory")


def _write(target: Path, text: str, *, force: bool) -> None:
    """Writes a file as a whole or not at all, for its owner's eyes alone."""
    data = text.encode("utf-8", "replace")
    if target.name.endswith(_GZIP):
        data = gzip.compress(data, mtime=0)
    try:
        # what is made so is readable by its owner alone (mode 0600)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _put(draft, target, force=force)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    except FileExistsError:
        fail(Exit.UNREADABLE, f"{target} exists by now: --force writes over it")
    except OSError as error:
        fail(Exit.UNREADABLE, f"{target} can't be written: {(error.strerror or str(error)).lower()}")


def _put(draft: Path, target: Path, *, force: bool) -> None:
    """Gives a file its name; raises FileExistsError where another has it, unless that is to be written over."""
    if not force:
        try:
            # unlike a renaming, it fails where somebody else has written the file meanwhile
            os.link(draft, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(target):
                raise FileExistsError from error
        else:
            return
    draft.replace(target)

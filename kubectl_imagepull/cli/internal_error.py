"""An error that nobody has foreseen -> one line, and where more about it is to be had."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from pathlib import PurePath

from kubectl_imagepull import COMMAND, __version__
from kubectl_imagepull.vocabulary.redaction import redacted

#: The environment variable that asks for the traceback.
TRACEBACK = "KUBECTL_IMAGEPULL_TRACEBACK"
_PACKAGE = "kubectl_imagepull"


def internal_error_lines(error: BaseException) -> Iterator[str]:
    """What is said of an internal error: one line, and before it the traceback where that is asked for.

    The line has the error's type and place and not its text, which may quote what was read.
    """
    if os.environ.get(TRACEBACK):
        yield from redacted("".join(traceback.format_exception(error))).splitlines()
        more = ""
    else:
        more = f"; run it again with {TRACEBACK}=1 for the traceback"
    yield (
        f"internal error: {type(error).__name__}{_place(error)}; this is a defect of {COMMAND} {__version__}, "
        f"please report it{more}"
    )


def _place(error: BaseException) -> str:
    """Where in our own code it was raised: ` in report/table.py, line 12`; nothing where it never came there."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _PACKAGE in PurePath(frame.filename).parts]
    if not own:
        return ""
    parts = PurePath(own[-1].filename).parts
    inside = parts[len(parts) - parts[::-1].index(_PACKAGE) :]
    return f" in {'/'.join(inside)}, line {own[-1].lineno}"

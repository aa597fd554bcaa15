"""What was read for a request -> a recording of what its diagnosis needs, and the report that it reads to."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubectl_imagepull import PROGRAM, __version__
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.recorder.pseudonymised import pseudonymised
from kubectl_imagepull.recorder.recorded_list import recorded_list, written
from kubectl_imagepull.runs.examine import examine
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.target_status import TargetStatus
from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms


@dataclass(frozen=True)
class RecordingRun:
    """What was recorded."""

    #: The content of the file.
    text: str = field(repr=False)
    #: How many objects are in it.
    objects: int
    #: The report on what was read.
    report: Report
    #: How the targets stand.
    statuses: tuple[TargetStatus, ...]
    #: The key that turns its pseudonyms back; None where names stand in it.
    key: Pseudonyms | None = field(default=None, repr=False)


def record(snapshot: Snapshot, request: Request, started: float, pseudonyms: Pseudonyms | None = None) -> RecordingRun:
    """Records what a diagnosis of the request needs of what was read for it.

    `started` is the monotonic time in seconds at which the run began. With `pseudonyms`, a key, names are replaced.
    """
    document = recorded_list(
        snapshot, f"{PROGRAM} {__version__}", [str(target) for target in request.targets], request.selector
    )
    if pseudonyms is not None:
        document, pseudonyms = pseudonymised(document, pseudonyms)
    report, statuses = examine(snapshot, started, request.targets)
    return RecordingRun(written(document), len(document["items"]), report, statuses, pseudonyms)

"""What a watch has to show at one time, as values: the report, and what has changed in it since the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kubectl_imagepull.diagnosis.report import Report, RootCause
from kubectl_imagepull.kube.reading.watch_health import WatchHealth


class ChangeKind(Enum):
    """How a root cause has changed; one whose last pods were deleted, and which nothing works in place of, is gone."""

    APPEARED = "appeared"
    GREW = "grew"
    SHRANK = "shrank"
    RESOLVED = "resolved"
    GONE = "gone"


@dataclass(frozen=True)
class RootCauseChange:
    """A root cause that has changed."""

    #: How it has changed.
    kind: ChangeKind
    #: The root cause as it is now, or was before it ended.
    root: RootCause
    #: The report that holds it: the one before, if it has ended.
    report: Report
    #: How many pods it had.
    before: int
    #: How many pods it has.
    after: int


@dataclass(frozen=True)
class WatchUpdate:
    """What there is to show."""

    #: The report as it is now.
    report: Report
    #: What has changed since the report before.
    changes: tuple[RootCauseChange, ...]
    #: The report with the root causes that ended lately, as of now: what appeared lately first, then what else has
    #: changed, the newest first, then the rest.
    shown: Report
    #: Which root causes of `shown` have ended, by their index, and how.
    ended: Mapping[int, ChangeKind]
    #: How the watches are.
    health: WatchHealth

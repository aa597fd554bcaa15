"""A snapshot -> the report on it, and how the targets stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from kubectl_imagepull.diagnosis.diagnose import diagnose_all, unread_secrets
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.fixes.ranking import root_causes_with_fixes, with_fixes
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.request import ProbeRequest
from kubectl_imagepull.runs.target import Target
from kubectl_imagepull.runs.target_status import TargetStatus, read_as, target_statuses
from kubectl_imagepull.vocabulary.site_rule import SiteRule


def examine(
    snapshot: Snapshot,
    started: float,
    targets: Sequence[Target],
    probe: ProbeRequest | None = None,
    rules: Sequence[SiteRule] = (),
) -> tuple[Report, tuple[TargetStatus, ...]]:
    """The report on the targets, by default on everything, and how each of them stands.

    With `probe` the registries of the images are asked as well; raises then SourceError for authorities of theirs that
    can't be used. `rules` are those of the user's site.
    """
    with paused_collection():
        targets = read_as(snapshot, targets)
        report = _report(snapshot, started, targets, rules, probe)
        return report, target_statuses(snapshot, report.diagnoses, targets)


def report_on(
    snapshot: Snapshot, started: float, targets: Sequence[Target] = (), rules: Sequence[SiteRule] = ()
) -> Report:
    """Diagnoses every failed pull in the snapshot, or those of the targets.

    `started` is the monotonic time in seconds at which the run began: reading the cluster counts. `rules` are those of
    the user's site.
    """
    with paused_collection():
        return _report(snapshot, started, targets, rules)


def _report(
    snapshot: Snapshot,
    started: float,
    targets: Sequence[Target],
    rules: Sequence[SiteRule],
    probe: ProbeRequest | None = None,
) -> Report:
    diagnoses = diagnose_all(
        snapshot,
        lambda failure, chain: (
            not targets or any(target.names(failure.pod, chain, failure.namespace) for target in targets)
        ),
        rules,
    )
    skipped = snapshot.skipped
    if probe is not None:
        from kubectl_imagepull.runs.probed_diagnoses import probed

        asked = probed(diagnoses, snapshot, probe)
        diagnoses, skipped = asked.diagnoses, (*skipped, *asked.skipped)
    diagnoses = with_fixes(diagnoses)
    return Report(
        source=snapshot.source,
        pods_scanned=snapshot.pods_seen,
        seconds=round(monotonic() - started, 3),
        now=snapshot.now,
        root_causes=root_causes_with_fixes(root_causes(diagnoses), diagnoses),
        diagnoses=diagnoses,
        skipped=(*skipped, *unread_secrets(diagnoses, snapshot)),
    )

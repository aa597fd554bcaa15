"""What `demo` shows of the recorded cluster that ships with the program."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.fixes.ranking import root_causes_with_fixes
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report import short_page, table
from kubectl_imagepull.runs.examine import report_on

#: The failures that are shown whole: a missing tag, a missing login, a name that doesn't resolve.
_SHOWN = (("shop", "deployment/frontend"), ("payments", "statefulset/gateway"), ("shop", "deployment/checkout"))
_RULE = "-"
_LEAST_RULE = 80


def recorded_report() -> Report:
    """The report on the whole recorded cluster."""
    started = monotonic()
    snapshot = read_recording([str(RECORDING)])
    return report_on(replace(snapshot, source=replace(snapshot.source, name="that ships with the program")), started)


def demonstration(*, width: int | None = None, color: bool = False) -> str:
    """What `scan` prints for the recorded cluster, then what `diagnose` prints for three of its root causes."""
    report = recorded_report()
    sections = [f"$ {COMMAND} scan -A\n\n{table.scan_table(report, width=width, color=color)}"]
    for namespace, workload in _SHOWN:
        page = short_page.short_pages(report_on_workload(report, namespace, workload), width=width, color=color)
        sections.append(f"$ {COMMAND} diagnose {workload} -n {namespace}\n\n{page}")
    sections.append(f"That was a recording. '{COMMAND} scan -A' looks at your own cluster and changes nothing in it.")
    rule = _RULE * min(width or _LEAST_RULE, _LEAST_RULE)
    return f"\n\n{rule}\n".join(sections)


def report_on_workload(report: Report, namespace: str, workload: str) -> Report:
    """What a report says about one workload, named as kubectl takes it."""
    diagnoses = tuple(
        one for one in report.diagnoses if one.failure.namespace == namespace and str(one.workload) == workload
    )
    return replace(report, diagnoses=diagnoses, root_causes=root_causes_with_fixes(root_causes(diagnoses), diagnoses))

"""Reports of a watch made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from clusters import IMAGE, NOT_FOUND, cluster, pod, waiting

from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.kube.reading.watch_health import WatchHealth
from kubectl_imagepull.runs.examine import report_on

HEALTHY = WatchHealth()
THIRD = "registry.example.com/team/third:3"
OTHER = "registry.example.com/team/other:2"


def report(*pods: tuple[str, str], minutes: int = 0) -> Report:
    """A report on pods by name and image, some minutes later."""
    found = [
        pod(name, {"app": waiting("ErrImagePull", NOT_FOUND.replace(IMAGE, image))}, image=image, uid=f"u-{name}")
        for name, image in pods
    ]
    made = report_on(cluster(found), 0.0)
    return replace(made, seconds=0.0, now=made.now + timedelta(minutes=minutes))


ONE, TWO = report(("a", IMAGE)), report(("a", IMAGE), ("b", IMAGE))
NONE = report()

"""What a look at a Helm release says in a report: which values give an image, or why that isn't known."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.releases.release_finding import ReleaseFinding
from kubectl_imagepull.vocabulary.wording import listed
from kubectl_imagepull.vocabulary.workload import Workload


def written_by_release(finding: ReleaseFinding | None, workload: Workload) -> Iterator[Evidence]:
    """The finding as evidence; its values are paths."""
    if finding is None:
        return
    name = f"Helm release {finding.name}"
    values = tuple(dict.fromkeys(".".join(path) for place in finding.images for path in place.paths))
    if finding.unread:
        text = f"which value of {name} gives the image could not be looked at: {finding.unread}"
        yield Evidence(Check.WRITTEN_BY, Result.SKIPPED, text, finding.name)
    elif values:
        text = f"{workload} has this image from {listed(values)} of {name} (revision {finding.revision})"
        yield Evidence(Check.WRITTEN_BY, Result.INFO, text, finding.name, values)
    elif finding.rendered:
        text = f"revision {finding.revision} of {name} has this image, and no value that gives it: it is in the chart"
        yield Evidence(Check.WRITTEN_BY, Result.INFO, text, finding.name)

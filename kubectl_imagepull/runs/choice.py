"""Which of a report's failures are shown, by facts about them, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.fixes.ranking import root_causes_with_fixes
from kubectl_imagepull.runs.orders import Order
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import registry_named
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.wording import listed


@dataclass(frozen=True)
class Choice:
    """What is to be shown; an empty field chooses nothing."""

    #: Causes, one of which a failure has to have.
    causes: frozenset[Cause] = frozenset()
    #: Nodes, on one of which its pod has to be.
    nodes: frozenset[str] = frozenset()
    #: Registries, one of which its image names or the failure is about.
    registries: frozenset[str] = frozenset()
    #: How long ago it may have begun at most; one whose beginning isn't known is shown.
    within: timedelta | None = None
    #: What root causes are sorted by; None for those with most pods first.
    order: Order | None = None

    def shows(self, one: Diagnosis, report: Report) -> bool:
        """Whether a failure is shown."""
        registries = _registries(one)
        begun = one.failure.since
        return (
            (not self.causes or one.cause in self.causes)
            and (not self.nodes or one.failure.node in self.nodes)
            and (not self.registries or not self.registries.isdisjoint(registries))
            and (self.within is None or begun is None or begun >= report.now - self.within)
        )


#: Everything, as it comes.
EVERYTHING = Choice()

_KEYS: Mapping[Order, Callable[[RootCause], Any]] = {
    Order.PODS: lambda root: -len(root.failures),
    # the newest first: what has just begun is what somebody has just done
    Order.SINCE: lambda root: -root.since.timestamp() if root.since else 0.0,
    Order.CAUSE: lambda root: root.cause.value,
    Order.NAMESPACE: lambda root: root.workloads,
}


def chosen(report: Report, choice: Choice) -> Report:
    """The report with what is chosen of it."""
    if choice == EVERYTHING:
        return report
    diagnoses = tuple(one for one in report.diagnoses if choice.shows(one, report))
    roots = root_causes_with_fixes(root_causes(diagnoses), diagnoses)
    if choice.order:
        roots = tuple(sorted(roots, key=_KEYS[choice.order]))
    left_out = report.left_out + len(report.diagnoses) - len(diagnoses)
    return replace(
        report, diagnoses=diagnoses, root_causes=roots, left_out=left_out, is_sorted=choice.order is not None
    )


def unmatched(report: Report, choice: Choice) -> list[str]:
    """A sentence for each node and registry that was chosen and no failure of the report has: a typing error, maybe."""
    nodes = {one.failure.node for one in report.diagnoses if one.failure.node}
    registries = {name for one in report.diagnoses for name in _registries(one) if name}
    return [
        *(_no_failure("on node", name, nodes) for name in sorted(choice.nodes - nodes)),
        *(_no_failure("at registry", name, registries) for name in sorted(choice.registries - registries)),
    ]


def _no_failure(where: str, name: str, known: Collection[str]) -> str:
    elsewhere = f", only {where} {listed(sorted(map(shown, known)))}" if known else ""
    return f"no image pull fails {where} {shown(name)}{elsewhere}"


def _registries(one: Diagnosis) -> set[str | None]:
    return {registry_named(one.failure.image), one.host}

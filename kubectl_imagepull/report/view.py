"""What every layout for people shares: order, counts, names and the closing sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.subjects import subject_of
from kubectl_imagepull.report.summary import Tally, notes_of, scope_of, sentence_of
from kubectl_imagepull.report.text import cell, exact_cell, wrap
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.fix import Who

_TWO = 2


def diagnoses_of(report: Report, root: RootCause) -> list[Diagnosis]:
    """The diagnoses of a root cause."""
    return [report.diagnoses[index] for index in root.failures]


def heals_by_itself(root: RootCause) -> bool:
    """Whether nobody has to act: the first fix is to wait."""
    return bool(root.fixes) and root.fixes[0].who is Who.NOBODY


def by_urgency(report: Report) -> tuple[RootCause, ...]:
    """The root causes as people read them: what somebody has to do comes first, what heals by itself last."""
    return tuple(sorted(report.root_causes, key=heals_by_itself))


def root_cause_pages(report: Report, page_of: Callable[[RootCause], list[str]], width: int | None, gap: str) -> str:
    """A page for each root cause, the most urgent first, with a gap between, and what was looked at at the end."""
    roots = by_urgency(report)
    blocks = ["\n".join(page_of(root)) for root in roots]
    # one page tells where it looked, but not which other clusters have no such page
    if len(roots) != 1 or report.source.clusters:
        blocks.append("\n".join(wrap(summary_sentence(report), width)))
    return gap.join(blocks)


def failing_pods(diagnoses: Iterable[Diagnosis]) -> list[tuple[str, str, str]]:
    """Cluster, namespace and name of the failing pods, each once, in the order in which they come."""
    return list(dict.fromkeys((d.cluster, d.failure.namespace, d.failure.pod) for d in diagnoses))


def place_of(diagnosis: Diagnosis) -> str:
    """Where a failure is: its namespace, after the cluster where several were read."""
    namespace = diagnosis.failure.namespace
    return f"{diagnosis.cluster}/{namespace}" if diagnosis.cluster else namespace


def affects(report: Report, root: RootCause, *, secrets: bool = False) -> str:
    """What a root cause is about: an image, a registry, a node, or the login to a registry in a namespace."""
    if root.scope is Scope.NONE and root.failures:
        failure = report.diagnoses[root.failures[0]].failure
        on_node = f" on {failure.node}" if failure.node and root.cause is Cause.CAUSE_NOT_REPORTED else ""
        return exact_cell(failure.image) + cell(on_node)
    return exact_cell(subject_of(root.cause, root.key, secrets=secrets))


def workload_names(report: Report, root: RootCause, *, most: int = _TWO) -> str:
    """The workloads of a root cause, those with most pods first: all up to `most`, else the first and how many more.

    Without their namespace where the report is about one namespace only.
    """
    pods_of = Counter(f"{one.failure.namespace}/{one.workload}" for one in diagnoses_of(report, root))
    names = sorted(root.workloads, key=lambda name: (-pods_of[name], name))
    if report.source.namespace is not None:
        names = [name.removeprefix(f"{report.source.namespace}/") for name in names]
    return first_names(names, most=most)


def first_names(names: Sequence[str], *, most: int = _TWO) -> str:
    """All names up to `most`, else the first and how many more: `worker-a +3`."""
    shown = [cell(name) for name in names]
    if len(shown) <= most:
        return ", ".join(shown)
    return f"{shown[0]} +{len(shown) - 1}"


def summary_sentence(report: Report) -> str:
    """One sentence: how many pods were looked at, how many fail, in how many root causes, how long it took."""
    return sentence_of(tally_of(report))


def scope_scanned(report: Report) -> str:
    """Where was looked, and how long it took: `all namespaces, context prod-eu, 0.8 s`."""
    return scope_of(tally_of(report))


def skipped_notes(report: Report, *, short: bool = False) -> list[str]:
    """One line for each thing that could not be looked at, for standard error; `short` as a table has them."""
    return notes_of(report.skipped, short=short)


def tally_of(report: Report) -> Tally:
    """The numbers of a report."""
    return Tally(
        source=report.source,
        pods=report.pods_scanned,
        seconds=report.seconds,
        skipped=report.skipped,
        failing=len(failing_pods(report.diagnoses)),
        root_causes=len(report.root_causes),
        left_out=report.left_out,
    )

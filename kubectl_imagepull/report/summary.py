"""The sentence that says what a run has seen, made of numbers alone: where nothing fails nothing else is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.vocabulary.wording import counted


@dataclass(frozen=True)
class Tally:
    """What a run has seen, in numbers."""

    #: Where was looked.
    source: Source
    #: How many pods were looked at, the healthy ones too.
    pods: int
    #: How long the run took.
    seconds: float
    #: What could not be looked at, and why.
    skipped: tuple[Skipped, ...] = ()
    #: How many pods have a failed pull.
    failing: int = 0
    #: For how many root causes.
    root_causes: int = 0
    #: How many failures there are beside those that were asked for.
    left_out: int = 0


def sentence_of(tally: Tally) -> str:
    """One sentence: how many pods were looked at, how many fail, in how many root causes, how long it took."""
    scan = scope_of(tally)
    if tally.failing:
        text = (
            f"{tally.failing:,} of {counted(tally.pods, 'pod')} can't pull an image, "
            f"for {counted(tally.root_causes, 'root cause')} ({scan})."
        )
    elif tally.left_out:
        text = f"No failure is one of those that were asked for: looked at {counted(tally.pods, 'pod')} ({scan})."
    elif tally.pods:
        text = f"No failed image pulls: looked at {counted(tally.pods, 'pod')} ({scan})."
    else:
        text = f"There are no pods to look at ({scan})."
    if tally.left_out:
        text += f" {counted(tally.left_out, 'other failure')} left out, as asked for."
    if missing := sum(skipped.partly for skipped in tally.skipped):
        text += f" {counted(missing, 'thing')} could not be looked at: see the notes."
    return text


def scope_of(tally: Tally) -> str:
    """Where was looked, and how long it took: `all namespaces, context prod-eu, 0.8 s`."""
    return f"{_where(tally.source)}, {_seconds(tally.seconds)}"


def notes_of(skipped: Iterable[Skipped], *, short: bool = False) -> list[str]:
    """One line for each thing that could not be looked at, for standard error; `short` as a table has them."""
    return [f"note: {visible(one.what)}: {visible((short and one.short) or one.why)}" for one in skipped]


def _where(source: Source) -> str:
    clusters = source.clusters
    if any(one.namespace != source.namespace for one in clusters):
        named = [f"{visible(one.name)} (namespace {visible(one.namespace or '')})" for one in clusters]
        return f"contexts {', '.join(named)}"
    namespace = "all namespaces" if source.namespace is None else f"namespace {visible(source.namespace)}"
    if source.namespaces:
        namespace = f"namespaces {', '.join(map(visible, source.namespaces))}"
    if source.kind == "cluster":
        context = "contexts" if len(clusters) > 1 else "context"
        return f"{namespace}, {context} {visible(source.name)}" if source.name else namespace
    return f"{namespace}, {visible(source.kind)} {visible(source.name)}"


def _seconds(seconds: float) -> str:
    least, exact = 0.05, 9.95
    if seconds < least:
        return "under 0.1 s"
    return f"{seconds:.1f} s" if seconds < exact else f"{seconds:,.0f} s"

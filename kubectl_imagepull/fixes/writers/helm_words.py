"""Words of helm's command line.

How a path and a value are read is in helm/helm pkg/strvals/parser.go; what the flags keep in pkg/action/upgrade.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.chart_settings import Setting, escaped, value_path
from kubectl_imagepull.vocabulary.command import CHANGES_WORKLOAD, Command, Effect, Placeholder, Word, joined, pieces_of
from kubectl_imagepull.vocabulary.names import is_object_name, namespace_name, object_name

#: kubectl's flags that helm has under another name; helm shares --kubeconfig, and has none for the others.
_HELM_FLAGS = {
    "--context": "--kube-context",
    "--kubeconfig": "--kubeconfig",
    "--as": "--kube-as-user",
    "--as-group": "--kube-as-group",
}
#: What ends a value where helm reads one.
_OF_VALUES = "\\,"


def helm(context: FixContext, *words: Word, effects: frozenset[Effect] = frozenset()) -> Command | None:
    """A helm command for the cluster that the failure is in; None where helm has no flags that lead there."""
    reaching: list[Word] = []
    for flag, value in context.diagnosis.reach:
        if flag not in _HELM_FLAGS:
            return None
        reaching += [_HELM_FLAGS[flag], value]
    return Command(("helm", *words, *reaching), effects)


def upgrade(
    context: FixContext, release: tuple[str, str], chart: tuple[str, str], settings: Sequence[Setting]
) -> Command | None:
    """Installs the chart that is installed once more, with some values changed.

    `release` is its namespace and name, `chart` name and version. Where a chart came from isn't kept with its release.
    """
    name = f"chart {chart[0]}" if is_object_name(chart[0]) else "the chart that is installed"
    place = Placeholder("CHART", f"where {name} is from, as REPO/NAME or a folder")
    version = ("--version", chart[1]) if chart[1] else ()
    values: list[Word] = []
    for path, value in settings:
        values += ["--set-string", joined(value_path(path), "=", _value(value))]
    words = ("upgrade", object_name(release[1], "release"), joined(place), *version, "-n", namespace_name(release[0]))
    return helm(context, *words, "--reset-then-reuse-values", *values, effects=CHANGES_WORKLOAD)


def rollback(context: FixContext, release: tuple[str, str], revision: int) -> Command | None:
    """Installs an earlier revision of a release again."""
    words = ("rollback", object_name(release[1], "release"), str(revision), "-n", namespace_name(release[0]))
    return helm(context, *words, effects=CHANGES_WORKLOAD)


def _value(value: Word) -> Word:
    """A value as helm reads it: commas would end it, and { would begin a list."""
    pieces = [escaped(piece, _OF_VALUES) if isinstance(piece, str) else piece for piece in pieces_of(value)]
    if pieces and isinstance(pieces[0], str) and pieces[0].startswith("{"):
        pieces[0] = f"\\{pieces[0]}"
    return tuple(pieces)

"""The picture of a page: registries by nodes, which shows whether a node, a registry or an image is at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.report import view
from kubectl_imagepull.report.shares import node_of, registry_in_words
from kubectl_imagepull.vocabulary.wording import counted

_MOST_ROWS, _MOST_COLUMNS = 8, 6
_SHADES = 4


@dataclass(frozen=True)
class SpreadCell:
    """Failing pods with an image of one registry on one node."""

    #: How many there are.
    pods: int
    #: From 1 for few to 4 for the most of all; 0 for none.
    heat: int


@dataclass(frozen=True)
class Spread:
    """Failing pods by registry and node, those with most first."""

    #: The nodes.
    columns: list[str]
    #: The registries, each with a cell for each node.
    rows: list[tuple[str, list[SpreadCell]]]
    #: How to read it, in a sentence.
    sentence: str
    #: How many registries and nodes have no room; "" for none.
    left_out: str
    #: What stands in the corner.
    corner: str = "Registry"


def spread(diagnoses: Sequence[Diagnosis]) -> Spread:
    """The picture; a pod with images of two registries counts for both."""
    cells: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
    for one in diagnoses:
        cells.setdefault((registry_in_words(one), node_of(one)), set()).update(view.failing_pods([one]))
    registries = _by_pods((registry, len(pods)) for (registry, _), pods in cells.items())
    nodes = _by_pods((node, len(pods)) for (_, node), pods in cells.items())
    most = max(map(len, cells.values()), default=0)

    def cell(registry: str, node: str) -> SpreadCell:
        pods = len(cells.get((registry, node), ()))
        return SpreadCell(pods, -(-_SHADES * pods // most) if pods else 0)

    columns = nodes[:_MOST_COLUMNS]
    rows = [(registry, [cell(registry, node) for node in columns]) for registry in registries[:_MOST_ROWS]]
    return Spread(
        columns,
        rows,
        "Failing pods by registry and node: a full column points at a node, a full row at a registry, a cell that "
        "stands alone at an image or a login.",
        _left_out(len(registries) - len(rows), len(nodes) - len(columns)),
    )


def _left_out(registries: int, nodes: int) -> str:
    parts = [f"{registries:,} {'registry' if registries == 1 else 'registries'}"] if registries else []
    parts += [counted(nodes, "node")] if nodes else []
    return f"{' and '.join(parts)} with fewer pods left out." if parts else ""


def _by_pods(counts: Iterable[tuple[str, int]]) -> list[str]:
    total: Counter[str] = Counter()
    for name, pods in counts:
        total[name] += pods
    return sorted(total, key=lambda name: (-total[name], name))

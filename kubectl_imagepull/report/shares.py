"""How the failing pods are spread: over who has the fault, registries, nodes and namespaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.report import view
from kubectl_imagepull.report.text import exact_cell, visible
from kubectl_imagepull.vocabulary.causes import Scope
from kubectl_imagepull.vocabulary.image_reference import try_parse

#: What each scope is called where people read it.
NAMES = {
    Scope.IMAGE: "Image",
    Scope.CREDENTIALS: "Login",
    Scope.REGISTRY: "Registry",
    Scope.NODE: "Node",
    Scope.NONE: "Not known",
}
#: What may be wrong there, in a few words.
FAULTS = {
    Scope.IMAGE: "its name, tag, platform or content",
    Scope.CREDENTIALS: "missing, refused or expired in a namespace",
    Scope.REGISTRY: "down, in the way, or not reached",
    Scope.NODE: "its disk, its runtime, its limits",
    Scope.NONE: "no text says it, or no rule reads it",
}


@dataclass(frozen=True)
class Share:
    """A name, how many failing pods it has, and the percentage that they are."""

    #: The namespace, node, registry, or who has the fault.
    name: str
    #: How many failing pods it has.
    pods: int
    #: The same of all failing pods.
    percent: float


def by_scope(diagnoses: Sequence[Diagnosis]) -> list[tuple[Scope, Share]]:
    """Who has the fault, in the catalogue's order; a pod with two faults counts for both, and together it is 100 %."""
    counts = {scope: len(view.failing_pods(one for one in diagnoses if one.cause.scope is scope)) for scope in Scope}
    total = sum(counts.values()) or 1
    return [(scope, Share(NAMES[scope], count, 100 * count / total)) for scope, count in counts.items() if count]


def by_place(diagnoses: Sequence[Diagnosis]) -> list[tuple[str, list[Share]]]:
    """The registries, nodes and namespaces of the failing pods, and the clusters of several, those with most first."""
    places: list[tuple[str, Callable[[Diagnosis], str]]] = [
        ("Registries", registry_in_words),
        ("Nodes", node_of),
        ("Namespaces", lambda one: visible(view.place_of(one))),
    ]
    if any(one.cluster for one in diagnoses):
        places.insert(0, ("Clusters", lambda one: exact_cell(one.cluster)))
    return [(title, _shares(diagnoses, name)) for title, name in places]


def node_of(diagnosis: Diagnosis) -> str:
    """The pod's node, for people."""
    return visible(diagnosis.failure.node) if diagnosis.failure.node else "no node"


def registry_in_words(diagnosis: Diagnosis) -> str:
    """The registry that the image names, for people."""
    reference = try_parse(diagnosis.failure.image)
    return reference.registry if reference else "no valid image name"


def _shares(diagnoses: Sequence[Diagnosis], name: Callable[[Diagnosis], str]) -> list[Share]:
    groups: dict[str, list[Diagnosis]] = {}
    for one in diagnoses:
        groups.setdefault(name(one), []).append(one)
    total = len(view.failing_pods(diagnoses)) or 1
    counts = {place: len(view.failing_pods(members)) for place, members in groups.items()}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Share(place, count, 100 * count / total) for place, count in ordered]

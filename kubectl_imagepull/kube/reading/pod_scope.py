"""Which pods a run is about: a namespace or all, and their labels."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class PodScope:
    """Which pods are read."""

    #: Their namespace; None for all.
    namespace: str | None
    #: A label selector; "" for every pod.
    selector: str = ""

    def path(self, resource: str) -> str:
        """The path of a list of core/v1, in the namespace or through all."""
        return path_of(resource, self.namespace)

    def pods(self, fields: str = "", **query: str) -> dict[str, str]:
        """The query of a list of the pods, with a field selector on top."""
        chosen = {"labelSelector": self.selector, "fieldSelector": fields}
        return {**{name: value for name, value in chosen.items() if value}, **query}

    @property
    def place(self) -> str:
        """Where, to end a sentence with."""
        return "in all namespaces" if self.namespace is None else f"in namespace {self.namespace}"


def path_of(resource: str, namespace: str | None) -> str:
    """The path of a list of core/v1; None for the namespace is all of them."""
    return f"/api/v1/{resource}" if namespace is None else f"/api/v1/namespaces/{quote(namespace, safe='')}/{resource}"

"""What a user asks about: `POD` or `TYPE/NAME`, with kubectl's names for types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from kubectl_imagepull.workload import Workload

#: kubectl's short names and plurals (`kubectl api-resources`).
_TYPES = {
    alias: kind
    for kind, aliases in {
        "pod": ("po", "pods"),
        "deployment": ("deploy", "deployments"),
        "replicaset": ("rs", "replicasets"),
        "statefulset": ("sts", "statefulsets"),
        "daemonset": ("ds", "daemonsets"),
        "job": ("jobs",),
        "cronjob": ("cj", "cronjobs"),
        "replicationcontroller": ("rc", "replicationcontrollers"),
    }.items()
    for alias in (kind, *aliases)
}


class TargetError(ValueError):
    """The argument is no `POD` or `TYPE/NAME`."""


@dataclass(frozen=True)
class Target:
    """A pod or workload by type (lower-case kind) and name."""

    kind: str
    name: str

    def __str__(self) -> str:
        """Type and name as kubectl takes them."""
        return f"{self.kind}/{self.name}"

    def names(self, pod: str, chain: Sequence[Workload]) -> bool:
        """Whether this is the pod, or one of the workloads that it belongs to."""
        if self.kind == "pod":
            return pod == self.name
        return any(owner.kind.lower() == self.kind and owner.name == self.name for owner in chain)


def hint_for(targets: Sequence[Target]) -> str:
    """What may have been meant where targets are not found: a type that is misspelt, or written without its slash."""
    first = targets[0]
    if len(targets) > 1 and first.kind == "pod" and first.name.lower() in _TYPES:
        return f"; did you mean {first.name}/{targets[1].name}?"
    near = get_close_matches(first.kind, _TYPES, n=1) if first.kind not in _TYPES else []
    return f"; did you mean {_TYPES[near[0]]}/{first.name}?" if near else ""


def parse_target(text: str) -> Target:
    """Reads `POD` or `TYPE/NAME`; a type that kubectl has no short name for is taken as a kind of its own.

    Raises TargetError where the type or the name is missing.
    """
    kind, slash, name = text.partition("/")
    if not slash:
        kind, name = "pod", text
    kind = kind.lower().partition(".")[0]
    if not kind or not name or "/" in name:
        raise TargetError(f"{text!r} is neither a pod's name nor TYPE/NAME, such as deploy/web")
    return Target(_TYPES.get(kind, kind), name)

"""What a user asks about: `POD`, `TYPE/NAME`, `TYPE NAME...`, `NAMESPACE/TYPE/NAME`; types have kubectl's names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from kubectl_imagepull.vocabulary.workload import Workload

#: A pod's kind and those of the workloads that are looked up by name, in lower case -> as objects have it.
KINDS = {
    kind.lower(): kind
    for kind in (
        *("Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet"),
        "ReplicationController",
    )
}
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
_MOST_PARTS = 3


class TargetError(ValueError):
    """The argument is nothing that can be asked about; the text says what is."""


@dataclass(frozen=True)
class Target:
    """A pod or workload that is asked about."""

    #: Its type: the kind in lower case.
    kind: str
    #: Its name.
    name: str
    #: Its namespace; None for wherever the run looks.
    namespace: str | None = None
    #: Whether only a name was given: a pod's, or a workload's if there is no such pod.
    untyped: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        """Type and name as kubectl takes them, after the namespace if one was given."""
        return f"{self.namespace}/{self.kind}/{self.name}" if self.namespace else f"{self.kind}/{self.name}"

    def names(self, pod: str, chain: Sequence[Workload], namespace: str | None = None) -> bool:
        """Whether this is the pod, or one of the workloads that it belongs to; None for its namespace is any."""
        if namespace is not None and self.namespace not in {None, namespace}:
            return False
        if self.kind == "pod":
            return pod == self.name
        return any(owner.kind.lower() == self.kind and owner.name == self.name for owner in chain)


def parse_targets(texts: Sequence[str]) -> tuple[Target, ...]:
    """Reads arguments as kubectl does: a type's name before names without any is the type of them all.

    So it is in `deploy web api`. A pod that is called like a type is `pod/deploy`. Raises TargetError.
    """
    if len(texts) > 1 and (kind := _type_of(texts[0])):
        if typed := [text for text in texts[1:] if "/" in text]:
            raise TargetError(
                f"{texts[0]!r} is the type of all names after it, and {typed[0]!r} has its own: "
                "write TYPE/NAME for each (a pod of that name is pod/NAME)"
            )
        return tuple(Target(kind, name) for name in texts[1:])
    return tuple(map(parse_target, texts))


def parse_target(text: str) -> Target:
    """Reads `POD`, `TYPE/NAME` or `NAMESPACE/TYPE/NAME`.

    A type that isn't known may still be that of a pod's owner (`rollout/web`). Raises TargetError where a part is
    missing.
    """
    *places, name = parts = text.split("/")
    if not all(parts) or len(parts) > _MOST_PARTS:
        raise TargetError(f"{text!r} is neither a pod name nor TYPE/NAME, such as deploy/web, nor NAMESPACE/TYPE/NAME")
    if not places:
        return Target("pod", name, untyped=True)
    kind = _type_of(places[-1]) or places[-1].lower().partition(".")[0]
    return Target(kind, name, places[0] if len(places) > 1 else None)


def unsupported(target: Target) -> str:
    """What to say of a target of which nothing is known because its type is none that is looked up; "" for others."""
    if target.kind in KINDS:
        return ""
    near = get_close_matches(target.kind, _TYPES, n=1, cutoff=0.75)
    meant = f"; did you mean {replace(target, kind=_TYPES[near[0]])}?" if near else ""
    pod = "" if near or target.namespace else f"; a pod in a namespace is {target.kind}/pod/{target.name}"
    return f"{target}: {target.kind!r} isn't a supported type: use {', '.join(KINDS)}{meant or pod}"


def hint_for(target: Target) -> str:
    """What may have been meant by a target that isn't there: a type, where its name is missing."""
    if target.untyped and _type_of(target.name):
        return f"; {target.name!r} is a type: add a name, {target.name}/NAME"
    return ""


def _type_of(text: str) -> str | None:
    """The kind that a type's name stands for, which may be followed by its API group; None if there is none."""
    return _TYPES.get(text.lower().partition(".")[0])

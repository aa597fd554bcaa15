"""Which other nodes would take a pod: whether it helps to keep pods away from the one where its pull fails.

The rules are the scheduler's (kubernetes pkg/scheduler/framework/plugins: nodename, nodeaffinity, tainttoleration,
nodeunschedulable), as far as objects tell; where they don't, a node doesn't count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot

#: Taints that a node has while it is not well; every pod tolerates two of them for some minutes.
_UNWELL = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
_HARD = frozenset({"NoSchedule", "NoExecute"})


class Placement:
    """The nodes of a snapshot, and the pods that prove nodes which were not read; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._found: dict[str, tuple[str, ...]] = {}

    def nodes_for(self, pod: JsonObject) -> tuple[str, ...]:
        """The names of the nodes that would take a pod like this one, its own among them; () where none is known to."""
        spec = object_of(pod.get("spec"))
        if _is_bound(pod, spec):
            return ()
        # very many pods are alike, and so are their nodes
        wishes = repr([spec.get(key) for key in ("nodeSelector", "tolerations", "affinity")])
        if wishes not in self._found:
            self._found[wishes] = self._nodes_for(spec)
        return self._found[wishes]

    def _nodes_for(self, spec: JsonObject) -> tuple[str, ...]:
        taking = [name for name, node in self._nodes.items() if _takes(node, spec)]
        if not (spec.get("nodeSelector") or _required_terms(spec)):
            taking += [name for name in self._proven if name not in self._nodes]
        return tuple(sorted(taking))

    @cached_property
    def _nodes(self) -> dict[str, JsonObject]:
        nodes = self._snapshot.objects.get("Node", ())
        return {text_of(object_of(node.get("metadata")).get("name")): node for node in nodes}

    @cached_property
    def _proven(self) -> frozenset[str]:
        """Nodes that run a pod which any scheduler could have put there."""
        nodes: set[str] = set()
        for pod in self._snapshot.pods:
            node = text_of(object_of(pod.get("spec")).get("nodeName"))
            if node not in nodes and _proves(pod):
                nodes.add(node)
        return frozenset(nodes)


def _proves(pod: JsonObject) -> bool:
    """Whether a running pod proves that its node takes ordinary pods."""
    spec, status = object_of(pod.get("spec")), object_of(pod.get("status"))
    owners = {text_of(owner.get("kind")) for owner in objects_of(object_of(pod.get("metadata")).get("ownerReferences"))}
    # a DaemonSet's and a static pod run where others would not, and tolerations open a node to few
    if status.get("phase") != "Running" or owners & {"DaemonSet", "Node"}:
        return False
    if any(text_of(toleration.get("key")) not in _UNWELL for toleration in objects_of(spec.get("tolerations"))):
        return False
    return text_of(spec.get("nodeName")) != ""


def _is_bound(pod: JsonObject, spec: JsonObject) -> bool:
    """Whether something that can't be seen here may hold the pod on its node, or at a few."""
    owners = objects_of(object_of(pod.get("metadata")).get("ownerReferences"))
    if any(text_of(owner.get("kind")) in {"DaemonSet", "Node"} for owner in owners):
        return True
    # a claim may be for a disk of this node or zone
    return any("persistentVolumeClaim" in volume or "ephemeral" in volume for volume in objects_of(spec.get("volumes")))


def _takes(node: JsonObject, spec: JsonObject) -> bool:
    own = object_of(node.get("spec"))
    conditions = objects_of(object_of(node.get("status")).get("conditions"))
    ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
    if not ready or own.get("unschedulable") is True:
        return False
    tolerations = objects_of(spec.get("tolerations"))
    hard = (taint for taint in objects_of(own.get("taints")) if text_of(taint.get("effect")) in _HARD)
    if not all(any(_tolerates(toleration, taint) for toleration in tolerations) for taint in hard):
        return False
    labels = object_of(object_of(node.get("metadata")).get("labels"))
    if any(labels.get(key) != value for key, value in object_of(spec.get("nodeSelector")).items()):
        return False
    terms = _required_terms(spec)
    return not terms or any(_fits(term, labels) for term in terms)


def _tolerates(toleration: JsonObject, taint: JsonObject) -> bool:
    if text_of(toleration.get("effect")) not in {"", text_of(taint.get("effect"))}:
        return False
    if toleration.get("operator") == "Exists":
        return text_of(toleration.get("key")) in {"", text_of(taint.get("key"))}
    return toleration.get("key") == taint.get("key") and toleration.get("value", "") == taint.get("value", "")


def _required_terms(spec: JsonObject) -> list[JsonObject]:
    affinity = object_of(object_of(spec.get("affinity")).get("nodeAffinity"))
    required = object_of(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    return objects_of(required.get("nodeSelectorTerms"))


def _fits(term: JsonObject, labels: JsonObject) -> bool:
    expressions = objects_of(term.get("matchExpressions"))
    # what selects by the node's fields names single nodes
    return bool(expressions) and not term.get("matchFields") and all(_checks(expressions, labels))


def _checks(expressions: list[JsonObject], labels: JsonObject) -> Iterator[bool]:
    for expression in expressions:
        key, operator, values = text_of(expression.get("key")), expression.get("operator"), expression.get("values")
        among = isinstance(values, list) and labels.get(key) in values
        known = {
            "In": key in labels and among,
            "NotIn": not (key in labels and among),
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }
        yield known.get(text_of(operator), False)

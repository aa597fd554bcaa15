"""Which of very many failures are looked at closely: some of each root cause show what all of it have in common."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.causes import Cause
from kubectl_imagepull.cluster.snapshot import JsonObject, key_of, object_of, objects_of, pull_secrets_of, text_of
from kubectl_imagepull.diagnosis import read_texts, scope_key
from kubectl_imagepull.failures import PullFailure

#: Up to so many failing pods are all looked at closely.
FEW = 50
#: Of more, so many workloads of each root cause; and never more pods than this.
_OF_EACH = 3
_MOST = 150
#: Causes whose evidence is each pod's own node.
_BY_NODE = frozenset({Cause.PLATFORM_MISMATCH})


def looked_at_closely(failures: Sequence[PullFailure]) -> list[JsonObject]:
    """The pods whose owners, earlier revisions, accounts and nodes are worth reading: all of few, else examples.

    The first failure of every root cause, which gives it its fix, is among them.
    """
    pods = list({key_of(one.pod_object): one.pod_object for one in failures}.values())
    if len(pods) <= FEW:
        return pods
    seen: dict[tuple[Cause, str], set[tuple[str, str]]] = {}
    chosen: dict[tuple[str, str], JsonObject] = {}
    for failure in failures:
        pod = failure.pod_object
        verdict = read_texts(failure).verdict
        key = scope_key(failure, verdict, pull_secrets_of(object_of(pod.get("spec"))))
        workloads = seen.setdefault((verdict.cause, key), set())
        workload = (failure.namespace, _owner(pod) or failure.pod)
        if verdict.cause in _BY_NODE or (workload not in workloads and len(workloads) < _OF_EACH):
            workloads.add(workload)
            chosen[key_of(pod)] = pod
    return list(chosen.values())[:_MOST]


def _owner(pod: JsonObject) -> str:
    owners = objects_of(object_of(pod.get("metadata")).get("ownerReferences"))
    return next((text_of(owner.get("name")) for owner in owners if owner.get("controller") is True), "")

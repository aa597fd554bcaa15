"""Which of very many failures are looked at closely: some of each root cause show what all of it have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from kubectl_imagepull.diagnosis.reading import read_texts
from kubectl_imagepull.diagnosis.root_causes import scope_key
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, pull_secrets_of, text_of
from kubectl_imagepull.vocabulary.causes import Cause

#: So many workloads of each root cause are enough to show what all of it have in common.
_OF_EACH = 3
#: Causes whose evidence is each pod's own node.
_BY_NODE = frozenset({Cause.PLATFORM_MISMATCH})


def looked_at_closely(failures: Sequence[PullFailure], most: int) -> list[JsonObject]:
    """The pods whose owners, earlier revisions, accounts and nodes are read: all, or of more than `most` examples.

    The first failure of a root cause, which gives it its fix unless a later one is surer, comes before a second one of
    any; then those with most failures come first.
    """
    pods = list({key_of(one.pod_object): one.pod_object for one in failures}.values())
    if len(pods) <= most:
        return pods
    roots: dict[tuple[Cause, str], dict[tuple[str, str], JsonObject]] = {}
    counts: Counter[tuple[Cause, str]] = Counter()
    for failure in failures:
        pod = failure.pod_object
        verdict = read_texts(failure).verdict
        root = (verdict.cause, scope_key(failure, verdict, pull_secrets_of(object_of(pod.get("spec")))))
        counts[root] += 1
        workload = (failure.namespace, failure.pod if verdict.cause in _BY_NODE else _owner(pod) or failure.pod)
        examples = roots.setdefault(root, {})
        if verdict.cause in _BY_NODE or len(examples) < _OF_EACH:
            examples.setdefault(workload, pod)
    by_size = [list(roots[root].values()) for root, _ in counts.most_common()]
    in_turn = (pod for turn in zip_longest(*by_size) for pod in turn if pod is not None)
    return list({key_of(pod): pod for pod in in_turn}.values())[:most]


def _owner(pod: JsonObject) -> str:
    owners = objects_of(object_of(pod.get("metadata")).get("ownerReferences"))
    return next((text_of(owner.get("name")) for owner in owners if owner.get("controller") is True), "")

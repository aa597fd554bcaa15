"""The failing pods that one command repairs together: those of one workload that have one root cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.fixes.context.fix_context import Siblings


def siblings_of(diagnoses: Sequence[Diagnosis]) -> list[Siblings]:
    """For each diagnosis those of its workload with its root cause, itself among them: one a pod, by the pods' names.

    Pods of an older revision are a group of their own, for a newer one replaces them.
    """
    groups: defaultdict[tuple[object, ...], dict[str, Diagnosis]] = defaultdict(dict)
    for one in diagnoses:
        groups[_group(one)].setdefault(one.failure.pod, one)
    in_order = {group: Siblings(tuple(pods[name] for name in sorted(pods))) for group, pods in groups.items()}
    return [in_order[_group(one)] for one in diagnoses]


def _group(one: Diagnosis) -> tuple[object, ...]:
    workload = (one.cluster, one.failure.namespace, one.workload.kind, one.workload.name)
    return (*workload, one.cause, one.key, one.newer_revision is None)

"""A pod of an older revision is not repaired: it is waited for, or deleted where its controller waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster
from situations import WEB, deployment, fails, held, owned_by, revision, shown, template

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.siblings import siblings_of
from kubectl_imagepull.fixes.superseded import superseded_fixes
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

RIGHT = "registry.example.com/shop/web:v10"


def stateful_set(*pods: str, marked: str = "web-old", **spec: Any) -> Snapshot:
    """Pods of a StatefulSet that has a newer template since."""
    failing = [
        fails(name=name, owner=owned_by("StatefulSet", "web"), labels={"controller-revision-hash": marked})
        for name in pods
    ]
    status = {"observedGeneration": 2, "updateRevision": "web-new", "updatedReplicas": 1, "readyReplicas": 1}
    sets = held(
        "StatefulSet",
        "web",
        metadata={"generation": 2},
        spec={"replicas": 3, **template(RIGHT), **spec},
        status=status,
    )
    return cluster(failing, StatefulSet=[sets])


def superseded(snapshot: Snapshot) -> Fix:
    diagnoses = diagnose_all(snapshot, lambda *_: True)
    (fix,) = superseded_fixes(FixContext(diagnoses[0], siblings=siblings_of(diagnoses)[0]))
    return fix


def test_a_pod_that_is_being_replaced_is_waited_for() -> None:
    newer = revision(10, "web-7c", RIGHT, ready=1)
    newer["status"]["replicas"] = 2
    ((text, commands),) = shown(deployment(fails(), ReplicaSet=[newer]))
    assert text == (
        "deployment/web is rolling out revision 10 with image registry.example.com/shop/web:v10, 2 updated and 1 "
        "ready: this pod is from an older revision and will be removed."
    )
    assert commands == ["kubectl rollout status deployment/web -n shop --timeout=2m"]


@pytest.mark.parametrize(
    ("pods", "text", "brief"),
    [
        (
            ("web-1",),
            "The template of statefulset/web is newer than this pod, and its controller is waiting for it: delete it.",
            "Delete pod web-1: it is from an old revision",
        ),
        (
            ("web-1", "web-2"),
            (
                "The template of statefulset/web is newer than these 2 pods, and its controller is waiting for them: "
                "delete them."
            ),
            "Delete the pods: they are from an old revision",
        ),
    ],
)
def test_pods_that_their_controller_waits_for_are_deleted(pods: tuple[str, ...], text: str, brief: str) -> None:
    fix = superseded(stateful_set(*pods))
    assert (fix.text, fix.brief) == (text, brief)
    assert [str(step) for step in fix.commands] == [f"kubectl delete pod {' '.join(pods)} -n shop"]
    assert (fix.who, fix.basis) == (Who.YOU, Basis.EVIDENCE)


def test_a_set_that_waits_for_no_pod_replaces_it() -> None:
    fix = superseded(stateful_set("web-1", podManagementPolicy="Parallel"))
    assert fix.who is Who.NOBODY
    assert fix.effects == frozenset()


def test_a_pod_of_the_newest_revision_is_repaired() -> None:
    context = FixContext(diagnose_all(stateful_set("web-1", marked="web-new"), lambda *_: True)[0])
    assert superseded_fixes(context) == []


def test_pods_of_the_newest_revision_are_no_siblings_of_older_ones() -> None:
    old, new = stateful_set("web-2"), stateful_set("web-1", marked="web-new")
    both = cluster([*old.pods, *new.pods], StatefulSet=old.objects["StatefulSet"])
    diagnoses = diagnose_all(both, lambda *_: True)
    assert [one.failure.image for one in diagnoses] == [WEB, WEB]
    assert [[each.failure.pod for each in group.diagnoses] for group in siblings_of(diagnoses)] == [
        ["web-2"],
        ["web-1"],
    ]

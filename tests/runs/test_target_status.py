"""What is said of a target: whether it is there, and why it has no pods."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from clusters import at, cluster, pod

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.target import Target, parse_target
from kubectl_imagepull.runs.target_status import (
    TargetState,
    TargetStatus,
    absent,
    best_of_clusters,
    read_as,
    target_statuses,
)

WEB = Target("deployment", "web")


def workload(name: str = "web", namespace: str = "shop", status: Any = None, **spec: Any) -> JsonObject:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec, "status": status or {}}


def owned(kind: str, name: str) -> JsonObject:
    return {"ownerReferences": [{"kind": kind, "name": name, "controller": True}]}


def refusal(kind: str, name: str, message: str, last: str) -> JsonObject:
    return {
        "metadata": {"name": f"{name}.{last}", "namespace": "shop"},
        "involvedObject": {"kind": kind, "namespace": "shop", "name": name},
        "reason": "FailedCreate",
        "message": message,
        "lastTimestamp": last,
    }


def condition(kind: str, message: str = "", status: str = "True") -> JsonObject:
    return {"conditions": [{"type": kind, "status": status, "message": message}]}


QUOTA = 'pods "web-1" is forbidden: exceeded quota: pods'


@pytest.mark.parametrize(
    ("kind", "item", "why"),
    [
        ("Deployment", workload(replicas=0), "0 replicas are wanted"),
        ("Deployment", workload(replicas=0, status=condition("ReplicaFailure", QUOTA)), "0 replicas are wanted"),
        (
            "Deployment",
            workload(replicas=2, status=condition("ReplicaFailure", QUOTA)),
            f"they can't be created: {QUOTA}",
        ),
        (
            "Deployment",
            workload(replicas=2, status=condition("ReplicaFailure", QUOTA, "False")),
            "2 replicas are wanted, but none was created yet",
        ),
        ("ReplicaSet", workload(), "1 replica is wanted, but none was created yet"),
        ("ReplicationController", workload(replicas=0), "0 replicas are wanted"),
        ("StatefulSet", workload(replicas=3), "they can't be created: newest"),
        ("DaemonSet", workload(status={"desiredNumberScheduled": 0}), "no node should run it"),
        ("DaemonSet", workload(status={"desiredNumberScheduled": 2}), "none was created yet"),
        ("Job", workload(suspend=True), "it is suspended"),
        ("Job", workload(status=condition("Complete")), "it is complete"),
        ("Job", workload(status=condition("Failed")), "it has failed"),
        ("CronJob", workload(suspend=True), "it is suspended"),
        ("CronJob", workload(), "it has not run yet"),
        ("CronJob", workload(status={"lastScheduleTime": at(0)}), "none of its jobs has any pods now"),
        ("Deployment", workload(replicas="two", status=[]), "none was created yet"),
    ],
)
def test_a_workload_without_pods_says_why(kind: str, item: JsonObject, why: str) -> None:
    events = [
        refusal("StatefulSet", "web", "newest", at(50)),
        refusal("StatefulSet", "web", "older", at(40)),
        refusal("StatefulSet", "other", "another's", at(55)),
    ]
    target = Target(kind.lower(), "web")
    (found,) = target_statuses(cluster([pod()], events, **{kind: [item]}), (), [target])
    assert found == TargetStatus(target, TargetState.WITHOUT_PODS, (f"shop/{target} exists and has no pods: {why}",))


def test_pods_that_were_not_selected_are_not_denied() -> None:
    snapshot = cluster([], Deployment=[workload(status={"replicas": 3})])
    (found,) = target_statuses(snapshot, (), [WEB])
    assert found.texts == ("shop/deployment/web exists, but none of its pods was found; its status counts 3",)


def test_where_only_a_namespace_was_read_it_is_not_said_again() -> None:
    found = cluster([], Deployment=[workload(replicas=0)])
    snapshot = replace(found, source=replace(found.source, namespace="shop"))
    (found_in_it,) = target_statuses(snapshot, (), [WEB])
    assert found_in_it.texts == ("deployment/web exists and has no pods: 0 replicas are wanted",)


def test_a_workload_in_several_namespaces_has_a_line_for_each() -> None:
    snapshot = cluster([], Deployment=[workload(replicas=0), workload(namespace="dev", replicas=0)])
    (found,) = target_statuses(snapshot, (), [WEB])
    assert [text.partition(" ")[0] for text in found.texts] == ["shop/deployment/web", "dev/deployment/web"]
    (one,) = target_statuses(snapshot, (), [replace(WEB, namespace="dev")])
    assert [text.partition(" ")[0] for text in one.texts] == ["dev/deployment/web"]


def test_a_pod_that_is_well_and_one_that_is_not_there() -> None:
    targets = [parse_target("web-1"), parse_target("web-2")]
    assert target_statuses(cluster([pod()]), (), targets) == (
        TargetStatus(targets[0], TargetState.HEALTHY),
        TargetStatus(targets[1], TargetState.MISSING, ("; did you mean pod/web-1?",)),
    )
    assert absent(cluster([pod()]), targets) == (
        TargetStatus(targets[1], TargetState.MISSING, ("; did you mean pod/web-1?",)),
    )


def deployed(name: str = "web", namespace: str = "shop") -> Snapshot:
    return cluster([pod(f"{name}-1", namespace=namespace, metadata=owned("StatefulSet", name))])


def test_a_name_that_no_pod_has_is_the_workload_s_that_has_it() -> None:
    held = cluster([pod()], Deployment=[workload(replicas=0)])
    assert read_as(held, [parse_target("web")]) == (WEB,)
    assert read_as(held, [parse_target("web-1"), WEB]) == (Target("pod", "web-1"), WEB)
    assert read_as(deployed(), [parse_target("web")]) == (Target("statefulset", "web"),)


def test_a_name_that_two_types_have_is_asked_back() -> None:
    pods = [pod(metadata=owned("StatefulSet", "web"))]
    snapshot = cluster(pods, Deployment=[workload()])
    assert read_as(snapshot, [parse_target("web")]) == (Target("pod", "web"),)
    (found,) = absent(snapshot, [parse_target("web")])
    assert found.texts == ("; did you mean deployment/web or statefulset/web?",)


def test_a_pod_by_its_type_stays_a_pod() -> None:
    snapshot = cluster([], Deployment=[workload()])
    assert read_as(snapshot, [parse_target("pod/web")]) == (Target("pod", "web"),)
    (found,) = absent(snapshot, [parse_target("shop/pod/web")])
    assert found.texts == ("; did you mean shop/deployment/web?",)


def test_a_workload_that_may_not_be_looked_up_is_not_denied() -> None:
    why = "not allowed to get deployments in namespace shop (verb get, resource deployments.apps)"
    found = cluster([pod()])
    snapshot = replace(
        found, source=replace(found.source, namespace="shop"), unread={("Deployment", "shop", "web"): why}
    )
    (standing,) = absent(snapshot, [WEB])
    assert standing.texts == (f"; could not check whether it exists without pods: {why}",)


def test_of_several_clusters_the_one_that_says_most_counts() -> None:
    healthy, gone = TargetStatus(WEB, TargetState.HEALTHY), TargetStatus(WEB, TargetState.MISSING, ("; hint",))
    empty = TargetStatus(WEB, TargetState.WITHOUT_PODS, ("web exists",))
    assert best_of_clusters([("eu", [gone]), ("us", [healthy])]) == (healthy,)
    assert best_of_clusters([("eu", [gone]), ("us", [gone])]) == (gone,)
    assert best_of_clusters([("eu", [empty]), ("us", [gone])]) == (replace(empty, texts=("context eu: web exists",)),)
    assert best_of_clusters([("eu", [empty]), ("us", [empty])]) == (
        replace(empty, texts=("context eu: web exists", "context us: web exists")),
    )
    assert best_of_clusters([("eu", []), ("us", [])]) == ()


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("deploy/fronted", "deployment/frontend"),
        ("sts/frontend", "deployment/frontend"),
        ("frontent", "deployment/frontend"),
        ("shop/deploy/fronted", "shop/deployment/frontend"),
        ("pod/web-11", "pod/web-1"),
        ("deploy/payments", ""),
        ("dev/deploy/fronted", ""),
    ],
)
def test_the_nearest_name_is_offered(named: str, meant: str) -> None:
    one = pod(name="frontend-5d4f-x", uid="u9")
    one["metadata"].update(owned("ReplicaSet", "frontend-5d4f"))
    replica_set = {"metadata": {"name": "frontend-5d4f", "namespace": "shop", **owned("Deployment", "frontend")}}
    snapshot = cluster([one, pod()], ReplicaSet=[replica_set])
    (status,) = target_statuses(snapshot, (), [parse_target(named)])
    assert status.state is TargetState.MISSING
    assert status.texts == (f"; did you mean {meant}?" if meant else "",)

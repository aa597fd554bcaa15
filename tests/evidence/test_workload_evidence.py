"""Workloads: the image that ran before, and who writes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from clusters import IMAGE, at, cluster, pod, waiting

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.neighbours import Neighbours
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.evidence.workload import History, image_difference, look_at_workload
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source
from kubectl_imagepull.vocabulary.causes import What

REPOSITORY = "registry.example.com/team/app"
OLD = f"{REPOSITORY}:1.2.2"
OLDER = f"{REPOSITORY}:1.2.1"
DIGEST = "sha256:" + "ab" * 32
BACK_OFF = waiting("ImagePullBackOff", "Back-off", imageID="")


def owned_by(kind: str, name: str) -> JsonObject:
    return {"ownerReferences": [{"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": True}]}


def replicas(name: str, revision: str, image: str, ready: Any = 0, **spec: Any) -> JsonObject:
    """A ReplicaSet of deployment web."""
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "annotations": {"deployment.kubernetes.io/revision": revision},
            **owned_by("Deployment", "web"),
        },
        "spec": {"template": {"spec": {"containers": [{"name": "app", "image": image}], **spec}}},
        "status": {"readyReplicas": ready},
    }


def failing(owner: str = "web-3", status: JsonObject | None = None, **more: Any) -> JsonObject:
    """A pod of a ReplicaSet that can't get its image."""
    return pod("web-3-x", {"app": status or BACK_OFF}, metadata=owned_by("ReplicaSet", owner), **more)


def running(name: str, image: str, metadata: JsonObject) -> JsonObject:
    """A pod that runs."""
    status = {"state": {"running": {"startedAt": at(1)}}, "imageID": f"{REPOSITORY}@{DIGEST}"}
    return pod(name, {"app": status}, image=image, metadata=metadata, phase="Running")


def look(snapshot: Snapshot, failure: PullFailure | None = None) -> tuple[Evidence, ...]:
    failure = failure or find_failures(snapshot)[0]
    owners = Owners(snapshot)
    index = Neighbours(snapshot, ())
    return look_at_workload(
        failure, owners.chain_of(failure.pod_object), History(snapshot, owners, index.runs, index.known)
    )


def deployment(*sets: JsonObject, pods: tuple[JsonObject, ...] = (), **more: Any) -> Snapshot:
    return cluster([failing(), *pods], ReplicaSet=[*sets, replicas("web-3", "3", IMAGE)], Deployment=[], **more)


def texts(snapshot: Snapshot) -> list[str]:
    return [item.text for item in look(snapshot) if item.check == "PreviousImage"]


# -- revisions -----------------------------------------------------------------------------------------------------


def test_the_revision_before_whose_pods_still_run() -> None:
    pods = tuple(running(f"web-2-{i}", OLD, owned_by("ReplicaSet", "web-2")) for i in range(2))
    found = look(deployment(replicas("web-1", "1", OLDER, 0), replicas("web-2", "2", OLD, 2), pods=pods))
    assert found == (
        Evidence(
            Check.PREVIOUS_IMAGE,
            Result.INFO,
            f"revision 2 of deployment/web ran {OLD}, and 2 pods of it still run: the tag changed from 1.2.2 to 1.2.3",
            "2",
            (OLD,),
        ),
    )


def test_one_pod_still_runs() -> None:
    one = running("web-2-1", OLD, owned_by("ReplicaSet", "web-2"))
    assert texts(deployment(replicas("web-2", "2", OLD), pods=(one,))) == [
        f"revision 2 of deployment/web ran {OLD}, and 1 pod of it still runs: the tag changed from 1.2.2 to 1.2.3"
    ]


def test_a_revision_that_may_have_failed_itself_is_passed_over() -> None:
    broken, good = replicas("web-2", "2", f"{REPOSITORY}:1.2.3-rc"), replicas("web-1", "1", OLDER, 1)
    assert texts(deployment(broken, good)) == [
        f"revision 1 of deployment/web ran {OLDER}: the tag changed from 1.2.1 to 1.2.3"
    ]
    assert texts(deployment(broken)) == []


def test_a_revision_of_another_deployment_of_that_name_is_none() -> None:
    old = replicas("web-2", "2", OLD, 1)
    old["metadata"]["ownerReferences"][0]["uid"] = "BEFORE"
    snapshot = cluster([failing()], ReplicaSet=[old, replicas("web-3", "3", IMAGE)], Deployment=[named_web("NOW")])
    assert texts(snapshot) == []
    same = cluster([failing()], ReplicaSet=[old, replicas("web-3", "3", IMAGE)], Deployment=[named_web("BEFORE")])
    assert len(texts(same)) == 1


def named_web(uid: str) -> JsonObject:
    return {"metadata": {"name": "web", "namespace": "shop", "uid": uid}, "spec": {}}


def test_a_login_in_an_earlier_image_is_not_said() -> None:
    old = replicas("web-2", "2", OLD.replace("registry", "bob:s3cret@registry"), 1)
    assert "s3cret" not in str(look(deployment(old)))


def test_an_image_that_a_node_still_has_was_pulled() -> None:
    node = {"metadata": {"name": "node-b"}, "status": {"images": [{"names": [OLD]}]}}
    assert texts(deployment(replicas("web-2", "2", OLD), Node=[node])) == [
        f"revision 2 of deployment/web had {OLD}, which node node-b has in its image list: "
        "the tag changed from 1.2.2 to 1.2.3"
    ]


def test_revisions_are_numbers() -> None:
    sets = (replicas("web-a", "10", OLD, 1), replicas("web-b", "9", OLDER, 1), replicas("web-3", "11", IMAGE))
    assert look(cluster([failing()], ReplicaSet=[*sets], Deployment=[]))[0].about == "10"
    assert texts(deployment(replicas("web-a", "9" * 5000, OLD, 1), replicas("web-b", "x", OLDER, 1))) != []


def test_a_newer_revision_is_none_before() -> None:
    newer, older = replicas("web-4", "4", OLD, 1), replicas("web-1", "1", OLDER, 1)
    assert texts(deployment(newer)) == []
    assert texts(deployment(newer, older)) == [
        f"revision 1 of deployment/web ran {OLDER}: the tag changed from 1.2.1 to 1.2.3"
    ]


def test_the_same_image_ran_before() -> None:
    one = running("web-2-1", IMAGE, owned_by("ReplicaSet", "web-2"))
    snapshot = deployment(replicas("web-2", "2", IMAGE, imagePullSecrets=[{"name": "regcred"}]), pods=(one,))
    assert texts(snapshot) == [
        "revision 2 of deployment/web ran this same image, and 1 pod of it still runs: it had pull secret regcred, "
        "which this pod doesn't have"
    ]
    assert texts(deployment(replicas("web-2", "2", IMAGE, 1))) == [
        "revision 2 of deployment/web ran this same image: the failure isn't caused by the image's name"
    ]


def test_a_container_that_is_new_ran_nothing_before() -> None:
    other = replicas("web-2", "2", OLD, 1)
    other["spec"]["template"]["spec"]["containers"][0]["name"] = "other"
    assert texts(deployment(other)) == []


def test_an_image_volume_is_found_by_its_name() -> None:
    volume = {"name": "model", "image": {"reference": f"{REPOSITORY}/model:v8"}}
    before = {"name": "model", "image": {"reference": f"{REPOSITORY}/model:v7"}}
    one = failing(spec={"volumes": [volume]})
    snapshot = cluster(
        [one], ReplicaSet=[replicas("web-2", "2", OLD, 1, volumes=[before]), replicas("web-3", "3", IMAGE)]
    )
    failure = replace(find_failures(snapshot)[0], what=What.IMAGE_VOLUME, image=f"{REPOSITORY}/model:v8")
    assert look(snapshot, failure)[0].text == (
        f"revision 2 of deployment/web ran {REPOSITORY}/model:v7: the tag changed from v7 to v8"
    )


@pytest.mark.parametrize(("kind", "mark"), [("StatefulSet", "web-6b5c"), ("DaemonSet", "6b5c")])
def test_revisions_of_stateful_sets_and_daemon_sets(kind: str, mark: str) -> None:
    def revision(name: str, number: int, image: str) -> JsonObject:
        spec = {"containers": [{"name": "app", "image": image}]}
        labels = {"controller-revision-hash": name.removeprefix("web-")} if kind == "DaemonSet" else {}
        return {
            "metadata": {"name": name, "namespace": "shop", "labels": labels, **owned_by(kind, "web")},
            "revision": number,
            "data": {"spec": {"template": {"spec": spec}}},
        }

    today = mark.replace("6b5c", "7d8e")
    one = pod(
        "web-1", {"app": BACK_OFF}, metadata={**owned_by(kind, "web"), "labels": {"controller-revision-hash": today}}
    )
    other = running("web-0", OLD, {**owned_by(kind, "web"), "labels": {"controller-revision-hash": mark}})
    revisions = [revision("web-6b5c", 4, OLD), revision("web-7d8e", 5, IMAGE)]
    assert texts(cluster([one, other], ControllerRevision=revisions)) == [
        f"revision 4 of {kind.lower()}/web ran {OLD}, and 1 pod of it still runs: the tag changed from 1.2.2 to 1.2.3"
    ]


# -- the container's own last run ----------------------------------------------------------------------------------


def test_the_container_ran_in_this_pod_before() -> None:
    status = {
        **BACK_OFF,
        "imageID": f"docker-pullable://{REPOSITORY}@{DIGEST}",
        "lastState": {"terminated": {"startedAt": at(1), "finishedAt": at(50)}},
    }
    snapshot = cluster([failing(status=status)], ReplicaSet=[replicas("web-3", "3", IMAGE)])
    assert look(snapshot)[0] == Evidence(
        Check.PREVIOUS_IMAGE,
        Result.INFO,
        f"this container ran in this pod until 11:50 UTC, with {REPOSITORY}@sha256:abababababab: "
        "the image could be pulled before",
        "",
        (f"{REPOSITORY}@{DIGEST}",),
    )


# -- what could not be looked at -----------------------------------------------------------------------------------


def test_revisions_that_could_not_be_looked_at() -> None:
    snapshot = cluster([failing()])
    labelled = failing(owner="web-6b")
    labelled["metadata"]["labels"] = {"pod-template-hash": "6b"}
    assert [item.check for item in look(snapshot)] == ["ManagedBy"], "a ReplicaSet of its own has no revisions"
    assert look(cluster([labelled])) == (
        Evidence(
            Check.PREVIOUS_IMAGE,
            Result.SKIPPED,
            "earlier revisions of deployment/web could not be read: the recording was read without ReplicaSets",
            "deployment/web",
        ),
        Evidence(
            Check.MANAGED_BY,
            Result.SKIPPED,
            "could not check what manages deployment/web: the recording was read without Deployments",
            "deployment/web",
        ),
    )


def test_a_cluster_without_the_deployment_was_not_asked_for_its_revisions() -> None:
    whole = cluster([failing()], ReplicaSet=[replicas("web-3", "3", IMAGE)], Deployment=[])
    unread = {("Deployment", "shop", "web"): "not allowed to get deployments"}
    assert look(replace(whole, source=Source("cluster", "prod"), unread=unread))[0].text == (
        "earlier revisions of deployment/web could not be read: not allowed to get deployments"
    )


def test_kinds_that_keep_no_revisions_have_none() -> None:
    assert look(cluster([pod(statuses={"app": BACK_OFF})])) == ()


# -- who writes it -------------------------------------------------------------------------------------------------


def test_who_writes_it() -> None:
    marks = {"meta.helm.sh/release-name": "web"}
    held = {"metadata": {"name": "web", "namespace": "shop", "annotations": marks}}
    snapshot = cluster([failing()], ReplicaSet=[replicas("web-3", "3", IMAGE)], Deployment=[held])
    assert look(snapshot) == (
        Evidence(
            Check.MANAGED_BY,
            Result.INFO,
            "deployment/web belongs to Helm release web (annotation meta.helm.sh/release-name)",
            "Helm release web",
            ("Helm release web",),
        ),
    )


def test_a_sandbox_has_no_workload() -> None:
    snapshot = cluster([failing()])
    assert look(snapshot, replace(find_failures(snapshot)[0], what=What.SANDBOX)) == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a/app:1", "a/app:2", "the tag changed from 1 to 2"),
        ("a.example.com/app:1", "b.example.com/app:1", "the registry changed from a.example.com to b.example.com"),
        ("a/app:1", "a/application:1", "today's is docker.io/a/application:1"),
        (f"a/app@{DIGEST}", "a/app:2", "today's is docker.io/a/app:2"),
        ("a/app:1", f"a/app@{DIGEST}", "today's is docker.io/a/app@sha256:abababababab"),
        ("a/app:1", "A/App:{{ tag }}", "today's is A/App:{{ tag }}"),
    ],
)
def test_differences(before: str, after: str, words: str) -> None:
    assert image_difference(before, after) == words


def test_wrong_types_do_no_harm() -> None:
    odd = [
        {"metadata": {"name": "x", "ownerReferences": "y"}, "spec": 3},
        {"metadata": {**owned_by("Deployment", "web"), "namespace": "shop"}, "spec": {"template": []}, "status": "x"},
        replicas("web-2", "2", OLD, "many", imagePullSecrets={"name": "x"}),
    ]
    revisions = [{"metadata": owned_by("DaemonSet", "web"), "data": [], "revision": "4"}]
    snapshot = cluster([failing()], ReplicaSet=[*odd, replicas("web-3", "3", IMAGE)], ControllerRevision=revisions)
    assert [item.check for item in look(snapshot)] == []

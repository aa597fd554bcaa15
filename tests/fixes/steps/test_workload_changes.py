"""How each kind of workload gets a change, which of its pods are made again, and how it is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster
from situations import WEB, deployment, fails, held, node, owned_by, runs, template

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.siblings import siblings_of
from kubectl_imagepull.fixes.steps.pull_secrets import name_in_template
from kubectl_imagepull.fixes.steps.verification import verification
from kubectl_imagepull.fixes.steps.workload_changes import (
    Change,
    back_to_revision,
    change_spec,
    deletion_notes,
    restart,
    restart_notes,
    retry,
    set_image,
    undo_restart,
)
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.command import Effect, Step

RIGHT = "registry.example.com/shop/web:v1"
BY_DAEMON_SET = owned_by("DaemonSet", "web")
BY_STATEFUL_SET = owned_by("StatefulSet", "web")
BY_REPLICA_SET = owned_by("ReplicaSet", "web")
BY_CONTROLLER = owned_by("ReplicationController", "web", "v1")
ON_DELETE = {"updateStrategy": {"type": "OnDelete"}}
PARALLEL = {"podManagementPolicy": "Parallel"}


def context_of(snapshot: Snapshot) -> FixContext:
    """The first failure, with all that fails for the same reason."""
    diagnoses = diagnose_all(snapshot, lambda *_: True)
    return FixContext(diagnoses[0], siblings=siblings_of(diagnoses)[0])


def failing_pods(owner: JsonObject, *names: str, **more: Any) -> list[JsonObject]:
    return [fails(name=name, owner=owner, **more) for name in names or ("web-0", "web-1")]


def owned(kind: str, *pods: JsonObject, spec: JsonObject | None = None, **lists: list[JsonObject]) -> FixContext:
    """Pods of workload web of a kind, with the workload."""
    snapshot = cluster(list(pods), **{kind: [held(kind, "web", spec={**template(WEB), **(spec or {})})]}, **lists)
    return context_of(snapshot)


def lines(steps: tuple[Step, ...]) -> list[str]:
    return [str(step) for step in steps]


def told(change: Change) -> tuple[list[str], tuple[str, ...], list[str]]:
    return lines(change.steps), change.notes, lines(change.undo)


# -- which pods are made again ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("owner", "kind"), [(BY_REPLICA_SET, "ReplicaSet"), (BY_CONTROLLER, "ReplicationController")])
def test_pods_that_are_never_changed_are_all_deleted(owner: JsonObject, kind: str) -> None:
    target = f"{kind.lower()}/web"
    assert told(set_image(owned(kind, *failing_pods(owner)), RIGHT)) == (
        [
            f"kubectl set image {target} app={RIGHT} -n shop",
            "kubectl delete pod web-0 web-1 -n shop",
        ],
        (f"The pods are deleted because a {kind} doesn't change its existing pods.",),
        [f"kubectl set image {target} app={WEB} -n shop"],
    )


def test_a_pod_that_fails_alone_is_deleted_alone() -> None:
    steps, notes, _ = told(set_image(owned("ReplicaSet", *failing_pods(BY_REPLICA_SET, "web-x")), RIGHT))
    assert steps[1:] == ["kubectl delete pod web-x -n shop"]
    assert notes == ("The pod is deleted because a ReplicaSet doesn't change its existing pods.",)


def test_pods_that_fail_for_another_reason_or_elsewhere_are_left() -> None:
    other = fails("registry.example.com/shop/web:v8", name="web-2", owner=BY_REPLICA_SET)
    elsewhere = fails(name="web-3", owner=BY_REPLICA_SET, namespace="stage")
    stranger = fails(name="api-1", owner=owned_by("ReplicaSet", "api"))
    context = owned("ReplicaSet", *failing_pods(BY_REPLICA_SET), other, elsewhere, stranger, runs(WEB, name="web-4"))
    assert lines(retry(context)) == ["kubectl delete pod web-0 web-1 -n shop"]


def test_a_pod_with_two_containers_is_named_once() -> None:
    pod = fails(name="web-0", owner=BY_REPLICA_SET)
    pod["spec"]["containers"].append({"name": "sidecar", "image": WEB})
    pod["status"]["containerStatuses"].append({**pod["status"]["containerStatuses"][0], "name": "sidecar"})
    assert lines(retry(owned("ReplicaSet", pod))) == ["kubectl delete pod web-0 -n shop"]


def test_a_daemon_set_gives_changes_to_new_pods_or_to_all() -> None:
    pods = failing_pods(BY_DAEMON_SET, "web-a", "web-b")
    undo = ["kubectl rollout undo daemonset/web -n shop"]
    assert told(set_image(owned("DaemonSet", *pods, spec=ON_DELETE), RIGHT)) == (
        [
            f"kubectl set image daemonset/web app={RIGHT} -n shop",
            "kubectl delete pod web-a web-b -n shop",
        ],
        ("The pods are deleted because the DaemonSet (OnDelete) applies a change only to new pods.",),
        undo,
    )
    rolling = told(set_image(owned("DaemonSet", *pods), RIGHT))
    assert rolling == ([f"kubectl set image daemonset/web app={RIGHT} -n shop"], (), undo)


def test_a_stateful_set_that_waits_for_each_pod_gets_them_deleted() -> None:
    steps, notes, undo = told(set_image(owned("StatefulSet", *failing_pods(BY_STATEFUL_SET)), RIGHT))
    assert steps[1:] == ["kubectl delete pod web-0 web-1 -n shop"]
    assert notes == (
        "The pods are deleted because a StatefulSet (OrderedReady) waits for them forever instead of replacing them "
        "(kubernetes/kubernetes#67250).",
    )
    assert undo == ["kubectl rollout undo statefulset/web -n shop"]
    assert lines(set_image(owned("StatefulSet", *failing_pods(BY_STATEFUL_SET), spec=PARALLEL), RIGHT).steps)[1:] == []


def test_of_a_stateful_set_that_is_not_read_it_is_not_known() -> None:
    _, notes, _ = told(set_image(context_of(cluster(failing_pods(BY_STATEFUL_SET, "web-0"))), RIGHT))
    assert notes == ("The pod is deleted because a StatefulSet may wait for it forever instead of replacing it.",)


@pytest.mark.parametrize(
    ("names", "place", "whose"), [(("web-1",), 1, "this pod"), (("web-1", "web-2", "web-7"), 1, "these pods")]
)
def test_a_partition_is_lowered_to_the_lowest_failing_pod_and_raised_again(
    names: tuple[str, ...], place: int, whose: str
) -> None:
    rolling = {"updateStrategy": {"rollingUpdate": {"partition": 5}}}
    context = owned("StatefulSet", *failing_pods(BY_STATEFUL_SET, *names), spec=rolling)

    def partition(at: int) -> str:
        return (
            "kubectl patch statefulset/web -n shop -p "
            f"""'{{"spec":{{"updateStrategy":{{"rollingUpdate":{{"partition":{at}}}}}}}}}'"""
        )

    for change, first in (
        (set_image(context, RIGHT), f"kubectl set image statefulset/web app={RIGHT} -n shop"),
        (back_to_revision(context, "3"), "kubectl rollout undo statefulset/web --to-revision=3 -n shop"),
    ):
        assert change
        assert told(change) == (
            [first, partition(place), f"kubectl delete pod {' '.join(names)} -n shop"],
            (
                (
                    "Pods below the StatefulSet's partition (5) keep the old template, so the partition is lowered "
                    f"to {whose}."
                ),
            ),
            [partition(5), "kubectl rollout undo statefulset/web -n shop"],
        )


def test_what_hangs_of_a_cron_job_is_deleted_with_its_jobs() -> None:
    pods, jobs = [], []
    for number in (28, 29):
        job = held("Job", f"web-{number}", owner=owned_by("CronJob", "web", "batch/v1"), spec=template(WEB))
        jobs.append(job)
        pods.append(fails(name=f"web-{number}-x", owner=owned_by("Job", f"web-{number}", "batch/v1")))
    cron = held("CronJob", "web", spec={"jobTemplate": {"spec": template(WEB)}})
    context = context_of(cluster(pods, Job=jobs, CronJob=[cron]))
    assert told(set_image(context, RIGHT)) == (
        [f"kubectl set image cronjob/web app={RIGHT} -n shop", "kubectl delete job web-28 web-29 -n shop"],
        ("The 2 Jobs that hang are deleted: only Jobs created from now on get the change.",),
        [f"kubectl set image cronjob/web app={WEB} -n shop"],
    )
    assert lines(restart(context)) == ["kubectl delete job web-28 web-29 -n shop"]
    assert restart_notes(context) == (
        "The 2 Jobs that hang are deleted: only Jobs created from now on get the change.",
    )


# -- many pods, and nodes that are down -----------------------------------------------------------------------------


def many(owner: JsonObject, number: int = 25) -> list[JsonObject]:
    return failing_pods(owner, *(f"web-{place:02}" for place in reversed(range(number))))


@pytest.mark.parametrize(
    ("kind", "owner", "spec"),
    [("DaemonSet", BY_DAEMON_SET, {}), ("StatefulSet", BY_STATEFUL_SET, PARALLEL)],
)
def test_more_pods_than_one_command_names_are_restarted(kind: str, owner: JsonObject, spec: JsonObject) -> None:
    context = owned(kind, *many(owner), spec=spec)
    (step,) = retry(context)
    assert str(step) == f"kubectl rollout restart {kind.lower()}/web -n shop"
    fix = Change((step,)).as_fix("")
    assert fix.effects == {Effect.RESTARTS_WORKLOAD}
    assert deletion_notes(context, fix) == ()
    assert lines(retry(owned(kind, *many(owner, 20), spec=spec)))[0].startswith("kubectl delete pod web-00 web-01 ")


def test_the_pods_of_a_deployment_are_many_or_few() -> None:
    few, more = (deployment(*(fails(name=f"web-6b-{n:02}") for n in range(number))) for number in (2, 21))
    assert lines(retry(context_of(few))) == ["kubectl delete pod web-6b-00 web-6b-01 -n shop"]
    assert lines(retry(context_of(more))) == ["kubectl rollout restart deployment/web -n shop"]


@pytest.mark.parametrize(
    ("kind", "owner", "spec"),
    [
        ("ReplicaSet", BY_REPLICA_SET, {}),
        ("DaemonSet", BY_DAEMON_SET, ON_DELETE),
        ("StatefulSet", BY_STATEFUL_SET, {}),
    ],
)
def test_where_no_restart_helps_twenty_are_named_and_the_rest_counted(
    kind: str, owner: JsonObject, spec: JsonObject
) -> None:
    context = owned(kind, *many(owner), spec=spec)
    (step,) = retry(context)
    # its own pod is one of them, wherever it stands
    names = ["web-24", *(f"web-{place:02}" for place in range(19))]
    assert str(step) == f"kubectl delete pod {' '.join(names)} -n shop"
    notes = deletion_notes(context, Change((step,)).as_fix(""))
    assert notes == ("The command names 20 of 25 failing pods: run the diagnosis again for the others.",)


def test_a_pod_on_a_node_that_is_down_is_not_waited_for() -> None:
    pods = [*failing_pods(BY_REPLICA_SET, "web-0"), *failing_pods(BY_REPLICA_SET, "web-1", node="node-b")]
    down = node("node-b")
    down["status"]["conditions"] = [{"type": "Ready", "status": "Unknown"}]
    context = owned("ReplicaSet", *pods, Node=[node("node-a"), down])
    (step,) = retry(context)
    assert str(step) == "kubectl delete pod web-0 web-1 -n shop --wait=false"
    assert deletion_notes(context, Change((step,)).as_fix("")) == (
        "Node node-b is NotReady: the pod is gone only when the node is back or deleted. Add --force only if the node is "
        "down for good.",
    )


def test_a_name_that_no_pod_can_have_keeps_the_others_from_nothing() -> None:
    context = owned("ReplicaSet", *failing_pods(BY_REPLICA_SET, "web-0", "web-1; rm -rf ~"))
    assert lines(retry(context)) == ["kubectl delete pod web-0 -n shop"]


def test_a_restart_is_taken_back_where_it_is_written_down() -> None:
    context = context_of(deployment(fails()))
    assert lines(restart(context)) == ["kubectl rollout restart deployment/web -n shop"]
    assert lines(undo_restart(context)) == ["kubectl rollout undo deployment/web -n shop"]
    assert undo_restart(owned("StatefulSet", *failing_pods(BY_STATEFUL_SET))) == ()
    assert undo_restart(owned("DaemonSet", *failing_pods(BY_DAEMON_SET), spec=ON_DELETE)) == ()


def test_what_a_restart_deletes_is_said_before() -> None:
    assert restart_notes(context_of(deployment(fails()))) == ()
    assert restart_notes(context_of(cluster([fails()]))) == ("The pod is deleted and made again.",)
    assert restart_notes(owned("Job", *failing_pods(owned_by("Job", "web", "batch/v1"), "web-x"))) == (
        "The Job is deleted and recreated: its pods can't be changed.",
    )


ROLLOUT = "kubectl rollout status {}/web -n shop --timeout=2m"


@pytest.mark.parametrize(
    ("kind", "owner", "spec", "expected"),
    [
        ("DaemonSet", BY_DAEMON_SET, {}, ROLLOUT.format("daemonset")),
        ("DaemonSet", BY_DAEMON_SET, ON_DELETE, "kubectl get daemonset/web -n shop"),
        ("StatefulSet", BY_STATEFUL_SET, {}, ROLLOUT.format("statefulset")),
        ("StatefulSet", BY_STATEFUL_SET, PARALLEL, ROLLOUT.format("statefulset")),
        # kubectl follows no such rollout, and the pod keeps its name
        (
            "StatefulSet",
            BY_STATEFUL_SET,
            ON_DELETE,
            "kubectl wait --for=condition=Ready pod/web-0 -n shop --timeout=2m",
        ),
        ("ReplicaSet", BY_REPLICA_SET, {}, "kubectl get replicaset/web -n shop"),
        ("Job", owned_by("Job", "web", "batch/v1"), {}, "kubectl get pods -n shop -l job-name=web"),
    ],
)
def test_whether_it_worked_is_seen_in_what_makes_the_pods(
    kind: str, owner: JsonObject, spec: JsonObject, expected: str
) -> None:
    assert lines(verification(owned(kind, *failing_pods(owner), spec=spec))) == [expected]


# -- what is taken back ---------------------------------------------------------------------------------------------

DELETED = '{"imagePullSecrets":[{"$patch":"delete","name":"new"}]}'
LABELS = (
    '"metadata":{"labels":{"controller-uid":null,"job-name":null,"batch.kubernetes.io/controller-uid":null,'
    '"batch.kubernetes.io/job-name":null}}'
)
NAMED = '{"imagePullSecrets":[{"name":"of-account"},{"name":"new"}]}'


def named_secret(kind: str, owner: JsonObject | None = None, *, own: bool = False) -> Change:
    """Secret new is named in a workload whose pods got of-account from its template, or from their account."""
    secrets = {"imagePullSecrets": [{"name": "of-account"}]}
    pod = fails(name="web", owner=owner, spec=secrets)
    spec = template(WEB, **(secrets if own else {}))
    spec = {"jobTemplate": {"spec": spec}} if kind == "CronJob" else spec
    lists = {} if kind == "Pod" else {kind: [held(kind, "web", spec=spec)]}
    if kind == "CronJob":
        pod["metadata"]["ownerReferences"] = [owned_by("Job", "web-28", "batch/v1")]
        lists["Job"] = [held("Job", "web-28", owner=owner, spec=template(WEB))]
        pod["metadata"]["name"] = "web-28-x"
    elif owner:
        pod["metadata"]["name"] = "web-x"
    return name_in_template(context_of(cluster([pod], **lists)), "new")


def test_a_secret_is_taken_out_of_a_replica_set_as_it_was_before() -> None:
    patch = "kubectl patch replicaset/web -n shop -p "
    change = named_secret("ReplicaSet", BY_REPLICA_SET, own=True)
    assert lines(change.steps)[0] == f"""{patch}'{{"spec":{{"template":{{"spec":{NAMED}}}}}}}'"""
    assert lines(change.undo) == [f"""{patch}'{{"spec":{{"template":{{"spec":{DELETED}}}}}}}'"""]
    # its account gave it to the pod, and gives it again once the template names none
    both = '{"imagePullSecrets":[{"$patch":"delete","name":"of-account"},{"$patch":"delete","name":"new"}]}'
    change = named_secret("ReplicaSet", BY_REPLICA_SET)
    assert lines(change.undo) == [f"""{patch}'{{"spec":{{"template":{{"spec":{both}}}}}}}'"""]


def test_a_secret_is_taken_out_of_a_cron_job() -> None:
    change = named_secret("CronJob", owned_by("CronJob", "web", "batch/v1"), own=True)
    assert lines(change.undo) == [
        f"""kubectl patch cronjob/web -n shop -p '{{"spec":{{"jobTemplate":{{"spec":{{"template":{{"spec":{DELETED}}}}}}}}}}}'"""
    ]


def test_a_secret_is_taken_out_of_a_job_that_is_made_again() -> None:
    change = named_secret("Job", owned_by("Job", "web", "batch/v1"), own=True)
    again = f'{{"spec":{{"selector":null,"template":{{{LABELS},"spec":{DELETED}}}}}}}'
    assert lines(change.undo) == [
        f"kubectl get job/web -n shop -o json | kubectl patch --local -f - -p '{again}' -o json | "
        "kubectl replace --force -n shop -f -"
    ]


def test_a_secret_is_taken_out_of_a_pod_that_is_made_again() -> None:
    assert lines(named_secret("Pod").undo) == [
        f"""kubectl get pod/web -n shop -o json | kubectl patch --local -f - -p '{{"spec":{DELETED}}}' -o json | """
        "kubectl replace --force -n shop -f -"
    ]


def test_a_template_that_is_not_read_is_taken_for_what_the_pod_was_made_from() -> None:
    change = name_in_template(context_of(cluster([fails(owner=BY_CONTROLLER, name="web-x")])), "new")
    assert lines(change.undo) == [
        f"""kubectl patch replicationcontroller/web -n shop -p '{{"spec":{{"template":{{"spec":{DELETED}}}}}}}'"""
    ]


def test_a_pod_that_went_elsewhere_is_free_to_come_back() -> None:
    change = change_spec(context_of(cluster([fails(name="web")])), {"nodeSelector": {"kubernetes.io/arch": "arm64"}})
    assert lines(change.undo) == [
        """kubectl get pod/web -n shop -o json | kubectl patch --local -f - -p '{"spec":{"nodeSelector":null,"""
        """"nodeName":null}}' -o json | kubectl replace --force -n shop -f -"""
    ]


def test_an_image_that_no_command_may_hold_is_not_put_back() -> None:
    image = "registry.example.com/shop/web:{{ tag }}"
    pod = fails(image, name="web-x", owner=owned_by("Job", "web", "batch/v1"), reason="InvalidImageName")
    context = context_of(cluster([pod], Job=[held("Job", "web", spec=template(image))]))
    assert set_image(context, RIGHT).steps
    assert set_image(context, RIGHT).undo == ()

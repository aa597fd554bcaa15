"""Commands: right for every kind of owner, and safe whatever the names are."""

from __future__ import annotations

import itertools
import json
import re
import shlex

import pytest
from fixing import OWNER, POD, WEB, check_commands, commands, failing, fixes_for, found, says, short_fix
from hypothesis import given
from hypothesis import strategies as st
from placeholders import unknown_in

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.fixes import Fix
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.workload import Rollout, Workload

KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout")
IMAGES = ("registry.corp.example/shop/web:v9", "nginx", "you/app:latest", "{{ .x }}", f"a.io:5000/b@sha256:{'0' * 64}")
HOSTILE = ("$(rm -rf /)", "a;b", "-n", "x\ny", "`id`", "a'b\"c", "--all", "*", "|| true", "\u202egnp", "a b")
#: Words that begin a kubectl command on something that has no namespace, or that isn't in the cluster.
_NO_NAMESPACE = (
    *("kubectl cordon ", "kubectl get node", "kubectl debug node/", "kubectl patch --local "),
    "kubectl get pods --field-selector spec.nodeName=",
)
_EVIDENCE = tuple(map(found, ("OnlyThisNode", "KnownTags", "PreviousImage", "ServiceAccountSecretsChanged")))


def patch_of(command: str) -> object:
    words = shlex.split(command)
    return json.loads(words[words.index("-p") + 1])


def image_set_by(kind: str, **fields: object) -> tuple[str, ...]:
    name = POD if kind == "Pod" else "web"
    return fixes_for(failing(**fields), says(Cause.TAG_NOT_FOUND), Workload(kind, name))[0].commands


NEW = "registry.corp.example/shop/web:EXISTING_TAG"


def test_set_image_for_every_kind() -> None:
    set_image = f"kubectl set image {{}}/web app={NEW} -n shop"
    delete = f"kubectl delete pod {POD} -n shop"
    assert image_set_by("Deployment") == (set_image.format("deployment"),)
    assert image_set_by("DaemonSet") == (set_image.format("daemonset"),)
    assert image_set_by("StatefulSet") == (set_image.format("statefulset"), delete)
    assert image_set_by("ReplicaSet") == (set_image.format("replicaset"), delete)
    assert image_set_by("Pod") == (f"kubectl set image pod/{POD} app={NEW} -n shop",)
    assert image_set_by("Rollout") == ("kubectl edit rollout/web -n shop",)
    job = {"ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": "web-28"}]}
    assert image_set_by("CronJob", metadata=job) == (set_image.format("cronjob"), "kubectl delete job web-28 -n shop")


def set_image_fix(kind: str, rollout: Rollout, pod: str = "db-1", *evidence: Evidence) -> Fix:
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": "db", "controller": True}
    failure = failing(pod=pod, metadata={"ownerReferences": [owner]})
    return fixes_for(failure, says(Cause.TAG_NOT_FOUND), Workload(kind, "db", rollout=rollout), evidence)[0]


SET_DB = f"kubectl set image {{}}/db app={NEW} -n shop"
DELETE_DB = "kubectl delete pod db-1 -n shop"
NO_TAG = "registry.corp.example/shop/web has no tag v9: push it, or name one that exists."


def test_a_stateful_set_in_order_never_replaces_a_pod_that_is_not_ready() -> None:
    assert set_image_fix("StatefulSet", Rollout(ordered=True)) == Fix(
        f"{NO_TAG} The pod is deleted because a StatefulSet (OrderedReady) waits for it for ever instead of replacing "
        "it: kubernetes/kubernetes#67250.",
        (SET_DB.format("statefulset"), DELETE_DB),
    )


def test_a_parallel_stateful_set_replaces_its_pods_by_itself() -> None:
    assert set_image_fix("StatefulSet", Rollout()) == Fix(
        f"{NO_TAG} The StatefulSet (Parallel) replaces the pod by itself, from the highest ordinal down: one above it "
        "that isn't ready holds that up.",
        (SET_DB.format("statefulset"),),
    )


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_with_on_delete_a_pod_is_changed_only_by_its_deletion(kind: str) -> None:
    rollout = Rollout(on_delete=True, ordered=kind == "StatefulSet", partition=3)
    assert set_image_fix(kind, rollout) == Fix(
        f"{NO_TAG} The pod is deleted because the {kind} (OnDelete) gives a change only to new pods.",
        (SET_DB.format(kind.lower()), DELETE_DB),
    )
    # kubectl rollout status refuses it
    follow, _ = check_commands(failing(pod="db-1"), Workload(kind, "db", rollout=rollout))
    assert (
        follow
        == {
            "StatefulSet": "kubectl wait --for=condition=Ready pod/db-1 -n shop --timeout=2m",
            "DaemonSet": "kubectl get daemonset/db -n shop",
        }[kind]
    )


def test_a_daemon_set_with_on_delete_is_not_restarted_by_a_rollout() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "db", "controller": True}
    failure = failing(pod="db-1", metadata={"ownerReferences": [owner]})
    workload = Workload("DaemonSet", "db", rollout=Rollout(on_delete=True))
    assert fixes_for(failure, says(Cause.NO_CREDENTIALS), workload)[1].commands[-1] == DELETE_DB


@pytest.mark.parametrize(
    ("rollout", "place"),
    [
        (Rollout(ordered=True, partition=1), None),
        (Rollout(ordered=True, partition=2), 1),
        (Rollout(partition=2), 1),
        (Rollout(ordered=True, partition=1, first_ordinal=1), 0),
    ],
)
def test_a_partition_keeps_pods_from_a_change_and_is_lowered(rollout: Rollout, place: int | None) -> None:
    fix = set_image_fix("StatefulSet", rollout)
    if place is None:
        assert fix.commands == (SET_DB.format("statefulset"), DELETE_DB)
        return
    lower = f"""'{{"spec":{{"updateStrategy":{{"rollingUpdate":{{"partition":{place}}}}}}}}}'"""
    assert fix == Fix(
        f"{NO_TAG} Pods below the StatefulSet's partition ({rollout.partition}) keep the old template, also when they are "
        "made anew: it is lowered to this pod, and the pod deleted.",
        (SET_DB.format("statefulset"), f"kubectl patch statefulset/db -n shop -p {lower}", DELETE_DB),
    )


def test_a_pod_without_an_ordinal_is_below_no_partition() -> None:
    fix = set_image_fix("StatefulSet", Rollout(ordered=True, partition=9), "odd")
    assert fix.commands == (SET_DB.format("statefulset"), "kubectl delete pod odd -n shop")


DEAD = Evidence(Check.NODE_CONDITION, Result.BAD, "node worker-a has not reported", "worker-a", ("NotReady",))
STAYS = (
    "Node worker-a is NotReady: the pod is gone only when the node is back or deleted, so the command doesn't wait for it. "
    "Add --force only if the node is down for good: it drops the pod without knowing whether anything of it still runs."
)


def test_a_pod_on_a_node_that_is_down_is_not_waited_for() -> None:
    fix = set_image_fix("StatefulSet", Rollout(ordered=True), "db-1", DEAD)
    assert fix.commands == (SET_DB.format("statefulset"), f"{DELETE_DB} --wait=false")
    assert fix.text.endswith(f" {STAYS} Then two pods of one name can run, and damage what they store.")
    failure = failing(metadata={"ownerReferences": [OWNER]})
    away = fixes_for(failure, says(Cause.RUNTIME_UNAVAILABLE), WEB, (DEAD,))[2]
    assert away.commands == ("kubectl cordon worker-a", f"kubectl delete pod {POD} -n shop --wait=false")
    assert away.text.endswith(f": kubectl uncordon worker-a. {STAYS}")
    pressed = Evidence(Check.NODE_CONDITION, Result.BAD, "short of disk", "worker-a", ("DiskPressure",))
    assert "NotReady" not in set_image_fix("StatefulSet", Rollout(ordered=True), "db-1", pressed).text


def test_a_bare_pod_on_a_node_that_is_down_is_not_made_again() -> None:
    fixes = fixes_for(failing(), says(Cause.NO_CREDENTIALS), Workload("Pod", POD), (DEAD,))
    waits = "Node worker-a is NotReady: run this when it is back. Until then the pod would only be deleted, and not made again."
    assert fixes[0].text.endswith(f" {waits}")
    assert sum(waits in fix.text for fix in fixes) == 1


def test_a_job_is_made_again_without_what_the_server_wrote_into_it() -> None:
    (command,) = image_set_by("Job", what=What.INIT_CONTAINER)
    read, change, write = command.split(" | ")
    assert read == "kubectl get job/web -n shop -o json"
    assert write == "kubectl replace --force -n shop -f -"
    labels = {
        "controller-uid": None,
        "job-name": None,
        "batch.kubernetes.io/controller-uid": None,
        "batch.kubernetes.io/job-name": None,
    }
    spec = {"initContainers": [{"name": "app", "image": NEW}]}
    assert patch_of(change) == {"spec": {"selector": None, "template": {"metadata": {"labels": labels}, "spec": spec}}}


def test_a_pod_is_made_again_without_what_only_a_running_one_may_hold() -> None:
    spec = {"ephemeralContainers": [{"name": "debugger-x"}]}
    again = fixes_for(failing(spec=spec), says(Cause.NO_CREDENTIALS), Workload("Pod", POD))[0].commands[1]
    secrets = [{"name": "regcred-registry-corp-example"}]
    assert patch_of(again) == {"spec": {"imagePullSecrets": secrets, "ephemeralContainers": None}}
    anew = fixes_for(failing(spec=spec), says(Cause.CORRUPT_CONTENT), Workload("Pod", POD))[1].commands[0]
    assert patch_of(anew) == {"spec": {"ephemeralContainers": None}}
    without = fixes_for(failing(), says(Cause.CORRUPT_CONTENT), Workload("Pod", POD))[1].commands[0]
    assert without == f"kubectl get pod/{POD} -n shop -o json | kubectl replace --force -n shop -f -"


def test_a_pod_that_is_to_run_on_other_nodes_is_no_longer_bound_to_its_own() -> None:
    again = fixes_for(failing(), says(Cause.PLATFORM_MISMATCH), Workload("Pod", POD))[1].commands[1]
    assert patch_of(again) == {"spec": {"nodeSelector": {"kubernetes.io/arch": "<ARCHITECTURE>"}, "nodeName": None}}


def test_an_image_volume_is_changed_by_its_name() -> None:
    spec = {"volumes": [{"name": "model", "image": {"reference": "registry.corp.example/shop/web:v9"}}]}
    (command,) = image_set_by("Deployment", what=What.IMAGE_VOLUME, spec=spec)
    volumes = [{"name": "model", "image": {"reference": NEW}}]
    assert patch_of(command) == {"spec": {"template": {"spec": {"volumes": volumes}}}}


def test_an_ephemeral_container_is_added_anew() -> None:
    assert image_set_by("Deployment", what=What.EPHEMERAL_CONTAINER) == (
        f"kubectl debug {POD} -n shop -it --image={NEW}",
    )


def test_a_static_pod_is_changed_on_its_node() -> None:
    metadata = {
        "annotations": {"kubernetes.io/config.mirror": "x"},
        "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "worker-a", "controller": True}],
    }
    node = Workload("Node", "worker-a")
    fixes = fixes_for(failing(metadata=metadata), says(Cause.TAG_NOT_FOUND), node)
    assert fixes[0].commands == ()
    assert "change its manifest on the node, by default in /etc/kubernetes/manifests" in fixes[0].text
    login = fixes_for(failing(metadata=metadata), says(Cause.NO_CREDENTIALS), node)
    assert login[0].commands == ("sudo docker --config /var/lib/kubelet login registry.corp.example",)
    assert check_commands(failing(metadata=metadata), node)[1] == f"kubectl imagepull diagnose pod/{POD} -n shop"


def test_an_owner_of_another_api_group_is_not_taken_for_kubernetes_own() -> None:
    owner = {"apiVersion": "apps.kruise.io/v1beta1", "kind": "StatefulSet", "name": "web"}
    assert image_set_by("StatefulSet", metadata={"ownerReferences": [owner]}) == (
        "kubectl edit statefulset.apps.kruise.io/web -n shop",
    )


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Deployment", ("spec", "template", "spec")),
        ("CronJob", ("spec", "jobTemplate", "spec", "template", "spec")),
        ("Job", ("spec", "template", "spec")),
        ("Pod", ("spec",)),
    ],
)
def test_secrets_are_named_where_the_kind_has_its_pod_spec(kind: str, path: tuple[str, ...]) -> None:
    value = patch_of(fixes_for(failing(), says(Cause.NO_CREDENTIALS), Workload(kind, POD))[0].commands[1])
    for key in path:
        assert isinstance(value, dict)
        value = value[key]
    assert value == {"imagePullSecrets": [{"name": "regcred-registry-corp-example"}]}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kubectl_command_reaches_the_cluster_that_was_read(kind: str) -> None:
    reach = (("--kubeconfig", "my config"), ("--context", "$(id)"))
    flags = "--kubeconfig 'my config' --context '$(id)'"
    failure, workload = failing(secrets=("regcred",)), Workload(kind, "web")
    for cause in Cause:
        plain = fixes_for(failure, says(cause), workload, _EVIDENCE)
        fixes = fixes_for(failure, says(cause), workload, _EVIDENCE, reach)
        for before, after in zip(plain, fixes, strict=True):
            assert after.text == before.text.replace("kubectl uncordon", f"kubectl {flags} uncordon")
            expected = [
                re.sub(r"(^|\| (?:xargs )?)kubectl ", rf"\1kubectl {flags} ", command) for command in before.commands
            ]
            assert list(after.commands) == expected
    follow, again = check_commands(failure, workload)
    assert check_commands(failure, workload, reach=reach) == (
        follow.replace("kubectl", f"kubectl {flags}"),
        f"{again} {flags}",
    )


def test_a_context_that_cannot_be_written_has_a_stand_in() -> None:
    (fix, *_) = fixes_for(failing(), says(Cause.TAG_NOT_FOUND), WEB, reach=(("--context", "a\nb"),))
    assert fix.commands == (f"kubectl --context CONTEXT set image deployment/web app={NEW} -n shop",)
    assert "CONTEXT stands for a name that can't be written into a command" in fix.text


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_fixes_whose_commands_a_shell_reads(cause: Cause) -> None:
    images, evidences = itertools.cycle(IMAGES), itertools.cycle(((), _EVIDENCE, _EVIDENCE, ()))
    for kind, what, named in itertools.product(KINDS, What, ((), ("regcred",), ("a", "b"))):
        image, evidence = next(images), next(evidences)
        failure = failing(image, what=what, secrets=named)
        workload = Workload(kind, POD if kind == "Pod" else "web")
        fixes = fixes_for(failure, says(cause), workload, evidence)
        assert 0 < len(fixes) <= 4
        assert all(fix.text.endswith((".", "ca = ...")) and fix.text.isprintable() for fix in fixes)
        assert len({fix.text for fix in fixes}) == len(fixes)
        for command in [*commands(fixes), *check_commands(failure, workload)]:
            assert shlex.split(command)
            assert unknown_in(command) == [], command
            for part in command.split(" | "):
                if part.startswith("kubectl ") and not part.replace("'", "").startswith(_NO_NAMESPACE):
                    assert "-n" in shlex.split(part), part


@pytest.mark.parametrize("cause", list(Cause))
def test_latest_is_never_suggested(cause: Cause) -> None:
    for image in ("nginx", "you/app:latest", "k8s.gcr.io/pause", "bitnami/redis:latest", "https://ghcr.io/a/b:latest"):
        fixes = fixes_for(failing(image), says(cause), WEB)
        changes = [c for c in commands(fixes) if not c.startswith(("sudo crictl ", "skopeo inspect "))]
        assert not any(":latest" in command for command in changes)


@pytest.mark.parametrize("cause", list(Cause))
def test_the_short_fix_is_one_short_sentence(cause: Cause) -> None:
    long = "a" * 250
    for image, node, name in itertools.product((*IMAGES, f"{long}.io/b:1"), ("worker-a", None, long), ("web", long)):
        for details in (
            {},
            {"stage": "tls"},
            {"policy": "network"},
            {"notYetValid": True},
            {"repositoryVerified": False},
        ):
            for secrets in ((), (name,)):
                failure = failing(image, node=node, secrets=secrets)
                short = short_fix(failure, says(cause, **details), Workload("Deployment", name))
                assert 10 < len(short) <= 60
                assert short[0].isupper()
                assert not short.endswith(".")
                assert "{" not in short.replace("{{ .x }}", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_inside_one_argument(name: str) -> None:
    harmless = "h4rmless"
    for (cause, what), kind in zip(itertools.product(Cause, What), itertools.cycle(KINDS), strict=False):

        def lines(value: str, cause: Cause = cause, what: What = what, kind: str = kind) -> list[str]:
            failure = failing(
                IMAGES[0],
                what=what,
                namespace=value,
                pod=value,
                container=value,
                node=value,
                secrets=(value,),
                spec={"serviceAccountName": value},
                metadata={"ownerReferences": [{"kind": "Job", "name": value}]},
            )
            verdict = says(cause, host=value, answered_by=value)
            fixes = fixes_for(failure, verdict, Workload(kind, value), _EVIDENCE)
            return [*commands(fixes), *check_commands(failure, Workload(kind, value))]

        hostile, usual = lines(name), lines(harmless)
        assert len(hostile) == len(usual)
        for one, other in zip(hostile, usual, strict=True):
            assert "\n" not in one
            assert one.isprintable()
            assert shape(one) == shape(other)


def shape(command: str) -> list[str]:
    """The words of a command, each only as what the shell does with it: operator, flag or argument."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return [word if re.fullmatch(r"[|&;<>()]+", word) else "-" if word.startswith("-") else "a" for word in lexer]


def test_a_name_that_cannot_be_written_is_replaced_and_said() -> None:
    fixes = fixes_for(failing(namespace="x\ny", container="-n"), says(Cause.TAG_NOT_FOUND), WEB)
    assert fixes[0].commands == (
        "kubectl set image deployment/web CONTAINER=registry.corp.example/shop/web:EXISTING_TAG -n NAMESPACE",
    )
    assert "NAMESPACE stands for a name that can't be written into a command" in fixes[0].text
    assert "CONTAINER stands for a name that can't be written into a command" in fixes[0].text


@given(st.text(max_size=80), st.text(max_size=40), st.sampled_from(list(Cause)))
def test_any_image_and_name_give_printable_fixes(image: str, name: str, cause: Cause) -> None:
    failure = failing(image, pod=name, namespace=name, container=name, secrets=(name,))
    fixes = fixes_for(failure, says(cause, host=name), Workload("Deployment", name, name))
    for fix in fixes:
        assert fix.text.isprintable()
        for command in fix.commands:
            assert command.isprintable()
            assert shlex.split(command)
    assert len(short_fix(failure, says(cause), WEB)) <= 60


def test_broken_pods_are_survived() -> None:
    for broken in (
        {"spec": 1, "metadata": [], "status": "x"},
        {"spec": {"imagePullSecrets": [1, {"name": 2}], "volumes": 3}},
    ):
        for cause, what in itertools.product(Cause, What):
            failure = failing(what=what)
            failure = type(failure)(**{**vars(failure), "pod_object": broken})
            assert fixes_for(failure, says(cause), WEB)

"""Commands that change a workload, restart its pods, or show whether they run now."""

from __future__ import annotations

from typing import Any

from kubectl_imagepull import COMMAND
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.fix import Change
from kubectl_imagepull.fixes.shell import Raw, compact, line, pipe
from kubectl_imagepull.kube.objects import objects_of
from kubectl_imagepull.vocabulary.causes import What

#: Kinds whose pods `kubectl rollout` follows.
_ROLLED_OUT = frozenset({"deployment", "statefulset", "daemonset"})
#: Kinds whose pods keep what they were made with until they are deleted.
_KEEPS_PODS = frozenset({"replicaset", "replicationcontroller"})
_TEMPLATED = _ROLLED_OUT | _KEEPS_PODS
#: What the server wrote into a Job and refuses to take back when the Job is made again.
_JOB_LABELS = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")
_DEBUG_AGAIN = "The pods are made anew: then run kubectl debug on the new one."
_STATIC = "This is a static pod: change its manifest on the node, by default in /etc/kubernetes/manifests."


def change_spec(case: Case, spec: dict[str, Any]) -> Change:
    """Merges something into the pod spec that the workload makes its pods from, and lets it make new ones."""
    if case.is_static:
        return Change((), _STATIC)
    patch: dict[str, Any]
    if case.kind in _TEMPLATED:
        patch = {"spec": {"template": {"spec": spec}}}
        hint = _DEBUG_AGAIN if case.failure.what is What.EPHEMERAL_CONTAINER else _kept_pod_hint(case)
        return Change((_patch(case, patch), *_to_kept_pod(case)), hint)
    if case.kind == "cronjob":
        patch = {"spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}}
        return Change((_patch(case, patch), *_delete_job(case)), _job_hint(case))
    if case.kind == "job":
        labels = dict.fromkeys(_JOB_LABELS)
        patch = {"spec": {"selector": None, "template": {"metadata": {"labels": labels}, "spec": spec}}}
        return Change((_make_again(case, patch),), "The Job is deleted and made again: its pods can't be changed.")
    if case.kind == "pod":
        # with its node's name it would go there past the scheduler, and be turned away by the kubelet
        free = {"nodeName": None} if "nodeSelector" in spec else {}
        again = _make_again(case, {"spec": {**spec, **free}})
        return Change((again,), "The pod is deleted and made again: this can't be changed in place.")
    return Change(
        (case.kubectl("edit", case.target, "-n", case.namespace),),
        f"Make the change in {case.target}: one in the pods doesn't last.",
    )


def set_image(case: Case, image: str) -> Change:
    """Gives the container (or volume) that fails another image."""
    what = case.failure.what
    if case.is_static:
        return Change((), _STATIC)
    if what is What.EPHEMERAL_CONTAINER:
        debug = case.kubectl("debug", case.pod, "-n", case.namespace, "-it", f"--image={image}")
        return Change((debug,), "An ephemeral container can't be changed: this adds another one to the pod.")
    if what is What.IMAGE_VOLUME:
        return change_spec(case, {"volumes": [{"name": case.volume, "image": {"reference": image}}]})
    if case.kind in _TEMPLATED or case.kind in {"cronjob", "pod"}:
        command = case.kubectl("set", "image", case.target, f"{case.container}={image}", "-n", case.namespace)
        if case.kind == "cronjob":
            return Change((command, *_delete_job(case)), _job_hint(case))
        return Change((command, *_to_kept_pod(case)), _kept_pod_hint(case))
    return change_spec(case, {container_list(case): [{"name": case.container, "image": image}]})


def container_list(case: Case) -> str:
    """The list of the pod spec that the failing container stands in."""
    return "initContainers" if case.failure.what is What.INIT_CONTAINER else "containers"


def undo(case: Case) -> Change:
    """Goes back to the workload's revision before this one; no commands for kinds that keep none."""
    if case.kind not in _ROLLED_OUT or case.is_static:
        return Change(())
    to = (f"--to-revision={case.revision}",) if case.revision else ()
    command = case.kubectl("rollout", "undo", case.target, *to, "-n", case.namespace)
    return Change((command, *_to_kept_pod(case)), _kept_pod_hint(case))


def restart(case: Case) -> tuple[str, ...]:
    """Makes all of the workload's pods anew, for what reaches a pod only when it is made."""
    if case.kind in {"job", "cronjob"} and not case.is_static:
        return change_spec(case, {}).commands if case.kind == "job" else _delete_job(case)
    if case.kind in {"deployment", "daemonset"} and not (case.is_static or _on_delete(case)):
        return (case.kubectl("rollout", "restart", case.target, "-n", case.namespace),)
    return retry(case)


def retry(case: Case) -> tuple[str, ...]:
    """Makes the failing pod anew, so that its image is pulled at once and not after the back-off.

    No commands where that would do more: a deleted pod counts as a failure of its Job.
    """
    if case.is_static or case.failure.what is What.EPHEMERAL_CONTAINER:
        return ()
    if case.kind == "pod":
        return (_make_again(case),)
    return (delete_pod(case),) if case.is_replaced else ()


def delete_pod(case: Case) -> str:
    """Deletes the failing pod; on a node that is down nobody would confirm it, so there it isn't waited for."""
    wait = ("--wait=false",) if case.on_dead_node else ()
    return case.kubectl("delete", "pod", case.pod, "-n", case.namespace, *wait)


def dead_node_hint(case: Case, commands: tuple[str, ...]) -> str:
    """What is to be known before a pod is deleted whose node is NotReady; "" for other commands and nodes."""
    if not case.on_dead_node:
        return ""
    if delete_pod(case) in commands:
        twice = " Then two pods of one name can run, and damage what they store." if case.kind == "statefulset" else ""
        return (
            f"Node {case.node} is NotReady: the pod is gone only when the node is back or deleted, so the command "
            "doesn't wait for it. Add --force only if the node is down for good: it drops the pod without knowing "
            f"whether anything of it still runs.{twice}"
        )
    if case.kind == "pod" and any(" replace --force " in command for command in commands):
        return (
            f"Node {case.node} is NotReady: run this when it is back. Until then the pod would only be deleted, and "
            "not made again."
        )
    return ""


def check_commands(case: Case) -> tuple[str, ...]:
    """What to run after the fix: whether the pods run, and whether a new problem has come up."""
    follow: tuple[str, ...]
    if _on_delete(case) and case.kind == "daemonset":
        follow = ("get", case.target, "-n", case.namespace)
    elif case.kind in _ROLLED_OUT and case.failure.what is not What.EPHEMERAL_CONTAINER and not _on_delete(case):
        follow = ("rollout", "status", case.target, "-n", case.namespace, "--timeout=2m")
    elif case.kind == "job":
        follow = ("get", "pods", "-n", case.namespace, "-l", f"job-name={case.target.partition('/')[2]}")
    elif case.kind == "cronjob":
        follow = ("get", "jobs,pods", "-n", case.namespace)
    elif case.kind in {"pod", "statefulset"} or case.failure.what is What.EPHEMERAL_CONTAINER:
        follow = ("wait", "--for=condition=Ready", f"pod/{case.pod}", "-n", case.namespace, "--timeout=2m")
    else:
        follow = ("get", case.target, "-n", case.namespace)
    target = f"pod/{case.pod}" if case.failure.what is What.EPHEMERAL_CONTAINER else case.target
    again = line(*map(Raw, COMMAND.split()), "diagnose", target, "-n", case.namespace, *case.reaching)
    return (case.kubectl(*follow), again)


def _patch(case: Case, patch: dict[str, Any]) -> str:
    return case.kubectl("patch", case.target, "-n", case.namespace, "-p", compact(patch))


def _make_again(case: Case, patch: dict[str, Any] | None = None) -> str:
    """Reads the workload, changes it on the way, deletes it and makes it again."""
    read = case.kubectl("get", case.target, "-n", case.namespace, "-o", "json")
    write = case.kubectl("replace", "--force", "-n", case.namespace, "-f", "-")
    if case.kind == "pod" and objects_of(case.spec.get("ephemeralContainers")):
        # a pod that holds some can't be made: it would be deleted, and that would be all
        patch = {"spec": {**(patch or {"spec": {}})["spec"], "ephemeralContainers": None}}
    if patch is None:
        return pipe(read, write)
    return pipe(read, case.kubectl("patch", "--local", "-f", "-", "-p", compact(patch), "-o", "json"), write)


def _on_delete(case: Case) -> bool:
    return case.rollout is not None and case.rollout.on_delete


def _to_kept_pod(case: Case) -> tuple[str, ...]:
    """Brings a changed template to the failing pod, where its owner doesn't do that by itself."""
    if case.kind == "statefulset":
        if (place := case.place_below_partition) is not None:
            lower = {"spec": {"updateStrategy": {"rollingUpdate": {"partition": place}}}}
            return (_patch(case, lower), delete_pod(case))
        by_itself = case.rollout is not None and not (case.rollout.ordered or case.rollout.on_delete)
        return () if by_itself else (delete_pod(case),)
    return (delete_pod(case),) if case.kind in _KEEPS_PODS or _on_delete(case) else ()


def _kept_pod_hint(case: Case) -> str:
    if _on_delete(case):
        return f"The pod is deleted because the {case.workload.kind} (OnDelete) gives a change only to new pods."
    if case.kind == "statefulset":
        return _stateful_hint(case)
    if case.kind in _KEEPS_PODS:
        return f"The pod is deleted because a {case.workload.kind} doesn't change the pods that it has."
    return ""


def _stateful_hint(case: Case) -> str:
    if case.rollout is None:
        return "The pod is deleted because a StatefulSet may wait for it for ever instead of replacing it."
    if case.place_below_partition is not None:
        return (
            f"Pods below the StatefulSet's partition ({case.rollout.partition}) keep the old template, also when they "
            "are made anew: it is lowered to this pod, and the pod deleted."
        )
    if case.rollout.ordered:
        return (
            "The pod is deleted because a StatefulSet (OrderedReady) waits for it for ever instead of replacing it: "
            "kubernetes/kubernetes#67250."
        )
    return (
        "The StatefulSet (Parallel) replaces the pod by itself, from the highest ordinal down: one above it that isn't "
        "ready holds that up."
    )


def _delete_job(case: Case) -> tuple[str, ...]:
    return (case.kubectl("delete", "job", case.job, "-n", case.namespace),) if case.job else ()


def _job_hint(case: Case) -> str:
    return "The job that hangs is deleted: only jobs made from now on get the change." if case.job else ""

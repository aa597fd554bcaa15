"""Commands that change a workload, make its pods again, or take a change back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.workload import KEEPS_PODS, ROLLED_OUT, TEMPLATED, WorkloadFacts
from kubectl_imagepull.vocabulary.command import Command, Effect, Pipeline, Step, Word, chain, joined, json_word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

#: What the server wrote into a Job and refuses to take back when the Job is made again.
_JOB_LABELS = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")
_WORKLOAD = frozenset({Effect.CHANGES_WORKLOAD})
_POD = frozenset({Effect.DELETES_POD})
_JOB = frozenset({Effect.DELETES_JOB})


@dataclass(frozen=True)
class Change:
    """A change of the workload: its commands, what else is to be known of them, and how to take it back."""

    #: Each runs only after the one before it has succeeded; () where nothing in the cluster changes the workload.
    steps: tuple[Command | Pipeline, ...]
    #: What else is to be known of the steps.
    notes: tuple[str, ...] = ()
    #: What takes the change back.
    undo: tuple[Step, ...] = ()

    def as_fix(  # noqa: PLR0913 - the fields of a fix
        self,
        text: str,
        *,
        before: tuple[Command | Pipeline, ...] = (),
        basis: Basis = Basis.TEXT,
        who: Who = Who.YOU,
        where: Where = Where.CLUSTER,
        short: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
        undo: tuple[Step, ...] = (),
    ) -> Fix:
        """A fix that runs `before` and then changes the workload; `undo` takes `before` back, after the change."""
        steps = chain(*before, *self.steps)
        every_note = (*notes, *self.notes)
        return Fix(text, steps, who, basis, where, (*self.undo, *undo), short, every_note)


def change_spec(context: FixContext, spec: dict[str, Any]) -> Change:
    """Merges something into the pod spec that the workload makes its pods from, and lets it make new ones."""
    workload, pod = context.workload, context.pod
    if workload.is_static:
        return _static(context)
    if workload.kind in TEMPLATED:
        patch = _patch(context, {"spec": {"template": {"spec": spec}}})
        notes = (
            ("The pods are made again: then run kubectl debug on the new one.",)
            if pod.is_ephemeral
            else _kept_pod_notes(context)
        )
        return Change((patch, *_to_kept_pod(context)), notes, undo_rollout(context))
    if workload.kind == "cronjob":
        patch = _patch(context, {"spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}})
        return Change((patch, *_delete_job(context)), _job_notes(context))
    if workload.kind == "job":
        labels = dict.fromkeys(_JOB_LABELS)
        again = {"spec": {"selector": None, "template": {"metadata": {"labels": labels}, "spec": spec}}}
        return Change(
            (_make_again(context, again),), ("The Job is deleted and made again: its pods can't be changed.",)
        )
    if workload.kind == "pod":
        # with its node's name it would go there past the scheduler, and be turned away by the kubelet
        free = {"nodeName": None} if "nodeSelector" in spec else {}
        again = {"spec": {**spec, **free}}
        notes = ("The pod is deleted and made again: this can't be changed in place.",)
        return Change((_make_again(context, again),), notes)
    edit = context.kubectl("edit", workload.target, "-n", pod.namespace, effects=_WORKLOAD)
    return Change((edit,), (f"Make the change in {workload.shown}: one in the pods doesn't last.",))


def set_image(context: FixContext, image: Word) -> Change:
    """Gives the container (or volume) that fails another image."""
    workload, pod = context.workload, context.pod
    if workload.is_static:
        return _static(context)
    if pod.is_ephemeral:
        option = joined("--image=", image)
        debug = context.kubectl("debug", pod.name, "-n", pod.namespace, "-it", option, effects=_WORKLOAD)
        note = (
            "This adds another debugging container: the old entry stays in the pod, and goes on failing, until the pod "
            "is deleted."
        )
        return Change((debug,), (note,))
    if pod.is_volume:
        return change_spec(context, {"volumes": [{"name": pod.volume, "image": {"reference": image}}]})
    if workload.kind in TEMPLATED or workload.kind in {"cronjob", "pod"}:
        command = _set_image(context, image)
        undo = undo_rollout(context) or _image_back(context)
        if workload.kind == "cronjob":
            return Change((command, *_delete_job(context)), _job_notes(context), undo)
        return Change((command, *_to_kept_pod(context)), _kept_pod_notes(context), undo)
    return change_spec(context, {pod.container_list: [{"name": pod.container, "image": image}]})


def _set_image(context: FixContext, image: Word) -> Command:
    workload, pod = context.workload, context.pod
    pair = joined(pod.container, "=", image)
    return context.kubectl("set", "image", workload.target, pair, "-n", pod.namespace, effects=_WORKLOAD)


def _image_back(context: FixContext) -> tuple[Step, ...]:
    """Writes the image again that stood there before; nothing for one that no command may hold."""
    return (_set_image(context, context.image.written),) if context.image.reference else ()


def undo_rollout(context: FixContext) -> tuple[Step, ...]:
    """Goes back to the revision before a change; nothing for kinds that keep none."""
    if context.workload.kind not in ROLLED_OUT or context.workload.is_static:
        return ()
    target, namespace = context.workload.target, context.pod.namespace
    return (context.kubectl("rollout", "undo", target, "-n", namespace, effects=_WORKLOAD),)


def back_to_revision(context: FixContext, revision: str) -> Change | None:
    """Goes back to an earlier revision of the workload; None for kinds that keep none."""
    if context.workload.kind not in ROLLED_OUT or context.workload.is_static:
        return None
    words = ("rollout", "undo", context.workload.target, f"--to-revision={revision}", "-n", context.pod.namespace)
    command = context.kubectl(*words, effects=_WORKLOAD)
    return Change((command, *_to_kept_pod(context)), _kept_pod_notes(context), undo_rollout(context))


def restart(context: FixContext) -> tuple[Command | Pipeline, ...]:
    """Makes all of the workload's pods again, for what reaches a pod only when it is made."""
    workload = context.workload
    if workload.is_static:
        return ()
    if workload.kind == "job":
        return change_spec(context, {}).steps
    if workload.kind == "cronjob":
        return _delete_job(context)
    if workload.kind in {"deployment", "daemonset"} and not workload.is_on_delete:
        words = ("rollout", "restart", workload.target, "-n", context.pod.namespace)
        return (context.kubectl(*words, effects=_WORKLOAD),)
    return retry(context)


def retry(context: FixContext) -> tuple[Command | Pipeline, ...]:
    """Makes the failing pod again, so that its image is pulled at once and not after the back-off.

    Nothing where that would do more: a deleted pod counts as a failure of its Job.
    """
    if context.workload.is_static or context.pod.is_ephemeral:
        return ()
    if context.workload.kind == "pod":
        return (_make_again(context),)
    return (delete_pod(context),) if context.workload.is_replaced else ()


def delete_pod(context: FixContext) -> Command:
    """Deletes the failing pod; on a node that is down nobody would confirm it, so there it isn't waited for."""
    wait = ("--wait=false",) if context.node.is_not_ready else ()
    return context.kubectl("delete", "pod", context.pod.name, "-n", context.pod.namespace, *wait, effects=_POD)


def dead_node_notes(context: FixContext, fix: Fix) -> tuple[str, ...]:
    """What is to be known before a pod is deleted whose node is NotReady; nothing for other fixes and nodes."""
    if not context.node.is_not_ready or Effect.DELETES_POD not in fix.effects:
        return ()
    node = context.node.shown
    if context.workload.kind == "pod":
        return (f"{node.capitalize()} is NotReady: run this when it is back, or the pod is only deleted.",)
    twice = " Then two pods of one name can run, and damage what they store."
    note = (
        f"{node.capitalize()} is NotReady: the pod is gone only when the node is back or deleted. Add --force only if "
        f"the node is down for good.{twice if context.workload.kind == 'statefulset' else ''}"
    )
    return (note,)


def verification(context: FixContext) -> tuple[Step, ...]:
    """What to run after the fix: whether the pods run."""
    workload, pod = context.workload, context.pod
    if pod.is_ephemeral or workload.kind in {"pod", "statefulset"}:
        words: tuple[Word, ...] = ("wait", "--for=condition=Ready", joined("pod/", pod.name))
        return (context.kubectl(*words, "-n", pod.namespace, "--timeout=2m"),)
    if workload.kind in ROLLED_OUT and not workload.is_on_delete:
        return (context.kubectl("rollout", "status", workload.target, "-n", pod.namespace, "--timeout=2m"),)
    if workload.kind == "job":
        label = joined("job-name=", workload.name)
        return (context.kubectl("get", "pods", "-n", pod.namespace, "-l", label),)
    if workload.kind == "cronjob":
        return (context.kubectl("get", "jobs,pods", "-n", pod.namespace),)
    return (context.kubectl("get", workload.target, "-n", pod.namespace),)


def _static(context: FixContext) -> Change:
    note = (
        f"{context.workload.shown} is a static pod: change its manifest on {context.node.each}, by default in "
        "/etc/kubernetes/manifests."
    )
    return Change((), (note,))


def _patch(context: FixContext, patch: dict[str, Any]) -> Command:
    words = ("patch", context.workload.target, "-n", context.pod.namespace, "-p", json_word(patch))
    return context.kubectl(*words, effects=_WORKLOAD)


def _make_again(context: FixContext, patch: dict[str, Any] | None = None) -> Pipeline:
    """Reads the workload, changes it on the way, deletes it and makes it again."""
    workload, pod = context.workload, context.pod
    read = context.kubectl("get", workload.target, "-n", pod.namespace, "-o", "json")
    effects = _WORKLOAD | (_POD if workload.kind == "pod" else _JOB)
    write = context.kubectl("replace", "--force", "-n", pod.namespace, "-f", "-", effects=effects)
    if workload.kind == "pod" and pod.has_ephemeral_containers:
        # a pod that holds some can't be made: it would be deleted, and that would be all
        patch = {"spec": {**(patch or {"spec": {}})["spec"], "ephemeralContainers": None}}
    if patch is None:
        return Pipeline((read, write))
    change = context.kubectl("patch", "--local", "-f", "-", "-p", json_word(patch), "-o", "json")
    return Pipeline((read, change, write))


def _to_kept_pod(context: FixContext) -> tuple[Command, ...]:
    """Brings a changed template to the failing pod, where its owner doesn't do that by itself."""
    workload = context.workload
    if workload.kind == "statefulset":
        if (place := workload.place_below_partition) is not None:
            lower = {"spec": {"updateStrategy": {"rollingUpdate": {"partition": place}}}}
            return (_patch(context, lower), delete_pod(context))
        by_itself = workload.rollout is not None and not (workload.rollout.ordered or workload.rollout.on_delete)
        return () if by_itself else (delete_pod(context),)
    return (delete_pod(context),) if workload.kind in KEEPS_PODS or workload.is_on_delete else ()


def _kept_pod_notes(context: FixContext) -> tuple[str, ...]:
    """Why the failing pod is deleted; nothing where it isn't."""
    workload = context.workload
    kind = workload.workload.kind
    if workload.is_on_delete:
        return (f"The pod is deleted because the {kind} (OnDelete) gives a change only to new pods.",)
    if workload.kind in KEEPS_PODS:
        return (f"The pod is deleted because a {kind} doesn't change the pods that it has.",)
    return (_stateful_note(workload),) if workload.kind == "statefulset" else ()


def _stateful_note(workload: WorkloadFacts) -> str:
    if workload.rollout is None:
        return "The pod is deleted because a StatefulSet may wait for it forever instead of replacing it."
    if workload.place_below_partition is not None:
        return (
            f"Pods below the StatefulSet's partition ({workload.rollout.partition}) keep the old template, so it is "
            "lowered to this pod."
        )
    if workload.rollout.ordered:
        return (
            "The pod is deleted because a StatefulSet (OrderedReady) waits for it forever instead of replacing it "
            "(kubernetes/kubernetes#67250)."
        )
    return (
        "The StatefulSet (Parallel) replaces the pod by itself, from the highest ordinal down: one above it that isn't "
        "ready holds that up."
    )


def _delete_job(context: FixContext) -> tuple[Command, ...]:
    job = context.workload.job
    if job is None:
        return ()
    return (context.kubectl("delete", "job", job, "-n", context.pod.namespace, effects=_JOB),)


def _job_notes(context: FixContext) -> tuple[str, ...]:
    if context.workload.job is None:
        return ()
    return ("The Job that hangs is deleted: only Jobs made from now on get the change.",)

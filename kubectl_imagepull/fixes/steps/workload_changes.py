"""Commands that change a workload, make its pods again, or take a change back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.workload import KEEPS_PODS, REVISED, ROLLED_OUT, TEMPLATED
from kubectl_imagepull.fixes.steps.inverse_patch import inverse_patch
from kubectl_imagepull.vocabulary.command import (
    CHANGES_WORKLOAD,
    Command,
    Effect,
    Pipeline,
    Step,
    Word,
    chain,
    joined,
    json_word,
)
from kubectl_imagepull.vocabulary.fix import Basis, EarlierRevision, Fix, NewImage, NewSpec, Where, Who, WorkloadEdit
from kubectl_imagepull.vocabulary.names import shown_name
from kubectl_imagepull.vocabulary.wording import listed

#: What the server wrote into a Job and refuses to take back when the Job is made again.
_JOB_LABELS = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")
_RESTART = frozenset({Effect.RESTARTS_WORKLOAD})
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
    #: What it changes, for whoever else writes the workload.
    edit: WorkloadEdit | None = None

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
        edit = replace(self.edit, before=before) if self.edit else None
        return Fix(text, steps, who, basis, where, (*self.undo, *undo), short, every_note, edit=edit)


def change_spec(context: FixContext, spec: dict[str, Any]) -> Change:
    """Merges something into the pod spec that the workload makes its pods from, and lets it make new ones."""
    return replace(_changed_spec(context, spec), edit=NewSpec(spec))


def _changed_spec(context: FixContext, spec: dict[str, Any]) -> Change:
    workload, pod = context.workload, context.pod
    if workload.is_static:
        return _static(context)
    back = inverse_patch(context.template, spec)
    if workload.kind in TEMPLATED:
        notes = (
            ("The pods are recreated: then run kubectl debug on the new one.",)
            if pod.is_ephemeral
            else _kept_pod_notes(context)
        )
        undo = _undo_of_template(context) if workload.kind in REVISED else _undone(_patch_template, context, back)
        return Change((_patch_template(context, spec), *_to_kept_pods(context)), notes, undo)
    if workload.kind == "cronjob":
        undo = _undone(_patch_template, context, back)
        return Change((_patch_template(context, spec), *_delete_jobs(context)), _job_notes(context), undo)
    if workload.kind == "job":
        notes = ("The Job is deleted and recreated: its pods can't be changed.",)
        return Change((_make_job_again(context, spec),), notes, _undone(_make_job_again, context, back))
    if workload.kind == "pod":
        notes = ("The pod is deleted and recreated: this can't be changed in place.",)
        return Change((_make_pod_again(context, spec),), notes, _undone(_make_pod_again, context, back))
    edit = context.kubectl("edit", workload.target, "-n", pod.namespace, effects=CHANGES_WORKLOAD)
    return Change((edit,), (f"Make the change in {workload.shown}: a change to the pods doesn't last.",))


def set_image(context: FixContext, image: Word) -> Change:
    """Gives the container (or volume) that fails another image."""
    change = _changed_image(context, image)
    return change if context.pod.is_ephemeral else replace(change, edit=NewImage(image))


def _changed_image(context: FixContext, image: Word) -> Change:
    workload, pod = context.workload, context.pod
    if workload.is_static:
        return _static(context)
    if pod.is_ephemeral:
        option = joined("--image=", image)
        debug = context.kubectl("debug", pod.name, "-n", pod.namespace, "-it", option, effects=CHANGES_WORKLOAD)
        note = (
            "This adds another debugging container: the old entry stays in the pod, and keeps failing, until the pod "
            "is deleted."
        )
        return Change((debug,), (note,))
    if pod.is_volume:
        return change_spec(context, {"volumes": [{"name": pod.volume, "image": {"reference": image}}]})
    if workload.kind in TEMPLATED or workload.kind in {"cronjob", "pod"}:
        command = _set_image(context, image)
        undo = _undo_of_template(context) or _image_back(context)
        if workload.kind == "cronjob":
            return Change((command, *_delete_jobs(context)), _job_notes(context), undo)
        return Change((command, *_to_kept_pods(context)), _kept_pod_notes(context), undo)
    return change_spec(context, {pod.container_list: [{"name": pod.container, "image": image}]})


def _set_image(context: FixContext, image: Word) -> Command:
    workload, pod = context.workload, context.pod
    pair = joined(pod.container, "=", image)
    return context.workload_command(
        "set", "image", workload.target, pair, "-n", pod.namespace, effects=CHANGES_WORKLOAD
    )


def _image_back(context: FixContext) -> tuple[Step, ...]:
    """Writes the image again that stood there before; nothing for one that no command may hold."""
    return (_set_image(context, context.image.written),) if context.image.reference else ()


def _undo_of_template(context: FixContext) -> tuple[Step, ...]:
    """Takes a change of the template back, with all that it took to bring it to the pods; nothing for other kinds."""
    lowest = _lowest_place(context)
    rollout = context.workload.rollout
    partition = (_set_partition(context, rollout.partition),) if rollout and lowest is not None else ()
    return (*partition, *undo_rollout(context))


def undo_rollout(context: FixContext) -> tuple[Step, ...]:
    """Goes back to the revision before a change; nothing for kinds that keep none."""
    if context.workload.kind not in REVISED or context.workload.is_static:
        return ()
    target, namespace = context.workload.target, context.pod.namespace
    return (context.workload_command("rollout", "undo", target, "-n", namespace, effects=CHANGES_WORKLOAD),)


def back_to_revision(context: FixContext, revision: str) -> Change | None:
    """Goes back to an earlier revision of the workload; None for kinds that keep none."""
    if context.workload.kind not in ROLLED_OUT or context.workload.is_static:
        return None
    words = ("rollout", "undo", context.workload.target, f"--to-revision={revision}", "-n", context.pod.namespace)
    command = context.kubectl(*words, effects=CHANGES_WORKLOAD)
    edit = EarlierRevision(context.findings.previous_image)
    return Change((command, *_to_kept_pods(context)), _kept_pod_notes(context), _undo_of_template(context), edit)


def restart(context: FixContext) -> tuple[Command | Pipeline, ...]:
    """Makes all of the workload's pods again, for what reaches a pod only when it is made."""
    workload = context.workload
    if workload.is_static:
        return ()
    if workload.kind == "job":
        return change_spec(context, {}).steps
    if workload.kind == "cronjob":
        return _delete_jobs(context)
    if workload.kind in {"deployment", "daemonset"} and not workload.is_on_delete:
        return (_restart_rollout(context),)
    return retry(context)


def restart_notes(context: FixContext) -> tuple[str, ...]:
    """What a `restart` deletes beside pods that their owner makes again."""
    kind = context.workload.kind
    if kind == "job":
        return change_spec(context, {}).notes
    if kind == "cronjob":
        return _job_notes(context)
    return ("The pod is deleted and made again.",) if kind == "pod" else ()


def undo_restart(context: FixContext) -> tuple[Step, ...]:
    """Takes a `restart` back where it has changed the workload: only there it left something in the template."""
    restarts = context.workload.kind in {"deployment", "daemonset"} and not context.workload.is_on_delete
    return undo_rollout(context) if restarts else ()


def _restart_rollout(context: FixContext) -> Command:
    words = ("rollout", "restart", context.workload.target, "-n", context.pod.namespace)
    return context.kubectl(*words, effects=_RESTART)


def retry(context: FixContext) -> tuple[Command | Pipeline, ...]:
    """Makes the failing pods of the workload again, so that the image is pulled at once and not after the back-off.

    Nothing where that would do more: a deleted pod counts as a failure of its Job.
    """
    if context.workload.is_static or context.pod.is_ephemeral:
        return ()
    if context.workload.kind == "pod":
        return (_make_again(context),)
    if not context.workload.is_replaced:
        return ()
    if context.failing_pods.are_too_many and context.workload.is_restarted_whole:
        return (_restart_rollout(context),)
    return (delete_pods(context),)


def delete_pods(context: FixContext, *, on_own_node: bool = False) -> Command:
    """Deletes the pods of the workload that fail for the same reason; `on_own_node` only those on the pod's node.

    On a node that is down nobody would confirm that they are gone, so then it isn't waited for.
    """
    pods = context.failing_pods.on_own_node() if on_own_node else context.failing_pods
    wait = ("--wait=false",) if pods.dead_nodes else ()
    return context.kubectl("delete", "pod", *pods.names, "-n", context.pod.namespace, *wait, effects=_POD)


def delete_pod(context: FixContext) -> Command:
    """Deletes the failing pod alone."""
    wait = ("--wait=false",) if context.node.is_not_ready else ()
    return context.kubectl("delete", "pod", context.pod.name, "-n", context.pod.namespace, *wait, effects=_POD)


def deletion_notes(context: FixContext, fix: Fix) -> tuple[str, ...]:
    """What is to be known before a fix deletes pods: of nodes that are NotReady, and of pods that it leaves."""
    if Effect.DELETES_POD not in fix.effects:
        return ()
    pods = context.failing_pods
    left = pods.count - len(pods.names)
    more = (
        (
            f"The command names {len(pods.names)} of {pods.count:,} failing pods: run the diagnosis again for the "
            "others."
        ),
    )
    return (*_dead_node_notes(context), *(more if left else ()))


def _dead_node_notes(context: FixContext) -> tuple[str, ...]:
    dead = context.failing_pods.dead_nodes
    if not dead:
        return ()
    nodes = (
        f"Node{'' if len(dead) == 1 else 's'} {listed([shown_name(node) for node in dead])} {_is(len(dead))} NotReady"
    )
    if context.workload.kind == "pod":
        return (f"{nodes}: run this once it is back, or the pod is only deleted.",)
    twice = " If it comes back, two pods with the same name can run and damage their data."
    note = (
        f"{nodes}: the pod is gone only when the node is back or deleted. Add --force only if "
        f"the node is down for good.{twice if context.workload.kind == 'statefulset' else ''}"
    )
    return (note,)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _static(context: FixContext) -> Change:
    note = (
        f"{context.workload.shown} is a static pod: change its manifest on {context.node.each}, by default in "
        "/etc/kubernetes/manifests."
    )
    return Change((), (note,))


def _undone(
    change: Callable[[FixContext, dict[str, Any]], Command | Pipeline], context: FixContext, back: dict[str, Any] | None
) -> tuple[Step, ...]:
    """The same change with what was there before; nothing where no command may hold that."""
    return () if back is None else (change(context, back),)


def _patch_template(context: FixContext, spec: dict[str, Any]) -> Command:
    template = {"spec": {"template": {"spec": spec}}}
    return _patch(context, {"spec": {"jobTemplate": template}} if context.workload.kind == "cronjob" else template)


def _make_job_again(context: FixContext, spec: dict[str, Any]) -> Pipeline:
    labels = dict.fromkeys(_JOB_LABELS)
    return _make_again(
        context, {"spec": {"selector": None, "template": {"metadata": {"labels": labels}, "spec": spec}}}
    )


def _make_pod_again(context: FixContext, spec: dict[str, Any]) -> Pipeline:
    # with its node's name it would go there past the scheduler, and be turned away by the kubelet
    free = {"nodeName": None} if "nodeSelector" in spec else {}
    return _make_again(context, {"spec": {**spec, **free}})


def _patch(context: FixContext, patch: dict[str, Any]) -> Command:
    words = ("patch", context.workload.target, "-n", context.pod.namespace, "-p", json_word(patch))
    return context.workload_command(*words, effects=CHANGES_WORKLOAD)


def _make_again(context: FixContext, patch: dict[str, Any] | None = None) -> Pipeline:
    """Reads the workload, changes it on the way, deletes it and makes it again."""
    workload, pod = context.workload, context.pod
    read = context.kubectl("get", workload.target, "-n", pod.namespace, "-o", "json")
    effects = CHANGES_WORKLOAD | (_POD if workload.kind == "pod" else _JOB)
    write = context.kubectl("replace", "--force", "-n", pod.namespace, "-f", "-", effects=effects)
    if workload.kind == "pod" and pod.has_ephemeral_containers:
        # a pod that holds some can't be made: it would be deleted, and that would be all
        patch = {"spec": {**(patch or {"spec": {}})["spec"], "ephemeralContainers": None}}
    if patch is None:
        return Pipeline((read, write))
    change = context.kubectl("patch", "--local", "-f", "-", "-p", json_word(patch), "-o", "json")
    return Pipeline((read, change, write))


def _lowest_place(context: FixContext) -> int | None:
    """The lowest place of the failing pods that their StatefulSet's partition keeps from a change; None for none."""
    places = (context.workload.place_below_partition(str(name)) for name in context.failing_pods.names)
    return min((place for place in places if place is not None), default=None)


def _set_partition(context: FixContext, place: int) -> Command:
    return _patch(context, {"spec": {"updateStrategy": {"rollingUpdate": {"partition": place}}}})


def after_template(context: FixContext) -> tuple[tuple[Command, ...], tuple[str, ...]]:
    """What brings a template that somebody else changed to the failing pods, and why that is needed."""
    if context.workload.kind == "cronjob":
        return _delete_jobs(context), _job_notes(context)
    return _to_kept_pods(context), _kept_pod_notes(context)


def _to_kept_pods(context: FixContext) -> tuple[Command, ...]:
    """Brings a changed template to the failing pods, where their owner doesn't do that by itself."""
    workload = context.workload
    if workload.kind == "statefulset":
        if (place := _lowest_place(context)) is not None:
            return (_set_partition(context, place), delete_pods(context))
        by_itself = workload.rollout is not None and not (workload.rollout.ordered or workload.rollout.on_delete)
        return () if by_itself else (delete_pods(context),)
    return (delete_pods(context),) if workload.kind in KEEPS_PODS or workload.is_on_delete else ()


def _kept_pod_notes(context: FixContext) -> tuple[str, ...]:
    """Why the failing pods are deleted; nothing where they aren't."""
    workload = context.workload
    kind, are_deleted = workload.workload.kind, _are_deleted(context)
    if workload.is_on_delete:
        return (f"{are_deleted} because the {kind} (OnDelete) applies a change only to new pods.",)
    if workload.kind == "deploymentconfig":
        latest = f"oc rollout latest {workload.shown} -n {context.pod.namespace}"
        return (f"A DeploymentConfig without a ConfigChange trigger is rolled out by {latest}.",)
    if workload.kind in KEEPS_PODS:
        return (f"{are_deleted} because a {kind} doesn't change its existing pods.",)
    return (_stateful_note(context),) if workload.kind == "statefulset" else ()


def _are_deleted(context: FixContext) -> str:
    return "The pod is deleted" if context.failing_pods.count == 1 else "The pods are deleted"


def _stateful_note(context: FixContext) -> str:
    rollout, several = context.workload.rollout, context.failing_pods.count > 1
    them = "them" if several else "it"
    if rollout is None:
        return f"{_are_deleted(context)} because a StatefulSet may wait for {them} forever instead of replacing {them}."
    if _lowest_place(context) is not None:
        return (
            f"Pods below the StatefulSet's partition ({rollout.partition}) keep the old template, so the partition "
            f"is lowered to {'these pods' if several else 'this pod'}."
        )
    if rollout.ordered:
        return (
            f"{_are_deleted(context)} because a StatefulSet (OrderedReady) waits for {them} forever instead of "
            f"replacing {them} (kubernetes/kubernetes#67250)."
        )
    return (
        "The StatefulSet (Parallel) replaces the pod by itself, from the highest ordinal down: a higher one that "
        "isn't ready delays it."
    )


def _delete_jobs(context: FixContext) -> tuple[Command, ...]:
    jobs = context.failing_pods.jobs
    return (context.kubectl("delete", "job", *jobs, "-n", context.pod.namespace, effects=_JOB),) if jobs else ()


def _job_notes(context: FixContext) -> tuple[str, ...]:
    jobs = len(context.failing_pods.jobs)
    if not jobs:
        return ()
    hang = "The Job that hangs is" if jobs == 1 else f"The {jobs} Jobs that hang are"
    return (f"{hang} deleted: only Jobs created from now on get the change.",)

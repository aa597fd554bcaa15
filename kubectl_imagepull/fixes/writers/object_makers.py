"""The object above an operator's own go-between, which the operator makes again and again.

The labels are those of actions/actions-runner-controller controllers/actions.github.com/constants.go and
strimzi/strimzi-kafka-operator api/src/main/java/io/strimzi/api/ResourceLabels.java.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.conventions import what_to_change
from kubectl_imagepull.kube.objects import object_of, text_of
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.command import CHANGES_WORKLOAD, Effect, Step, chain, commands_in, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, NewSpec, Where, Who
from kubectl_imagepull.vocabulary.names import UnwritableName, kind_name, object_name, shown
from kubectl_imagepull.vocabulary.wording import listed


@dataclass(frozen=True)
class _Maker:
    """How the object above is known from the pod's labels."""

    #: Its kind; "" where a label names it.
    kind: str
    #: Its API group.
    group: str
    #: The label with its kind; "" for none.
    kind_label: str
    #: The label with its name.
    name_label: str
    #: Where it lists the pull secrets of its pods; "" where that differs by kind.
    pull_secrets: str


_MAKERS: Mapping[str, _Maker] = {
    "EphemeralRunner": _Maker(
        "AutoscalingRunnerSet",
        "actions.github.com",
        "",
        "actions.github.com/scale-set-name",
        "spec.template.spec.imagePullSecrets",
    ),
    "StrimziPodSet": _Maker(
        "", "kafka.strimzi.io", "strimzi.io/kind", "strimzi.io/cluster", "template.pod.imagePullSecrets"
    ),
}


_OVERWRITTEN = "What is changed below it, or in it while a chart or Git writes it, is overwritten."


def _new_secrets(context: FixContext, change: Fix) -> str:
    """The pull secrets that a change adds, for a sentence; "" where it adds none."""
    spec = change.edit.spec if isinstance(change.edit, NewSpec) else {}
    added = [item["name"] for item in spec.get("imagePullSecrets", ()) if "$patch" not in item]
    names = [shown(name) for name in added if isinstance(name, str) and name not in context.pod.secrets]
    return f"pull secret{'s' if len(names) > 1 else ''} {listed(names)}" if names else ""


def change_at_maker(context: FixContext, change: Fix) -> Fix | None:
    """The change made in the object that the pod's own owner is made from; None where none is known."""
    maker = _MAKERS.get(context.diagnosis.workload.kind)
    if maker is None:
        return None
    labels = object_of(context.pod.metadata.get("labels"))
    kind, name = maker.kind or text_of(labels.get(maker.kind_label)), text_of(labels.get(maker.name_label))
    owner, its_kind = object_name(name, "owner"), kind_name(kind)
    if isinstance(owner, UnwritableName) or isinstance(its_kind, UnwritableName):
        return None
    place = "pod template"
    if context.cause.scope is Scope.CREDENTIALS or context.cause is Cause.RATE_LIMITED:
        place = f"pull secrets ({maker.pull_secrets})"
    top = shown(f"{kind} {name}")
    text = (
        f"{context.workload.shown} is made from {top}: change the {place} there, or in the chart or manifest "
        f"that writes {shown(kind)}. A change of {context.workload.shown} or of its pod is overwritten."
    )
    resource = joined(its_kind, ".", maker.group)
    edit = context.kubectl(
        "edit",
        resource,
        owner,
        "-n",
        context.pod.namespace,
        effects=CHANGES_WORKLOAD,
    )
    short: tuple[str, ...] = (f"Change the {place} in {top}", f"Change it in {top}")
    if secrets := _new_secrets(context, change):
        text = f"Add {secrets} to the {place} of {top}: {context.workload.shown} is made from it. {_OVERWRITTEN}"
        short = (f"Add {secrets} to {top}", *short)
    # the secret is created first: what is added names it
    before = change.edit.before if secrets and isinstance(change.edit, NewSpec) else ()
    steps, notes = chain(*before, edit), (what_to_change(change),)
    undo = tuple(step for step in change.undo if before and not _changes_workload(step))
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, undo, short, notes)


def _changes_workload(step: Step) -> bool:
    return any(Effect.CHANGES_WORKLOAD in command.effects for command in commands_in(step))

"""NeverPull: pull policy is Never and the image is not on the node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import EXISTING_TAG, RIGHT_REPOSITORY
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix
from kubectl_imagepull.fixes.steps.other_images import previous_revision
from kubectl_imagepull.fixes.steps.pull_secrets import name_in_template
from kubectl_imagepull.fixes.steps.workload_changes import change_spec
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.wording import listed

#: Clusters on one's own machine, to which people bring the images that they build there.
_LAPTOPS = frozenset(
    {
        Platform.MINIKUBE,
        Platform.KIND,
        Platform.K3D,
        Platform.DOCKER_DESKTOP,
        Platform.DOCKER_DESKTOP_KIND,
        Platform.RANCHER_DESKTOP,
        Platform.MICROK8S,
    }
)
#: From here on an image that was pulled with other credentials doesn't count as present.
_VERIFIES_CREDENTIALS = (1, 35)


def fixes(context: FixContext) -> Sequence[Fix]:
    """The image brought to the node, or leave to pull it; another name where the node has an image of that one."""
    near, previous = near_name_fix(context), previous_revision(context)
    right_name = [near] if near else []
    if _is_there(context):
        return [_with_secret(context), _let_pull(context), *previous]
    load = list(tasks_for(context).load_image())
    if context.image.names_no_registry:
        # nobody pushed it anywhere: letting it be pulled would look for a stranger's image at Docker Hub
        return [*right_name, *load, *previous, *_push_somewhere(context)]
    if context.node.environment.platform in _LAPTOPS:
        # there Never is mostly meant: the image was built beside the cluster
        return [*right_name, *load, *previous, _let_pull(context)]
    return [*right_name, _let_pull(context), *load, *previous]


def _is_there(context: FixContext) -> bool:
    """Whether the node has the image, and the kubelet lacks the proof that this pod may use it."""
    return context.image.sightings.is_on_node and context.node.environment.kubelet_version[:2] >= _VERIFIES_CREDENTIALS


def _with_secret(context: FixContext) -> Fix:
    secrets = context.findings.other_secrets
    text = (
        f"{context.node.shown.capitalize()} has the image, but it was pulled with other credentials: since "
        "Kubernetes 1.35 that doesn't count as present."
    )
    if not secrets:
        name = "Add a pull secret that may pull it"
        return Fix(f"{text} {name}.", basis=Basis.EVIDENCE, short=(name,))
    change = name_in_template(context, *secrets)
    short = (f"Add secret {secrets[0]} to {context.workload.shown}", "Add the pull secret that may pull it")
    which = f"secret{'s' if len(secrets) > 1 else ''} {listed(list(secrets))}"
    return change.as_fix(f"{text} Add {which}, which may pull it.", basis=Basis.EVIDENCE, short=short)


def _let_pull(context: FixContext) -> Fix:
    text = f"Let the kubelet pull {context.image.brief} from {context.registry.name} if a node doesn't have it."
    short = ("Set imagePullPolicy: IfNotPresent, or load the image",)
    return change_spec(context, _policy(context)).as_fix(text, basis=Basis.TEXT, short=short)


def _push_somewhere(context: FixContext) -> list[Fix]:
    """The image in a registry, for clusters that aren't on the machine where it was built."""
    if context.node.environment.platform in _LAPTOPS or context.pod.is_volume:
        return []
    text = "Or push it to a registry that the nodes can reach, and pull it from there."
    name = joined(RIGHT_REPOSITORY, ":", context.image.tag or EXISTING_TAG)
    container = {"name": context.pod.container, "image": name, "imagePullPolicy": "IfNotPresent"}
    change = change_spec(context, {context.pod.container_list: [container]})
    return [change.as_fix(text, basis=Basis.GUESS, short=("Push the image to a registry, and use that one",))]


def _policy(context: FixContext) -> dict[str, Any]:
    if context.pod.is_volume:
        return {"volumes": [{"name": context.pod.volume, "image": {"pullPolicy": "IfNotPresent"}}]}
    return {context.pod.container_list: [{"name": context.pod.container, "imagePullPolicy": "IfNotPresent"}]}


RUNBOOK = Runbook(
    confirm=(
        "The reason is ErrImageNeverPull.",
        "On the node: crictl images lists the runtime's images; docker images lists another store.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Set imagePullPolicy: IfNotPresent, or bring the image to the node.",
        ),
        (
            "containerd",
            "On the node: ctr -n k8s.io images import IMAGE.tar.",
        ),
        (
            "Kubernetes 1.35 and later",
            ("An image pulled with other credentials doesn't count as present: give the pod a pull secret for it."),
        ),
    ),
)

REMEDY = Remedy(Cause.NEVER_PULL, fixes, RUNBOOK)

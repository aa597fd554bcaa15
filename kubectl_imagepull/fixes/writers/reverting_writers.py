"""The fix where a platform writes the workload and puts it back at once: OLM's operators, and services of Knative.

OLM installs what a ClusterServiceVersion holds again as soon as the hash of a Deployment's spec is another one, and a
Subscription's config has neither images nor pull secrets (operator-framework/operator-lifecycle-manager
pkg/controller/install, doc/design/subscription-config.md). A Revision of Knative can't be changed: another template in
its Service makes the next one (knative/serving pkg/reconciler/revision, config/core/configmaps/deployment.yaml).
"""

from __future__ import annotations

from typing import Any

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.objects import objects_of
from kubectl_imagepull.vocabulary.command import CHANGES_WORKLOAD, Command, Step, Word, effects_of, json_word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, NewImage, NewSpec, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import namespace_name, object_name, shown

_VERSIONS = "clusterserviceversions.operators.coreos.com"
_SERVICES = "services.serving.knative.dev"
#: The container that Knative adds to each pod.
_QUEUE_PROXY = "queue-proxy"


def change_cluster_service_version(context: FixContext, change: Fix) -> Fix | None:
    """The stop-gap of an operator that OLM installs: its image in the ClusterServiceVersion that was read."""
    deployer: DeployerFinding | None = context.diagnosis.deployer
    edit, before = change.edit, context.image.written
    if deployer is None or not deployer.image_pointer or not isinstance(edit, NewImage) or not edit.image:
        return None

    # the undo can't test for an image that only the reader knows
    same_image = {"op": "test", "path": deployer.image_pointer, "value": before}
    name = f"{deployer.image_pointer.removesuffix('image')}name"
    same_container = {"op": "test", "path": name, "value": context.pod.container}

    def patch(test: dict[str, Any], image: Word) -> Command:
        operations = [test, {"op": "replace", "path": deployer.image_pointer, "value": image}]
        words: tuple[Word, ...] = ("patch", _VERSIONS, object_name(deployer.name, "version"), "-n")
        namespace = namespace_name(deployer.namespace)
        return context.kubectl(
            *words, namespace, "--type", "json", "-p", json_word(operations), effects=CHANGES_WORKLOAD
        )

    text = (
        f"As a stop-gap until the operator's next version, change the image in ClusterServiceVersion {deployer.name}: "
        f"OLM writes {context.workload.shown} from it."
    )
    reads = tuple(step for step in change.commands if not effects_of(step))
    short = ("Change the image in the ClusterServiceVersion",)
    steps = (*reads, patch(same_image, edit.image))
    undo = (patch(same_container, before),)
    return Fix(text, steps, Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, undo, short)


def change_knative_service(context: FixContext, manager: Manager, change: Fix) -> Fix:
    """A change made in the template of a Knative service."""
    container = shown(context.pod.failure.container or "")
    short = (f"Change {manager}", "Change it in the Knative service")
    if container == _QUEUE_PROXY and isinstance(change.edit, NewImage):
        text = (
            f"Knative puts container {_QUEUE_PROXY} into the pods of {manager}: its image is queue-sidecar-image of "
            "ConfigMap config-deployment, where Knative Serving is installed."
        )
        return Fix(text, (), Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.CLUSTER, short=("Change queue-sidecar-image",))
    text = (
        f"{manager} writes {context.workload.shown} through a Revision, which can't be changed: change the template in "
        "that service, and Knative makes the next Revision. A change of the workload itself is overwritten."
    )
    patches = _knative_patches(context, manager, change)
    reads = tuple(step for step in change.commands if not effects_of(step))
    steps: tuple[Step, ...] = (*reads, patches[0]) if patches else ()
    undo: tuple[Step, ...] = (patches[1],) if patches else ()
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, undo, short)


def _knative_patches(context: FixContext, manager: Manager, change: Fix) -> tuple[Command, Command] | None:
    """The patch and its undo; None where it isn't plain which part of the template is meant."""
    edit = change.edit
    if isinstance(edit, NewImage) and edit.image and _is_only_container(context):
        place = "/spec/template/spec/containers/0/image"
        there = [{"op": "replace", "path": place, "value": edit.image}]
        back = [{"op": "replace", "path": place, "value": context.image.written}]
        return _knative(context, manager, "json", there), _knative(context, manager, "json", back)
    if isinstance(edit, NewSpec) and set(edit.spec) == {"imagePullSecrets"}:
        items = objects_of(edit.spec["imagePullSecrets"])
        if any("$patch" in item for item in items):
            return None
        held = [{"name": object_name(name, "secret")} for name in context.pod.secrets]
        return (
            _knative(context, manager, "merge", _secrets(items)),
            _knative(context, manager, "merge", _secrets(held or None)),
        )
    return None


def _secrets(items: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"imagePullSecrets": items}}}}


def _is_only_container(context: FixContext) -> bool:
    """Whether the pod has one container beside Knative's own, so that the template has no other either."""
    containers = objects_of(context.pod.spec.get("containers"))
    others = [one.get("name") for one in containers if one.get("name") != _QUEUE_PROXY]
    return others == [context.pod.failure.container]


def _knative(context: FixContext, manager: Manager, form: str, patch: Any) -> Command:
    words: tuple[Word, ...] = ("patch", _SERVICES, object_name(manager.name, "service"), "-n", context.pod.namespace)
    return context.kubectl(*words, "--type", form, "-p", json_word(patch), effects=CHANGES_WORKLOAD)

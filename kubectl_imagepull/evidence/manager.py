"""Who writes a workload: read from the labels, annotations and owners that deployers and operators leave on it.

Labels and annotations are what a tenant writes: only a value that can be the name that it claims to be stands in a
manager. The marks are those of helm/helm pkg/action/validate.go, argoproj/argo-cd docs/user-guide/resource_tracking,
fluxcd/helm-controller and fluxcd/kustomize-controller, operator-framework/operator-lifecycle-manager pkg/lib/ownerutil,
kubernetes cluster/addons/addon-manager, and OpenShift's image triggers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kubectl_imagepull.kube.image_triggers import ANNOTATION, image_triggers
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.names import is_object_name

_HELM = "meta.helm.sh"
_ARGO = "argocd.argoproj.io/"
_APP = "app.kubernetes.io"
_FLUX_HELM = "helm.toolkit.fluxcd.io"
_FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io"
_KNATIVE_SERVICE = "serving.knative.dev/service"
_ADD_ON = "addonmanager.kubernetes.io/mode"
#: API groups whose kinds are Kubernetes' own: an owner of another group is somebody's operator.
_OWN_GROUPS = frozenset({"", "apps", "batch", "extensions"})
_OWN_SUFFIX, _CUSTOM_SUFFIX = ".k8s.io", ".x-k8s.io"
#: Tools that write this label and don't write the workload again by themselves.
_ONE_TIME = frozenset({"helm", "tiller", "kustomize", "kubectl", "skaffold", "tilt"})
_LABEL_VALUE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}\Z")
#: APP:GROUP/KIND:NAMESPACE/NAME; an application outside of Argo CD's own namespace is NAMESPACE_APP.
_TRACKING_ID = re.compile(r"(?:(?P<namespace>[^:_]+)_)?(?P<app>[^:_]+):[^:/]*/[^:/]+:[^:/]*/(?P<object>[^:/]+)\Z")


@dataclass(frozen=True)
class Mark:
    """Who writes a workload, and the mark that tells."""

    #: Who that is.
    manager: Manager
    #: Without the mark's value: `annotation meta.helm.sh/release-name`.
    proof: str


@dataclass(frozen=True)
class _WorkloadMarks:
    #: The object's labels.
    labels: Mapping[str, object]
    #: The object's annotations.
    annotations: Mapping[str, object]
    #: Its owner references.
    owners: tuple[JsonObject, ...]
    #: The namespace that it is in.
    namespace: str
    #: Whether a trigger that is at work writes its image.
    is_triggered: bool
    #: The names that the object and those above it have.
    names: Collection[str]

    def label(self, key: str) -> str:
        """A label's value where it can be one."""
        text = text_of(self.labels.get(key))
        return text if _LABEL_VALUE.match(text) else ""

    def annotation(self, key: str) -> str:
        return text_of(self.annotations.get(key))


def mark_of(item: JsonObject, names: Collection[str] = ()) -> Mark | None:
    """Who writes this object, the one who would undo a change first; None if nothing tells.

    `names` are those of the object's controllers, whose annotations it may carry.
    """
    metadata = object_of(item.get("metadata"))
    marks = _WorkloadMarks(
        object_of(metadata.get("labels")),
        object_of(metadata.get("annotations")),
        tuple(objects_of(metadata.get("ownerReferences"))),
        text_of(metadata.get("namespace")),
        bool(image_triggers(item)),
        {text_of(metadata.get("name")), *names},
    )
    return next((mark for reader in _READERS if (mark := reader(marks))), None)


def is_kubernetes_own(group: str) -> bool:
    """Whether an API group is the API server's own, so that no operator writes what its kinds own."""
    return group in _OWN_GROUPS or (group.endswith(_OWN_SUFFIX) and not group.endswith(_CUSTOM_SUFFIX))


def _owner(marks: _WorkloadMarks) -> Mark | None:
    """An owner of a custom kind: its operator writes the object from it."""
    service = marks.label(_KNATIVE_SERVICE)
    for owner in marks.owners:
        kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
        group, slash, _ = text_of(owner.get("apiVersion")).partition("/")
        if not slash or is_kubernetes_own(group):
            continue
        if (kind, group) == ("Revision", "serving.knative.dev") and is_object_name(service):
            return Mark(Manager(ManagerKind.KNATIVE, service), f"label {_KNATIVE_SERVICE}")
        if is_object_name(group) and is_object_name(name) and _KIND.match(kind):
            by = ManagerKind.OLM if group == "operators.coreos.com" else ManagerKind.OPERATOR
            manager = Manager(by, name, resource=kind, group=group)
            return Mark(manager, f"owner reference to {kind.lower()}.{group}/{name}")
    return None


def _olm(marks: _WorkloadMarks) -> Mark | None:
    name, kind = marks.label("olm.owner"), marks.label("olm.owner.kind")
    if not is_object_name(name):
        return None
    resource = kind if _KIND.match(kind) else "ClusterServiceVersion"
    namespace = marks.label("olm.owner.namespace")
    elsewhere = namespace if is_object_name(namespace) and namespace != marks.namespace else ""
    manager = Manager(ManagerKind.OLM, name, elsewhere, resource, "operators.coreos.com")
    return Mark(manager, "label olm.owner")


def _flux(marks: _WorkloadMarks) -> Mark | None:
    for group, kind in ((_FLUX_HELM, ManagerKind.FLUX_RELEASE), (_FLUX_KUSTOMIZE, ManagerKind.FLUX_KUSTOMIZATION)):
        name, namespace = marks.label(f"{group}/name"), marks.label(f"{group}/namespace")
        if is_object_name(name):
            return Mark(Manager(kind, name, namespace if is_object_name(namespace) else ""), f"label {group}/name")
    return None


def _argo(marks: _WorkloadMarks) -> Mark | None:
    tracked = _TRACKING_ID.match(marks.annotation(f"{_ARGO}tracking-id"))
    # an id that names another object was copied with that object's annotations
    if tracked and is_object_name(tracked["app"]) and tracked["object"] in marks.names:
        namespace = tracked["namespace"] or ""
        manager = Manager(ManagerKind.ARGO_CD, tracked["app"], namespace if is_object_name(namespace) else "")
        return Mark(manager, f"annotation {_ARGO}tracking-id")
    labelled = marks.label(f"{_ARGO}instance")
    if is_object_name(labelled):
        return Mark(Manager(ManagerKind.ARGO_CD, labelled), f"label {_ARGO}instance")
    other = next((key for key in (*marks.annotations, *marks.labels) if str(key).startswith(_ARGO)), None)
    instance = marks.label(f"{_APP}/instance")
    if other and other != f"{_ARGO}tracking-id" and is_object_name(instance):
        key = str(other) if is_object_name(str(other).removeprefix(_ARGO)) else f"others of {_ARGO.rstrip('/')}"
        return Mark(Manager(ManagerKind.ARGO_CD, instance), f"label {_APP}/instance beside {key}")
    return None


def _helm(marks: _WorkloadMarks) -> Mark | None:
    release = marks.annotation(f"{_HELM}/release-name")
    if is_object_name(release):
        namespace = marks.annotation(f"{_HELM}/release-namespace")
        elsewhere = namespace if is_object_name(namespace) and namespace != marks.namespace else ""
        return Mark(Manager(ManagerKind.HELM, release, elsewhere), f"annotation {_HELM}/release-name")
    chart = marks.label("helm.sh/chart")
    if chart or marks.label(f"{_APP}/managed-by") == "Helm":
        # the chart may have been rendered by another tool: then there is no release
        instance = marks.label(f"{_APP}/instance") or marks.label("release")
        key = "helm.sh/chart" if chart else f"{_APP}/managed-by"
        return Mark(Manager(ManagerKind.HELM_CHART, chart or instance), f"label {key}")
    return None


def _add_on(marks: _WorkloadMarks) -> Mark | None:
    found = marks.label(_ADD_ON) == "Reconcile"
    return Mark(Manager(ManagerKind.ADD_ON), f"label {_ADD_ON}") if found else None


def _image_stream(marks: _WorkloadMarks) -> Mark | None:
    proof = f"annotation {ANNOTATION}" if marks.annotation(ANNOTATION) else "an ImageChange trigger"
    return Mark(Manager(ManagerKind.IMAGE_STREAM), proof) if marks.is_triggered else None


def _labelled(marks: _WorkloadMarks) -> Mark | None:
    name = marks.label(f"{_APP}/managed-by")
    if not name or name.lower() in _ONE_TIME:
        return None
    return Mark(Manager(ManagerKind.OTHER, name), f"label {_APP}/managed-by")


#: In the order in which they would undo a change: an operator first, then who applies what Helm rendered.
_READERS: tuple[Callable[[_WorkloadMarks], Mark | None], ...] = (
    _owner,
    _olm,
    _flux,
    _argo,
    _image_stream,
    _helm,
    _add_on,
    _labelled,
)

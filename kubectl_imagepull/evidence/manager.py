"""Who writes a workload: read from the labels, annotations and owners that deployers and operators leave on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of

_HELM = "meta.helm.sh"
_ARGO = "argocd.argoproj.io/"
_APP = "app.kubernetes.io"
_FLUX_HELM = "helm.toolkit.fluxcd.io"
_FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io"
#: API groups whose kinds are Kubernetes' own: an owner of another group is somebody's operator.
_OWN_GROUPS = frozenset({"", "apps", "batch", "extensions"})
#: Tools that write this label and don't write the workload again by themselves.
_ONE_TIME = frozenset({"helm", "tiller", "kustomize", "kubectl", "skaffold", "tilt"})


@dataclass(frozen=True)
class Manager:
    """Who writes a workload: `name` as fixes and reports say it, `proof` the mark that tells."""

    name: str
    proof: str


@dataclass(frozen=True)
class _Marks:
    labels: Mapping[str, object]
    annotations: Mapping[str, object]
    owners: tuple[JsonObject, ...]
    namespace: str

    def label(self, key: str) -> str:
        return text_of(self.labels.get(key))

    def annotation(self, key: str) -> str:
        return text_of(self.annotations.get(key))


def manager_of(item: JsonObject) -> Manager | None:
    """Who writes this object, the one who would undo a change first; None if nothing tells."""
    metadata = object_of(item.get("metadata"))
    marks = _Marks(
        object_of(metadata.get("labels")),
        object_of(metadata.get("annotations")),
        tuple(objects_of(metadata.get("ownerReferences"))),
        text_of(metadata.get("namespace")),
    )
    return next((manager for reader in _READERS if (manager := reader(marks))), None)


def _owner(marks: _Marks) -> Manager | None:
    """An owner of a custom kind: its operator writes the object from it."""
    for owner in marks.owners:
        kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
        group, slash, _ = text_of(owner.get("apiVersion")).partition("/")
        if slash and group not in _OWN_GROUPS and kind and name:
            by = " (OLM)" if group == "operators.coreos.com" else ""
            return Manager(f"{kind} {name}{by}", f"owner reference to {kind.lower()}.{group}/{name}")
    return None


def _olm(marks: _Marks) -> Manager | None:
    name = marks.label("olm.owner")
    return Manager(f"{marks.label('olm.owner.kind') or 'operator'} {name} (OLM)", "label olm.owner") if name else None


def _flux(marks: _Marks) -> Manager | None:
    # a release of Flux is not called HelmRelease here: who reads "helm" first would run helm upgrade
    for group, kind in ((_FLUX_HELM, "Flux release"), (_FLUX_KUSTOMIZE, "Flux kustomization")):
        name, namespace = marks.label(f"{group}/name"), marks.label(f"{group}/namespace")
        if name:
            return Manager(f"{kind} {f'{namespace}/' if namespace else ''}{name}", f"label {group}/name")
    return None


def _argo(marks: _Marks) -> Manager | None:
    tracked = marks.annotation(f"{_ARGO}tracking-id").partition(":")[0]
    if tracked:
        return Manager(f"Argo CD application {tracked}", f"annotation {_ARGO}tracking-id")
    labelled = marks.label(f"{_ARGO}instance")
    if labelled:
        return Manager(f"Argo CD application {labelled}", f"label {_ARGO}instance")
    other = next((key for key in (*marks.annotations, *marks.labels) if str(key).startswith(_ARGO)), None)
    instance = marks.label(f"{_APP}/instance")
    if other and instance:
        return Manager(f"Argo CD application {instance}", f"label {_APP}/instance beside {other}")
    return None


def _helm(marks: _Marks) -> Manager | None:
    release = marks.annotation(f"{_HELM}/release-name")
    if release:
        namespace = marks.annotation(f"{_HELM}/release-namespace")
        where = f" in namespace {namespace}" if namespace and namespace != marks.namespace else ""
        return Manager(f"Helm release {release}{where}", f"annotation {_HELM}/release-name")
    chart = marks.label("helm.sh/chart")
    if chart or marks.label(f"{_APP}/managed-by") == "Helm":
        key = "helm.sh/chart" if chart else f"{_APP}/managed-by"
        instance = marks.label(f"{_APP}/instance") or marks.label("release")
        name = f"Helm release {instance}" if instance else f"Helm chart {chart}" if chart else "Helm"
        return Manager(name, f"label {key}")
    return None


def _labelled(marks: _Marks) -> Manager | None:
    name = marks.label(f"{_APP}/managed-by")
    return Manager(name, f"label {_APP}/managed-by") if name and name.lower() not in _ONE_TIME else None


#: In the order in which they would undo a change: an operator first, then who applies what Helm rendered.
_READERS: tuple[Callable[[_Marks], Manager | None], ...] = (_owner, _olm, _flux, _argo, _helm, _labelled)

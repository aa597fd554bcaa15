"""The object of Argo CD or Flux that writes a failing pod's workload, as far as it was read.

Flux's fields are those of fluxcd/helm-controller docs/spec/v2 and fluxcd/kustomize-controller docs/spec/v1.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_imagepull.evidence.applications import application_finding, kustomize_entry
from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.image_parts import image_parts
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.evidence.shown_places import shown_place
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE, Snapshot
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.names import is_object_name

_KINDS = {
    ManagerKind.OLM: "ClusterServiceVersion",
    ManagerKind.ARGO_CD: "Application",
    ManagerKind.FLUX_RELEASE: "HelmRelease",
    ManagerKind.FLUX_KUSTOMIZATION: "Kustomization",
}
_KUSTOMIZE = "kustomize.toolkit.fluxcd.io"


def look_at_deployer(
    manager: Manager | None, image: str, names: tuple[str, ...], snapshot: Snapshot
) -> DeployerFinding | None:
    """What the object that writes a workload says of an image; None where nothing such does, or it wasn't read.

    `names` are those of the container and its workload.
    """
    if manager and manager.kind is ManagerKind.OPERATOR:
        return _custom_resource(manager, image, names, snapshot)
    kind = _KINDS.get(manager.kind) if manager else None
    if manager is None or kind is None:
        return None
    held = [
        item
        for item in snapshot.objects.get(kind, ())
        if key_of(item)[1] == manager.name and manager.namespace in {"", key_of(item)[0]}
    ]
    # of two applications of one name nobody knows which is meant
    if len(held) != 1:
        return None
    if kind == "Application":
        return application_finding(held[0], image, names)
    return _helm_release(held[0], image, names) if kind == "HelmRelease" else _kustomization(held[0], image)


def why_unread(manager: Manager, namespace: str, snapshot: Snapshot) -> Iterator[Evidence]:
    """Says that the object that writes a workload was asked for and could not be read; nothing where it was."""
    kind = _KINDS.get(manager.kind, CUSTOM_RESOURCE)
    keys = [(kind, place, manager.name) for place in (manager.namespace or namespace, "*")]
    why = next((snapshot.unread[key] for key in keys if key in snapshot.unread), "")
    if why:
        text = f"where {manager} takes the image from could not be looked at: {why}"
        yield Evidence(Check.WRITTEN_BY, Result.SKIPPED, text, manager.name)


def _custom_resource(
    manager: Manager, image: str, names: tuple[str, ...], snapshot: Snapshot
) -> DeployerFinding | None:
    """The object that an operator makes a workload from, where its spec holds the image."""
    for item in snapshot.objects.get(CUSTOM_RESOURCE, ()):
        group = text_of(item.get("apiVersion")).partition("/")[0]
        if (item.get("kind"), key_of(item)[1], group) != (manager.resource, manager.name, manager.group):
            continue
        images = image_values(image, ChartValues({"spec": object_of(item.get("spec"))}, "", ""), names)
        if images:
            return DeployerFinding(
                manager.resource, manager.name, key_of(item)[0], heals_itself=True, is_automatic=True, images=images
            )
    return None


def _helm_release(item: JsonObject, image: str, names: tuple[str, ...]) -> DeployerFinding:
    spec = object_of(item.get("spec"))
    chart = object_of(object_of(spec.get("chart")).get("spec"))
    drift = object_of(spec.get("driftDetection")).get("mode")
    return DeployerFinding(
        *("HelmRelease", key_of(item)[1], key_of(item)[0]),
        repository=shown_place(object_of(chart.get("sourceRef")).get("name")),
        path=shown_place(chart.get("chart")),
        revision=shown_place(chart.get("version")),
        heals_itself=drift == "enabled",
        is_automatic=True,
        is_suspended=spec.get("suspend") is True,
        written_by=_flux_writer(item),
        images=image_values(image, ChartValues(object_of(spec.get("values")), "", ""), names),
    )


def _kustomization(item: JsonObject, image: str) -> DeployerFinding:
    spec = object_of(item.get("spec"))
    reference = object_of(spec.get("sourceRef"))
    entries = [f"{text_of(one.get('name'))}=" for one in objects_of(spec.get("images")) if _gives(one, image)]
    return DeployerFinding(
        *("Kustomization", key_of(item)[1], key_of(item)[0]),
        repository=shown_place(reference.get("name")),
        path=shown_place(text_of(spec.get("path")).removeprefix("./")),
        heals_itself=True,
        is_automatic=True,
        is_suspended=spec.get("suspend") is True,
        written_by=_flux_writer(item),
        replaced=kustomize_entry(entries, image)[1],
    )


def _gives(entry: JsonObject, image: str) -> bool:
    parts = image_parts(image)
    repository = text_of(entry.get("newName")) or text_of(entry.get("name"))
    return repository == parts.repository and text_of(entry.get("newTag")) in {"", parts.tag}


def _flux_writer(item: JsonObject) -> str:
    """The Kustomization that applies a Flux object; its own name on itself would be a copy."""
    labels = object_of(object_of(item.get("metadata")).get("labels"))
    name, namespace = text_of(labels.get(f"{_KUSTOMIZE}/name")), text_of(labels.get(f"{_KUSTOMIZE}/namespace"))
    is_named = is_object_name(name) and is_object_name(namespace)
    return f"kustomization {name} -n {namespace}" if is_named and (namespace, name) != key_of(item) else ""

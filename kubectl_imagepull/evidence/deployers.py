"""The object of Argo CD or Flux that writes a failing pod's workload, as far as it was read.

Fields are those of argoproj/argo-cd pkg/apis/application/v1alpha1/types.go, fluxcd/helm-controller docs/spec/v2 and
fluxcd/kustomize-controller docs/spec/v1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.image_parts import image_parts
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE, Snapshot
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.names import is_object_name

_KINDS = {
    ManagerKind.ARGO_CD: "Application",
    ManagerKind.FLUX_RELEASE: "HelmRelease",
    ManagerKind.FLUX_KUSTOMIZATION: "Kustomization",
}
#: A place is shown only where it is as plain as this; a login in front of a host is cut off before.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,199}\Z")
_LOGIN = re.compile(r"(?<=://)[^/@]*@")
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
        return _application(held[0], image, names)
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


def _application(item: JsonObject, image: str, names: tuple[str, ...]) -> DeployerFinding:
    spec = object_of(item.get("spec"))
    sources = objects_of(spec.get("sources")) or [object_of(spec.get("source"))]
    source = next((one for one in sources if one.get("helm") or one.get("kustomize")), sources[0])
    automated = object_of(spec.get("syncPolicy")).get("automated")
    helm = object_of(source.get("helm"))
    values = object_of(helm.get("valuesObject"))
    for parameter in objects_of(helm.get("parameters")):
        values = _with(values, text_of(parameter.get("name")).split("."), parameter.get("value"))
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    owner = next((text_of(one.get("name")) for one in owners if one.get("kind") == "ApplicationSet"), "")
    return DeployerFinding(
        *("Application", key_of(item)[1], key_of(item)[0]),
        repository=_shown(source.get("repoURL")),
        path=_shown(source.get("path")) or _shown(source.get("chart")),
        revision=_shown(source.get("targetRevision")),
        heals_itself=object_of(automated).get("selfHeal") is True,
        is_automatic=isinstance(automated, dict) and automated.get("enabled") is not False,
        written_by=f"ApplicationSet {owner}" if is_object_name(owner) else "",
        images=image_values(image, ChartValues(values, "", ""), names) if len(sources) == 1 else (),
        replaced=_replaced(object_of(source.get("kustomize")).get("images"), image) if len(sources) == 1 else "",
    )


def _helm_release(item: JsonObject, image: str, names: tuple[str, ...]) -> DeployerFinding:
    spec = object_of(item.get("spec"))
    chart = object_of(object_of(spec.get("chart")).get("spec"))
    drift = object_of(spec.get("driftDetection")).get("mode")
    return DeployerFinding(
        *("HelmRelease", key_of(item)[1], key_of(item)[0]),
        repository=_shown(object_of(chart.get("sourceRef")).get("name")),
        path=_shown(chart.get("chart")),
        revision=_shown(chart.get("version")),
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
        repository=_shown(reference.get("name")),
        path=_shown(text_of(spec.get("path")).removeprefix("./")),
        heals_itself=True,
        is_automatic=True,
        is_suspended=spec.get("suspend") is True,
        written_by=_flux_writer(item),
        replaced=_replaced(entries, image),
    )


def _gives(entry: JsonObject, image: str) -> bool:
    parts = image_parts(image)
    repository = text_of(entry.get("newName")) or text_of(entry.get("name"))
    return repository == parts.repository and text_of(entry.get("newTag")) in {"", parts.tag}


def _replaced(entries: object, image: str) -> str:
    """The name in front of the = of the kustomize setting that gives an image; "" for none."""
    for entry in entries if isinstance(entries, list) else []:
        old, mark, new = text_of(entry).partition("=")
        if mark and new in {"", image} and _PLAIN.match(old) and try_parse(old):
            return old
    return ""


def _flux_writer(item: JsonObject) -> str:
    """The Kustomization that applies a Flux object; its own name on itself would be a copy."""
    labels = object_of(object_of(item.get("metadata")).get("labels"))
    name, namespace = text_of(labels.get(f"{_KUSTOMIZE}/name")), text_of(labels.get(f"{_KUSTOMIZE}/namespace"))
    is_named = is_object_name(name) and is_object_name(namespace)
    return f"kustomization {name} -n {namespace}" if is_named and (namespace, name) != key_of(item) else ""


def _with(values: Mapping[str, Any], path: list[str], value: Any) -> JsonObject:
    """The values with one more; nothing is changed for a path with lists or escapes in it."""
    key, *rest = path
    if not key or "[" in key or "\\" in key:
        return dict(values)
    return {**values, key: _with(object_of(values.get(key)), rest, value) if rest else value}


def _shown(value: object) -> str:
    text = _LOGIN.sub("", text_of(value))
    return text if _PLAIN.match(text) else ""

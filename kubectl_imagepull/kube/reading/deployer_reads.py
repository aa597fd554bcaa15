"""The objects by which Argo CD and Flux write workloads, asked for by the marks that they leave on these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey
from kubectl_imagepull.vocabulary.names import is_object_name

_TRACKING_ID = "argocd.argoproj.io/tracking-id"
#: The group of Flux's labels -> the kind of the object that they name.
_FLUX = {"helm.toolkit.fluxcd.io": "HelmRelease", "kustomize.toolkit.fluxcd.io": "Kustomization"}


def deployer_requests(items: Iterable[JsonObject]) -> Iterator[ObjectKey | ListQuery]:
    """What to ask for: Flux names the namespace, and Argo CD only one that isn't its own."""
    for item in items:
        metadata = object_of(item.get("metadata"))
        labels, annotations = object_of(metadata.get("labels")), object_of(metadata.get("annotations"))
        for group, kind in _FLUX.items():
            name, namespace = text_of(labels.get(f"{group}/name")), text_of(labels.get(f"{group}/namespace"))
            if is_object_name(name) and is_object_name(namespace):
                yield kind, namespace, name
        application = text_of(annotations.get(_TRACKING_ID)).partition(":")[0]
        namespace, _, name = application.rpartition("_")
        if is_object_name(name):
            yield (
                ("Application", namespace, name)
                if is_object_name(namespace)
                else ListQuery("Application", "*", name=name)
            )

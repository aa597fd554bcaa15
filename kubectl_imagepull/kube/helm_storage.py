"""Where Helm keeps its releases: one object for each revision, beside what the chart made.

Names, type and labels are those of helm/helm pkg/storage/driver (secrets.go, cfgmaps.go, util.go).
"""

from __future__ import annotations

import re

from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, text_of
from kubectl_imagepull.vocabulary.names import is_object_name

_HELM = "meta.helm.sh"
#: Flux keeps a release beside its HelmRelease, not in the namespace that it is installed into.
_FLUX_NAMESPACE = "helm.toolkit.fluxcd.io/namespace"
_VERSION = re.compile(r"[1-9][0-9]{0,8}\Z")


def release_of(workload: JsonObject) -> tuple[str, str] | None:
    """The namespace that a workload's release is kept in, and its name; None where no release made it."""
    metadata = object_of(workload.get("metadata"))
    annotations, labels = object_of(metadata.get("annotations")), object_of(metadata.get("labels"))
    name = text_of(annotations.get(f"{_HELM}/release-name"))
    places = (labels.get(_FLUX_NAMESPACE), annotations.get(f"{_HELM}/release-namespace"), key_of(workload)[0])
    namespace = next((text for text in map(text_of, places) if is_object_name(text)), "")
    return (namespace, name) if namespace and is_object_name(name) else None


def revision_in(stored: JsonObject) -> tuple[str, int] | None:
    """Name and number of the revision that a secret or ConfigMap holds; None where it holds none."""
    labels = object_of(object_of(stored.get("metadata")).get("labels"))
    name, version = text_of(labels.get("name")), text_of(labels.get("version"))
    if labels.get("owner") != "helm" or not _VERSION.match(version):
        return None
    return (name, int(version)) if key_of(stored)[1] == f"sh.helm.release.v1.{name}.v{version}" else None


def status_in(stored: JsonObject) -> str:
    """What Helm says of a revision: `deployed`, `superseded`, `failed`, `pending-upgrade` ..."""
    return text_of(object_of(object_of(stored.get("metadata")).get("labels")).get("status"))

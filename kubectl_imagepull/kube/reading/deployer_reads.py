"""The objects by which Argo CD, Flux and OpenShift write workloads, asked for by the marks that they leave on these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.image_triggers import image_triggers
from kubectl_imagepull.kube.kinds import RESOURCES
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE
from kubectl_imagepull.vocabulary.names import is_object_name

#: Custom resources of one run: each takes a request, and each API version one more.
_MOST_CUSTOM = 10
#: GROUP/VERSION of a group that isn't Kubernetes' own: those have no dot, or end in k8s.io.
_CUSTOM_VERSION = re.compile(r"(?![^/]*\.k8s\.io/)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+/v[a-z0-9]+\Z")
_PLURAL = re.compile(r"[a-z0-9]+\Z")
_TRACKING_ID = "argocd.argoproj.io/tracking-id"
#: The group of Flux's labels -> the kind of the object that they name.
_FLUX = {"helm.toolkit.fluxcd.io": "HelmRelease", "kustomize.toolkit.fluxcd.io": "Kustomization"}


def deployer_requests(items: Iterable[JsonObject]) -> Iterator[ObjectKey | ListQuery]:
    """What to ask for: Flux names the namespace, and Argo CD only one that isn't its own."""
    for item in items:
        yield from (("ImageStream", one.namespace, one.stream) for one in image_triggers(item) if one.stream)
        metadata = object_of(item.get("metadata"))
        labels, annotations = object_of(metadata.get("labels")), object_of(metadata.get("annotations"))
        for group, kind in _FLUX.items():
            name, namespace = text_of(labels.get(f"{group}/name")), text_of(labels.get(f"{group}/namespace"))
            if is_object_name(name) and is_object_name(namespace):
                yield kind, namespace, name
        version = text_of(labels.get("olm.owner"))
        if text_of(labels.get("olm.owner.kind")) == "ClusterServiceVersion" and is_object_name(version):
            namespace = text_of(labels.get("olm.owner.namespace")) or text_of(metadata.get("namespace"))
            if is_object_name(namespace):
                yield "ClusterServiceVersion", namespace, version
        application = text_of(annotations.get(_TRACKING_ID)).partition(":")[0]
        namespace, _, name = application.rpartition("_")
        if is_object_name(name):
            yield (
                ("Application", namespace, name)
                if is_object_name(namespace)
                else ListQuery("Application", "*", name=name)
            )


def read_custom_resources(
    session: Session, items: Iterable[JsonObject]
) -> tuple[list[JsonObject], dict[ObjectKey, str]]:
    """The custom resources that own workloads, each got once, and why others could not be.

    Which resource a kind is the server's discovery says, asked once for each API version.
    """
    owners = dict.fromkeys(owner for item in items for owner in _custom_owners(item))
    reading = _CustomReading(session)
    unread: dict[ObjectKey, str] = {}
    for number, owner in enumerate(owners):
        why = reading.read(owner) if number < _MOST_CUSTOM else f"left out: a run reads at most {_MOST_CUSTOM} of them"
        if why:
            unread[CUSTOM_RESOURCE, owner.namespace, owner.name] = why
    return reading.objects, unread


@dataclass(frozen=True)
class _CustomOwner:
    """A controller that is of no kind of Kubernetes' own."""

    #: GROUP/VERSION.
    version: str
    #: Its kind.
    kind: str
    #: Its namespace, which is that of what it owns.
    namespace: str
    #: Its name.
    name: str


class _CustomReading:
    """Reads custom resources; `objects` are those that came."""

    def __init__(self, session: Session) -> None:
        self.objects: list[JsonObject] = []
        self._session = session
        self._plurals: dict[str, dict[str, str]] = {}

    def read(self, owner: _CustomOwner) -> str:
        """Reads one; gives why it could not be, "" where it could."""
        try:
            plural = self._plurals_of(owner.version).get(owner.kind)
            if plural is None:
                return f"{owner.version} has no kind {owner.kind}"
            path = f"/apis/{owner.version}/namespaces/{owner.namespace}/{plural}/{owner.name}"
            self.objects.append({**api.read_object(self._session, path), "kind": owner.kind})
        except api.ApiError as error:
            return f"could not be read: {error}"
        return ""

    def _plurals_of(self, version: str) -> dict[str, str]:
        if version not in self._plurals:
            self._plurals[version] = _plurals(api.read_object(self._session, f"/apis/{version}"))
        return self._plurals[version]


def _custom_owners(item: JsonObject) -> Iterator[_CustomOwner]:
    metadata = object_of(item.get("metadata"))
    namespace = text_of(metadata.get("namespace"))
    for owner in objects_of(metadata.get("ownerReferences")):
        version, kind, name = (text_of(owner.get(key)) for key in ("apiVersion", "kind", "name"))
        is_custom = _CUSTOM_VERSION.match(version) and kind not in RESOURCES and kind.isalnum()
        if owner.get("controller") is True and is_custom and is_object_name(name) and is_object_name(namespace):
            yield _CustomOwner(version, kind, namespace, name)


def _plurals(resources: JsonObject) -> dict[str, str]:
    """The resource of each kind; those with a slash are parts of others."""
    names = ((text_of(one.get("kind")), text_of(one.get("name"))) for one in objects_of(resources.get("resources")))
    return {kind: name for kind, name in names if _PLURAL.match(name)}

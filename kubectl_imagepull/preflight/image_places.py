"""Manifests and workloads -> every place in them that names an image which a pod would pull.

A pod's spec is recognised by its containers, wherever it stands: in a workload's template, in a CronJob's, in a custom
resource that makes pods. Elsewhere in a custom resource, a field that is called `image` names one as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kubectl_imagepull.kube.documents.placed_yaml import PlacedMapping
from kubectl_imagepull.kube.objects import JsonObject, list_items, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.causes import What

_LISTS = {
    "containers": What.CONTAINER,
    "initContainers": What.INIT_CONTAINER,
    "ephemeralContainers": What.EPHEMERAL_CONTAINER,
}
#: Objects that no pod comes of, whatever their fields are called.
_NO_PODS = frozenset(
    {
        *("ConfigMap", "Secret", "CustomResourceDefinition", "Kustomization", "Component", "Event"),
        *("ImageRepository", "ImagePolicy", "ImageUpdateAutomation", "ImageStream", "ImageStreamImport"),
        *("ClusterPolicy", "Policy", "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy", "ConstraintTemplate"),
    }
)
#: API groups whose objects have no images beside those of pods.
_BUILT_IN = frozenset({"", "apps", "batch", "extensions", "autoscaling", "policy", "networking.k8s.io"})
#: Fields of custom resources that name an image: `image`, `imageName`, `sidecarImage`.
_IMAGE_FIELD = re.compile(r"(?:[a-z][A-Za-z0-9]*I|i)mage(?:Name|Reference|Ref)?\Z|containerImage\Z")
#: What such a field holds as well: a policy, a word, a colour. A name with a tag, a digest or a slash is an image.
_LIKE_AN_IMAGE = re.compile(r"(?=.*[/:@.])[a-zA-Z0-9][\w.:/@+-]*\Z|[a-z0-9][a-z0-9._-]*\Z")
_WORDS = frozenset({"always", "never", "ifnotpresent", "true", "false", "none", "auto", "default", "latest"})
#: What anybody may write anything into.
_NO_IMAGES = frozenset({"metadata", "annotations", "labels"})
_MOST_DEPTH = 60


@dataclass(frozen=True)
class ImagePlace:
    """One place that names an image."""

    #: The image as it is written.
    image: str
    #: Where it stands in its object, for people: `container web`, `spec.image`.
    place: str
    #: What the image is for.
    what: What
    #: The object's kind, `Deployment`; "" where the image was named on the command line.
    kind: str = ""
    #: The object's name.
    name: str = ""
    #: The namespace that the object names; "" for none.
    namespace: str = ""
    #: The file that it stands in; "" for none.
    file: str = ""
    #: The line in that file, counted from 1; 0 where it isn't known.
    line: int = 0
    #: The pull policy as it is written; "" for none.
    policy: str = ""
    #: The pod's spec that it belongs to; an empty one for a custom resource's field.
    spec: JsonObject = field(default_factory=dict, repr=False, compare=False)

    @property
    def object_shown(self) -> str:
        """The object as kubectl takes it: `deployment/web`; "" where there is none."""
        return f"{self.kind.lower()}/{self.name}" if self.kind else ""


def image_places(document: Any, file: str = "") -> Iterator[ImagePlace]:
    """Every place in an object, or in the objects of a list, that names an image."""
    if isinstance(document, list):
        for item in document:
            yield from image_places(item, file)
        return
    if not isinstance(document, dict):
        return
    kind = text_of(document.get("kind"))
    if kind.endswith("List") and isinstance(document.get("items"), list):
        for item in list_items(document):
            yield from image_places(item, file)
        return
    if not kind or kind in _NO_PODS:
        return
    metadata = object_of(document.get("metadata"))
    name = text_of(metadata.get("name")) or f"{text_of(metadata.get('generateName'))}*"
    group = text_of(document.get("apiVersion")).rpartition("/")[0]
    owner = ImagePlace(
        "", "", What.CONTAINER, kind=kind, name=name, namespace=text_of(metadata.get("namespace")), file=file
    )
    for key, value in document.items():
        # what was, and what the server keeps of it, makes no pod
        if key not in {"metadata", "status"}:
            yield from _search(value, (key,), owner, custom=group not in _BUILT_IN)


def _search(value: Any, path: tuple[str, ...], owner: ImagePlace, *, custom: bool) -> Iterator[ImagePlace]:
    if len(path) > _MOST_DEPTH:
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _search(item, (*path[:-1], f"{path[-1]}[{number}]"), owner, custom=custom)
    elif isinstance(value, dict):
        taken = frozenset[str]()
        if _is_pod_spec(value):
            yield from _of_pod(value, owner)
            taken = frozenset({*_LISTS, "volumes"})
        if custom:
            yield from _of_fields(value, path, owner)
        for key, item in value.items():
            if key not in taken and key not in _NO_IMAGES:
                yield from _search(item, (*path, key), owner, custom=custom)


def _is_pod_spec(value: JsonObject) -> bool:
    return any(any("image" in one for one in objects_of(value.get(name))) for name in _LISTS) or (
        bool(objects_of(value.get("containers"))) and any("image" in one for one in objects_of(value.get("volumes")))
    )


def _of_pod(spec: JsonObject, owner: ImagePlace) -> Iterator[ImagePlace]:
    for name, what in _LISTS.items():
        for container in objects_of(spec.get(name)):
            # a missing field is the template's or an injector's affair; an empty one is named
            if "image" in container:
                yield replace(
                    owner,
                    image=_text(container["image"]),
                    place=f"container {text_of(container.get('name')) or '?'}",
                    what=what,
                    line=_line(container, "image"),
                    policy=text_of(container.get("imagePullPolicy")),
                    spec=spec,
                )
    for volume in objects_of(spec.get("volumes")):
        source = object_of(volume.get("image"))
        if reference := _text(source.get("reference")):
            yield replace(
                owner,
                image=reference,
                place=f"volume {text_of(volume.get('name')) or '?'}",
                what=What.IMAGE_VOLUME,
                line=_line(source, "reference"),
                policy=text_of(source.get("pullPolicy")),
                spec=spec,
            )


def _of_fields(value: JsonObject, path: tuple[str, ...], owner: ImagePlace) -> Iterator[ImagePlace]:
    for key, item in value.items():
        if not _IMAGE_FIELD.match(key):
            continue
        place = ".".join((*path, key))
        if isinstance(item, str) and _is_image(item, exact=key == "image"):
            image = _with_tag(item, value)
            yield replace(owner, image=image, place=place, line=_line(value, key), policy=_policy(value))
        elif isinstance(item, dict) and (image := _from_map(item)):
            yield replace(owner, image=image, place=place, line=_line(item, "repository"), policy=_policy(item))


def _is_image(text: str, *, exact: bool) -> bool:
    if text.lower() in _WORDS or not _LIKE_AN_IMAGE.match(text):
        return False
    return exact or "/" in text or ":" in text


def _with_tag(image: str, beside: JsonObject) -> str:
    """The image with the tag or digest that stands in a field of its own beside it."""
    name = image.rpartition("/")[2]
    tag, digest = _text(beside.get("tag")), _text(beside.get("sha"))
    if ":" in name or "@" in name:
        return image
    if digest:
        return f"{image}@sha256:{digest}"
    return f"{image}:{tag}" if tag else image


def _from_map(item: JsonObject) -> str:
    """The image that a map of repository and tag stands for, as values of charts have it; "" for none."""
    repository = _text(item.get("repository")) or _text(item.get("name"))
    if not repository or not ({"tag", "digest", "repository"} & item.keys()):
        return ""
    registry, tag, digest = _text(item.get("registry")), _text(item.get("tag")), _text(item.get("digest"))
    name = f"{registry}/{repository}" if registry else repository
    return f"{name}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"


def _policy(value: JsonObject) -> str:
    return text_of(value.get("imagePullPolicy")) or text_of(value.get("pullPolicy"))


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _line(mapping: JsonObject, key: str) -> int:
    return mapping.lines.get(key, 0) if isinstance(mapping, PlacedMapping) else 0

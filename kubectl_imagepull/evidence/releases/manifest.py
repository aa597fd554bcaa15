"""What a release rendered for one workload, out of the many documents of its manifest."""

from __future__ import annotations

import re

from kubectl_imagepull.kube.documents.yaml_documents import read_yaml
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of

_SEPARATOR = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
#: A workload is some kilobytes; what is longer holds something else, and isn't parsed.
_LONGEST = 256 * 1024
_LISTS = ("containers", "initContainers")


def pod_spec_in(manifest: str, installed: str, workload: tuple[str, str, str]) -> JsonObject | None:
    """The pod spec that a release rendered for a workload; None where it made none of that name.

    `installed` is the namespace of what names none, `workload` namespace, kind and name.
    """
    _, kind, name = workload
    for text in _SEPARATOR.split(manifest):
        # to parse them all would take longer than everything else
        if len(text) > _LONGEST or kind not in text or name not in text:
            continue
        for document in read_yaml(text)[0]:
            item = object_of(document)
            metadata = object_of(item.get("metadata"))
            place = text_of(metadata.get("namespace")) or installed
            if (place, item.get("kind"), metadata.get("name")) == workload:
                return _pod_spec(item)
    return None


def image_of(pod_spec: JsonObject | None, container: str) -> str:
    """The image of a container in a pod spec; "" where it has none."""
    containers = (one for key in _LISTS for one in objects_of(object_of(pod_spec).get(key)))
    return next((text_of(one.get("image")) for one in containers if one.get("name") == container), "")


def _pod_spec(item: JsonObject) -> JsonObject:
    if item.get("kind") == "Pod":
        return object_of(item.get("spec"))
    spec = object_of(item.get("spec"))
    if item.get("kind") == "CronJob":
        spec = object_of(object_of(spec.get("jobTemplate")).get("spec"))
    return object_of(object_of(spec.get("template")).get("spec"))

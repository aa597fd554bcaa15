"""The triggers by which OpenShift writes the image of an image stream's tag into workloads.

A Deployment and the like has them in an annotation (openshift/library-go pkg/image/trigger), a DeploymentConfig in its
spec (openshift/api apps/v1 DeploymentTriggerImageChangeParams).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.names import is_object_name

ANNOTATION = "image.openshift.io/triggers"
_CONTAINER = re.compile(r"""\[\?\(@\.name==["']([a-z0-9-]{1,63})["']\)\]""")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_MOST_TEXT = 100_000


@dataclass(frozen=True)
class ImageTrigger:
    """A trigger that is at work: a paused one writes nothing."""

    #: The namespace of the image stream; "" where the text names no stream.
    namespace: str
    #: The image stream; "" likewise.
    stream: str
    #: Its tag; "" likewise.
    tag: str
    #: The containers whose image it writes; () where the text doesn't tell.
    containers: tuple[str, ...]


def image_triggers(workload: JsonObject) -> list[ImageTrigger]:
    """The triggers of a workload that are at work."""
    annotations = object_of(object_of(workload.get("metadata")).get("annotations"))
    return [*_of_text(text_of(annotations.get(ANNOTATION)), workload), *_of_config(workload)]


def _of_text(text: str, workload: JsonObject) -> Iterator[ImageTrigger]:
    try:
        triggers = json.loads(text) if 0 < len(text) <= _MOST_TEXT else []
    except (ValueError, RecursionError):
        return
    for trigger in objects_of(triggers):
        # written both as a string and as a truth value
        if str(trigger.get("paused", "")).lower() != "true":
            names = tuple(_CONTAINER.findall(text_of(trigger.get("fieldPath"))))
            yield from _trigger(object_of(trigger.get("from")), names, workload)


def _of_config(workload: JsonObject) -> Iterator[ImageTrigger]:
    if workload.get("kind") != "DeploymentConfig":
        return
    for trigger in objects_of(object_of(workload.get("spec")).get("triggers")):
        given = object_of(trigger.get("imageChangeParams"))
        if trigger.get("type") == "ImageChange" and given.get("automatic") is True:
            names = given.get("containerNames")
            containers = tuple(map(text_of, names)) if isinstance(names, list) else ()
            yield from _trigger(object_of(given.get("from")), containers, workload)


def _trigger(source: JsonObject, containers: tuple[str, ...], workload: JsonObject) -> Iterator[ImageTrigger]:
    if source.get("kind") != "ImageStreamTag":
        return
    stream, _, tag = text_of(source.get("name")).partition(":")
    namespace = text_of(source.get("namespace")) or key_of(workload)[0]
    if is_object_name(stream) and _TAG.match(tag) and is_object_name(namespace):
        yield ImageTrigger(namespace, stream, tag, containers)
    else:
        yield ImageTrigger("", "", "", containers)

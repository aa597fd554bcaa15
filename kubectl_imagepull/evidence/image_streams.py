"""The tag of an OpenShift image stream that writes a container's image: what it points at, and whether it was imported.

Fields are those of openshift/api image/v1 types.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.deployer_finding import DeployerFinding, ImageStreamTag
from kubectl_imagepull.kube.image_triggers import ImageTrigger, image_triggers
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.redaction import redacted

_MOST_TAGS = 500


def look_at_image_stream(workload: JsonObject, container: str, snapshot: Snapshot) -> DeployerFinding | None:
    """The image stream's tag that writes a container's image; None where no trigger names one.

    A finding without a stream says that the triggers are about other containers.
    """
    trigger = _trigger_of(workload, container)
    if trigger is None:
        others = all(one.containers and container not in one.containers for one in image_triggers(workload))
        return DeployerFinding("ImageStreamTag", "", "") if others else None
    stream = _stream_of(trigger, snapshot)
    name = f"{trigger.stream}:{trigger.tag}"
    tag = _tag(trigger, stream) if stream else ImageStreamTag(trigger.stream, trigger.tag)
    return DeployerFinding("ImageStreamTag", name, trigger.namespace, heals_itself=True, is_automatic=True, stream=tag)


def image_stream_evidence(workload: JsonObject, container: str, snapshot: Snapshot) -> Iterator[Evidence]:
    """Says that the tag could not be imported, and why; or why its stream could not be read."""
    trigger = _trigger_of(workload, container)
    if trigger is None:
        return
    name = f"{trigger.namespace}/{trigger.stream}:{trigger.tag}"
    stream = _stream_of(trigger, snapshot)
    why = _import_failure(trigger, stream) if stream else ""
    if why:
        text = f"image stream tag {name}, which writes the image, could not be imported: {why}"
        yield Evidence(Check.WRITTEN_BY, Result.BAD, text, name)
    elif stream is None and (unread := snapshot.why_unread("ImageStream", trigger.namespace, trigger.stream)):
        text = f"image stream tag {name}, which writes the image, could not be looked at: {unread}"
        yield Evidence(Check.WRITTEN_BY, Result.SKIPPED, text, name)


def _trigger_of(workload: JsonObject, container: str) -> ImageTrigger | None:
    triggers = (one for one in image_triggers(workload) if one.stream)
    return next((one for one in triggers if not one.containers or container in one.containers), None)


def _stream_of(trigger: ImageTrigger, snapshot: Snapshot) -> JsonObject | None:
    streams = snapshot.objects.get("ImageStream", ())
    return next((one for one in streams if key_of(one) == (trigger.namespace, trigger.stream)), None)


def _tag(trigger: ImageTrigger, stream: JsonObject) -> ImageStreamTag:
    wanted = next((one for one in _tags(stream, "spec", "name") if one.get("name") == trigger.tag), {})
    held = next((one for one in _tags(stream, "status", "tag") if one.get("tag") == trigger.tag), {})
    source = object_of(wanted.get("from"))
    image = text_of(source.get("name")) if source.get("kind") == "DockerImage" else ""
    newest = next(iter(objects_of(held.get("items"))), {})
    import_policy = object_of(wanted.get("importPolicy"))
    there = (text_of(one.get("tag")) for one in _tags(stream, "status", "tag") if one.get("items"))
    return ImageStreamTag(
        trigger.stream,
        trigger.tag,
        imported_from=image if try_parse(image) else "",
        digest=text_of(newest.get("image")),
        is_scheduled=import_policy.get("scheduled") is True,
        is_insecure=import_policy.get("insecure") is True,
        is_local=object_of(wanted.get("referencePolicy")).get("type") == "Local",
        repository=text_of(object_of(stream.get("status")).get("dockerImageRepository")),
        tags=tuple(there),
    )


def _tags(stream: JsonObject, half: str, key: str) -> list[JsonObject]:
    tags = objects_of(object_of(stream.get(half)).get("tags"))
    return [one for one in tags if isinstance(one.get(key), str)][:_MOST_TAGS]


def _import_failure(trigger: ImageTrigger, stream: JsonObject) -> str:
    for tag in _tags(stream, "status", "tag"):
        for condition in objects_of(tag.get("conditions")) if tag.get("tag") == trigger.tag else ():
            if condition.get("type") == "ImportSuccess" and condition.get("status") == "False":
                return redacted(text_of(condition.get("message")) or text_of(condition.get("reason")))
    return ""

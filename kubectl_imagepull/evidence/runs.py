"""Which containers really got their images: what other pods prove about an image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, pull_secrets_of, text_of
from kubectl_imagepull.vocabulary.image_reference import try_parse

_PARTS = (
    ("containers", "containerStatuses"),
    ("initContainers", "initContainerStatuses"),
    ("ephemeralContainers", "ephemeralContainerStatuses"),
)


class ImageRun(NamedTuple):
    """One container that got its image: it runs, or ran in this pod.

    `since` is when the pod started (the image was there then at the latest), `secrets` the pull secrets that the pod
    names, `owner` its controller's kind and name, `revision` the hash of the pod template that it was made from.
    """

    namespace: str
    pod: str
    container: str
    image: str
    node: str
    secrets: tuple[str, ...]
    since: datetime | None
    owner: tuple[str, str]
    revision: str
    running: bool

    @property
    def name(self) -> str:
        """The pod as reports name it: `NAMESPACE/POD`."""
        return f"{self.namespace}/{self.pod}"


@lru_cache(maxsize=65536)
def image_key(image: str) -> str:
    """What two references have in common that name one image: a digest outranks the tag."""
    reference = try_parse(image)
    if reference is None:
        return image
    mark = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
    return f"{reference.repository}{mark}"


def named_secrets(pod: JsonObject) -> tuple[str, ...]:
    """The pull secrets that a pod names, sorted: pods with the same ones pull with the same credentials."""
    return tuple(sorted(pull_secrets_of(object_of(pod.get("spec")))))


def runs_of(pods: Iterable[JsonObject]) -> Iterator[ImageRun]:
    """Every container of the pods that got its image; those that can't get it any more are among them."""
    for pod in pods:
        status = object_of(pod.get("status"))
        got = {
            (statuses, text_of(container.get("name"))): _is_running(container)
            for _, statuses in _PARTS
            if statuses in status
            for container in objects_of(status[statuses])
            if _got_image(container)
        }
        if got:
            yield from _runs(pod, status, got)


def _runs(pod: JsonObject, status: JsonObject, got: dict[tuple[str, str], bool]) -> Iterator[ImageRun]:
    metadata, spec = object_of(pod.get("metadata")), object_of(pod.get("spec"))
    labels = object_of(metadata.get("labels"))
    owner = next((one for one in objects_of(metadata.get("ownerReferences")) if one.get("controller") is True), {})
    secrets, since = named_secrets(pod), parse_time(status.get("startTime"))
    for list_name, statuses in _PARTS:
        for container in objects_of(spec[list_name]) if list_name in spec else ():
            name, image = text_of(container.get("name")), text_of(container.get("image"))
            if image and (statuses, name) in got:
                yield ImageRun(
                    namespace=text_of(metadata.get("namespace")),
                    pod=text_of(metadata.get("name")),
                    container=name,
                    image=image,
                    node=text_of(spec.get("nodeName")),
                    secrets=secrets,
                    since=since,
                    owner=(text_of(owner.get("kind")), text_of(owner.get("name"))),
                    revision=text_of(labels.get("controller-revision-hash")),
                    running=got[statuses, name],
                )


def _is_running(container: JsonObject) -> bool:
    return bool(object_of(object_of(container.get("state")).get("running")))


def _got_image(container: JsonObject) -> bool:
    """Whether the runtime started the container from an image: it has an image id and a run behind it."""
    if not text_of(container.get("imageID")):
        return False
    state = object_of(container.get("state"))
    if "running" in state or "terminated" in state:
        return True
    return bool(object_of(object_of(container.get("lastState")).get("terminated")))

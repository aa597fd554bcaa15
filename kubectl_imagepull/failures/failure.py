"""A failed pull as a value: which container, which image, and the texts that speak about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import What


@dataclass(frozen=True)
class Text:
    """One text about a failure; `source` is `waiting.message`, `waiting.reason` or `event REASON`."""

    text: str
    source: str
    time: datetime | None = None


@dataclass(frozen=True)
class PullFailure:
    """One container and one image that can't be pulled.

    `container` is None for the sandbox image. `texts` stand best first; `pod_object` is the pod as it was read.
    """

    namespace: str
    pod: str
    container: str | None
    what: What
    image: str
    node: str | None
    reason: str
    texts: tuple[Text, ...]
    since: datetime | None
    pod_object: JsonObject

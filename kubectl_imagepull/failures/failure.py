"""A failed pull as a value: which container, which image, and the texts that speak about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import What


@dataclass(frozen=True)
class FailureText:
    """One text about a failure."""

    #: The text as it stands in the cluster.
    text: str
    #: Where it stands: `waiting.message`, `waiting.reason` or `event REASON`.
    source: str
    #: When an event said it last; None for a status.
    time: datetime | None = None


@dataclass(frozen=True)
class PullFailure:
    """One container and one image that can't be pulled."""

    #: The pod's namespace.
    namespace: str
    #: The pod's name.
    pod: str
    #: The container's name; None for the sandbox image.
    container: str | None
    #: What the image is for.
    what: What
    #: The image as the pod names it, without logins.
    image: str
    #: The pod's node; None where it has none.
    node: str | None
    #: The waiting reason, or that of the sandbox's event.
    reason: str
    #: The texts about it, the best first.
    texts: tuple[FailureText, ...]
    #: Since when it fails, if that is known.
    since: datetime | None
    #: The pod as it was read.
    pod_object: JsonObject

"""Which registries nodes really pulled from, as their kubelets say in events: what proves a way to be free."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from kubectl_imagepull.evidence.usage import registry_of_image
from kubectl_imagepull.kube.snapshot import JsonObject, object_of, parse_time, text_of

#: The kubelet's words for an image that it didn't have yet (kubernetes pkg/kubelet/images/image_manager.go).
_PULLED = re.compile(r'Successfully pulled image "([^"\\]+)"')


class Pulls:
    """The last pull from each registry on each node; built once for a snapshot."""

    def __init__(self, events: Iterable[JsonObject]) -> None:
        self._registries: dict[str, dict[str, datetime]] = {}
        self._nodes: dict[str, dict[str, datetime]] = {}
        for event in events:
            if event.get("reason") == "Pulled":
                self._add(event)

    def _add(self, event: JsonObject) -> None:
        image, time = _PULLED.match(text_of(event.get("message"))), parse_time(event.get("lastTimestamp"))
        node = text_of(object_of(event.get("source")).get("host")) or text_of(event.get("reportingInstance"))
        registry = registry_of_image(image[1]) if image else ""
        if registry and node and time:
            for by_name, name, other in ((self._registries, node, registry), (self._nodes, registry, node)):
                times = by_name.setdefault(name, {})
                times[other] = max(time, times.get(other, time))

    def registries(self, node: str, since: datetime | None) -> list[str]:
        """The registries that a node pulled from since a time; none where that isn't known."""
        return _since(self._registries.get(node, {}), since)

    def nodes(self, registry: str, since: datetime | None) -> list[str]:
        """The nodes that pulled from a registry since a time; none where that isn't known."""
        return _since(self._nodes.get(registry, {}), since)


def _since(times: dict[str, datetime], since: datetime | None) -> list[str]:
    return [name for name, time in times.items() if since is not None and time >= since]

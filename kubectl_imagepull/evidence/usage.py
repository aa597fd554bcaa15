"""Who uses an image, and who a registry: counted once for a snapshot, so that a failure finds its neighbours fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from kubectl_imagepull.evidence.runs import ImageRun, image_key, named_secrets
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import try_parse

#: One failure and what its texts say.
ReadFailure = tuple[PullFailure, Verdict]

_MOST_NAMED = 4


def since_order(run: ImageRun) -> float:
    """Sorts runs by the time since when they have their image, an unknown one first."""
    return run.since.timestamp() if run.since else 0.0


@dataclass
class ImageUse:
    """The containers that run with one image, and those that can't get it."""

    #: The containers that got it.
    runs: list[ImageRun] = field(default_factory=list)
    #: Those that can't get it.
    failures: list[ReadFailure] = field(default_factory=list)

    @cached_property
    def newest_first(self) -> list[ImageRun]:
        """The runs, newest first, containers that still run before those that only ran."""
        return sorted(self.runs, key=lambda run: (run.running, since_order(run)), reverse=True)

    @cached_property
    def runs_by_node(self) -> dict[str, list[ImageRun]]:
        """The runs of each node, newest first."""
        by_node: dict[str, list[ImageRun]] = {}
        for run in self.newest_first:
            if run.node:
                by_node.setdefault(run.node, []).append(run)
        return by_node

    @cached_property
    def running_pods(self) -> int:
        """How many pods have the image."""
        return len({(run.namespace, run.pod) for run in self.runs})

    @cached_property
    def running_nodes(self) -> tuple[str, ...]:
        """The nodes that run the image."""
        return tuple(sorted(self.runs_by_node))

    @cached_property
    def runs_by_credentials(self) -> dict[tuple[str, tuple[str, ...]], list[ImageRun]]:
        """The runs of each namespace and set of pull secrets, newest first."""
        by_credentials: dict[tuple[str, tuple[str, ...]], list[ImageRun]] = {}
        for run in self.newest_first:
            by_credentials.setdefault((run.namespace, run.secrets), []).append(run)
        return by_credentials

    @cached_property
    def failures_by_node(self) -> dict[str, list[ReadFailure]]:
        """The failures of each node."""
        by_node: dict[str, list[ReadFailure]] = {}
        for one in self.failures:
            if one[0].node:
                by_node.setdefault(one[0].node, []).append(one)
        return by_node

    @cached_property
    def failing_pods(self) -> dict[tuple[str, str], str]:
        """The pods that can't get the image, and their nodes."""
        return {(failure.namespace, failure.pod): failure.node or "" for failure, _ in self.failures}

    @cached_property
    def failing_nodes(self) -> tuple[str, ...]:
        """The nodes on which the image can't be pulled."""
        return tuple(sorted({node for node in self.failing_pods.values() if node}))

    @cached_property
    def failing_since(self) -> datetime | None:
        """When the first of the failures began."""
        return min((failure.since for failure, _ in self.failures if failure.since), default=None)


@dataclass
class RegistryUse:
    """The images of one registry, by image key, and which of its failures are where."""

    #: Image key -> who uses that image.
    images: dict[str, ImageUse] = field(default_factory=dict)
    #: The nodes that show a cause with any of its images.
    nodes_by_cause: dict[Cause, set[str]] = field(default_factory=dict)
    #: The same in the order of names, made where it is asked for: a cause may have thousands of nodes.
    _sorted_nodes: dict[Cause, list[str]] = field(default_factory=dict, repr=False)

    @cached_property
    def running(self) -> dict[str, ImageRun]:
        """The newest run of each image that runs now, newest first."""
        newest = {
            key: max(running, key=since_order)
            for key, use in self.images.items()
            if (running := [run for run in use.runs if run.running])
        }
        return dict(sorted(newest.items(), key=lambda item: since_order(item[1]), reverse=True))

    @cached_property
    def newest_by_node(self) -> dict[str, list[tuple[str, ImageRun]]]:
        """The newest run of each image on each node, newest first."""
        by_node: dict[str, list[tuple[str, ImageRun]]] = {}
        for key, use in self.images.items():
            for node, runs in use.runs_by_node.items():
                by_node.setdefault(node, []).append((key, runs[0]))
        for runs_here in by_node.values():
            runs_here.sort(key=lambda item: since_order(item[1]), reverse=True)
        return by_node

    @cached_property
    def newest_of_nodes(self) -> list[tuple[str, ImageRun]]:
        """The newest run of each node, newest first."""
        newest = [(node, runs[0][1]) for node, runs in self.newest_by_node.items()]
        return sorted(newest, key=lambda item: since_order(item[1]), reverse=True)

    @cached_property
    def failing(self) -> dict[str, frozenset[Cause]]:
        """The images that can't be pulled, and why."""
        return {
            key: frozenset(verdict.cause for _, verdict in use.failures)
            for key, use in self.images.items()
            if use.failures
        }

    @cached_property
    def _images_by_cause(self) -> Counter[Cause]:
        return Counter(cause for causes in self.failing.values() for cause in causes)

    def causes_beside(self, image: str) -> list[Cause]:
        """Why other images than this can't be pulled, the cause of most images first."""
        counts = self._images_by_cause - Counter(self.failing.get(image, ()))
        return sorted(counts, key=lambda cause: (-counts[cause], cause.value))

    def nodes_beside(self, cause: Cause, node: str) -> tuple[list[str], int]:
        """The first of the other nodes that show a cause, and how many there are."""
        if cause not in self._sorted_nodes:
            self._sorted_nodes[cause] = sorted(self.nodes_by_cause.get(cause, ()))
        nodes = self._sorted_nodes[cause]
        return [name for name in nodes[:_MOST_NAMED] if name != node], len(nodes) - (
            node in self.nodes_by_cause.get(cause, ())
        )


class Usage:
    """The uses of all images and registries in a snapshot."""

    def __init__(self, runs: Iterable[ImageRun], read_failures: Iterable[ReadFailure]) -> None:
        self.images: dict[str, ImageUse] = {}
        self.registries: dict[str, RegistryUse] = {}
        failing = set()
        # the failures first: what fails now counts as no run, although the container may have run before
        for failure, verdict in read_failures:
            key = image_key(failure.image)
            failing.add((failure.namespace, failure.pod, failure.container, key))
            self._use(key, failure.image).failures.append((failure, verdict))
            registry = self.registries.get(registry_of_image(failure.image))
            if registry is not None and failure.node:
                registry.nodes_by_cause.setdefault(verdict.cause, set()).add(failure.node)
        for run in runs:
            key = image_key(run.image)
            if (run.namespace, run.pod, run.container, key) not in failing:
                self._use(key, run.image).runs.append(run)

    def _use(self, key: str, image: str) -> ImageUse:
        use = self.images.get(key)
        if use is None:
            use = self.images[key] = ImageUse()
            registry = registry_of_image(image)
            if registry:
                self.registries.setdefault(registry, RegistryUse()).images[key] = use
        return use


def registry_of_image(image: str) -> str:
    """The registry of an image; "" for an invalid reference."""
    reference = try_parse(image)
    return reference.registry if reference else ""


def same_credentials(one: PullFailure, other: PullFailure) -> bool:
    """Whether two pods pull with the same pull secrets of the same namespace."""
    return one.namespace == other.namespace and named_secrets(one.pod_object) == named_secrets(other.pod_object)

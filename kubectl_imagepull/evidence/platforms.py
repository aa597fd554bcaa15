"""Which platforms there are: the node's, the image's as far as anything tells, and those of other nodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of

#: What the runtimes asked for and didn't find: Docker's words and those of newer wrappers, then c/image's.
_WANTED = re.compile(
    r"(?:no matching manifest for|no match for platform|no child with platform|no manifest found for platform"
    r"|(?:specified|requested) platform)[ :(]+\"?([a-z0-9]+/[a-z0-9]+(?:/[a-z0-9]+)?)"
)
_WANTED_PARTS = re.compile(
    r'for architecture \\*"?([a-z0-9]+)\\*"?(?:, variant \\*"?([a-z0-9]*)\\*"?)?, OS \\*"?([a-z0-9]+)', re.IGNORECASE
)
#: What the image is for, where the text says it.
_WINDOWS = re.compile(r"a Windows version ([\d.]+)-based image is incompatible with a ([\d.]+) host")
_IMAGE_SYSTEM = re.compile(
    r"(?:image with operating system|image operating system|operating system) \"?([a-z]+)\"?"
    r"(?: when requesting| cannot be used| can not be used)"
)


@dataclass(frozen=True)
class Platforms:
    """The platforms that bear on a failure, as OS/ARCHITECTURE; "" and () for what isn't known."""

    #: The platform of the failure's node.
    node: str = ""
    #: What the runtime asked the image for, by its own words.
    wanted: str = ""
    #: The operating system that the image is for, by the text.
    image_system: str = ""
    #: The platforms of nodes that run the image: it has these.
    of_image: tuple[str, ...] = ()
    #: The platforms of the cluster's other nodes that differ from the node's, most nodes first.
    others: tuple[str, ...] = ()
    #: The Windows builds of the image and of the host, where the text names them.
    windows_builds: tuple[str, ...] = ()


def platform_of(node: JsonObject) -> str:
    """A node's platform as OS/ARCHITECTURE; "" where it doesn't say."""
    info = object_of(object_of(node.get("status")).get("nodeInfo"))
    labels = object_of(object_of(node.get("metadata")).get("labels"))
    system = text_of(info.get("operatingSystem")) or text_of(labels.get("kubernetes.io/os"))
    architecture = text_of(info.get("architecture")) or text_of(labels.get("kubernetes.io/arch"))
    return f"{system}/{architecture}" if system and architecture else ""


def wanted_in(text: str) -> str:
    """The platform that a text says was asked for, as OS/ARCHITECTURE[/VARIANT]; "" for none."""
    if found := _WANTED.search(text):
        return found[1]
    if found := _WANTED_PARTS.search(text):
        architecture, variant, system = found[1], found[2], found[3]
        return "/".join(filter(None, (system, architecture, variant)))
    return ""


def image_system_in(text: str) -> str:
    """The operating system that a text says the image is for; "" for none."""
    found = _IMAGE_SYSTEM.search(text)
    return found[1] if found else ""


def windows_builds_in(text: str) -> tuple[str, ...]:
    """The Windows builds of the image and of its host, where a text says that they don't fit; () for none."""
    found = _WINDOWS.search(text)
    return (found[1], found[2]) if found else ()


def platforms_of(
    failure: PullFailure, sightings: Sightings, find: Callable[[str], JsonObject | None], counts: Counter[str]
) -> Platforms:
    """The platforms that bear on a failure.

    `find` gives a node by its name, if it could be looked at; `counts` says how many nodes have which platform.
    """
    node = find(failure.node or "")
    own = platform_of(node) if node else ""
    running = (platform_of(running_node) for name in sightings.running_on if (running_node := find(name)))
    texts = [text.text for text in failure.texts]
    return Platforms(
        node=own,
        wanted=next(filter(None, map(wanted_in, texts)), ""),
        image_system=next(filter(None, map(image_system_in, texts)), ""),
        of_image=tuple(dict.fromkeys(filter(None, running))),
        others=tuple(platform for platform, _ in counts.most_common() if platform not in {"", own}),
        windows_builds=next(filter(None, map(windows_builds_in, texts)), ()),
    )

"""Which entries of the pull secrets the kubelet sends for an image: keys made even, matched and put in order.

Facts: kubernetes pkg/credentialprovider/keyring.go (Add, URLsMatch, Lookup).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kubectl_imagepull.evidence.docker_config import AuthEntry
from kubectl_imagepull.evidence.golang import (
    UnparsableUrlError,
    host_and_path,
    pattern_matches,
    split_host_port,
)
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference

#: The key under which Docker Hub's credentials are looked for, when nothing else fits.
DOCKER_HUB_KEY = "index.docker.io"


@dataclass(frozen=True)
class KeyringMatch:
    """One credential that is sent: the secret that it comes from, and its entry there."""

    #: The pull secret's name.
    secret: str
    #: The registry of that secret which fits the image.
    entry: AuthEntry


def normalise(registry: str) -> str:
    """The key that the kubelet makes from a registry as a secret names it: host and path.

    Raises UnparsableUrlError for one that it skips.
    """
    url = registry if registry.startswith(("https://", "http://")) else f"https://{registry}"
    host, path = host_and_path(url)
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return host if path in {"", "/"} else host + path


def urls_match(key: str, image: str) -> bool:
    """Whether a key is for an image's name: same port, each label of the host fits, and the path begins the same."""
    try:
        key_host, key_path = host_and_path(f"https://{key}")
        image_host, image_path = host_and_path(f"https://{image}")
    except UnparsableUrlError:
        return False
    key_name, key_port = split_host_port(key_host)
    image_name, image_port = split_host_port(image_host)
    patterns, labels = key_name.split("."), image_name.split(".")
    return (
        key_port == image_port
        and len(patterns) == len(labels)
        and image_path.startswith(key_path)
        and all(pattern_matches(pattern, label) for pattern, label in zip(patterns, labels, strict=True))
    )


def is_for_docker_hub(image: str) -> bool:
    """Whether the kubelet takes an image's name for one of Docker Hub's."""
    first, slash, _ = image.partition("/")
    if not first:
        return False
    return not slash or first in {DOCKER_HUB, DOCKER_HUB_KEY} or not ("." in first or ":" in first)


def lookup(secrets: Iterable[tuple[str, Iterable[AuthEntry]]], image: ImageReference | str) -> tuple[KeyringMatch, ...]:
    """What is sent for an image, in the order in which it is tried; empty credentials too.

    `secrets` are names with their entries, in the pod's order.
    """
    name = image if isinstance(image, str) else image.repository
    ring: dict[str, list[KeyringMatch]] = {}
    for secret, entries in secrets:
        for entry in entries:
            try:
                key = normalise(entry.registry)
            except UnparsableUrlError:
                continue
            ring.setdefault(key, []).append(KeyringMatch(secret, entry))
    matches = [match for key in sorted(ring, reverse=True) if urls_match(key, name) for match in ring[key]]
    if not matches and is_for_docker_hub(name):
        matches = ring.get(DOCKER_HUB_KEY, [])
    return tuple(matches)

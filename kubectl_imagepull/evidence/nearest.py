"""Why a registry that a pull secret names is not the one that an image comes from.

Facts: kubernetes pkg/credentialprovider/keyring.go, and the ways in which people miss it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kubectl_imagepull.evidence.docker_config import AuthEntry
from kubectl_imagepull.evidence.golang import UnparsableUrlError, host_and_path, pattern_matches, split_host_port
from kubectl_imagepull.evidence.keyring import DOCKER_HUB_KEY, normalise
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference

_DOCKER_HUB_ALIASES = frozenset(
    {
        DOCKER_HUB,
        DOCKER_HUB_KEY,
        "auth.docker.io",
        "cloud.docker.com",
        "docker.com",
        "hub.docker.com",
        "index.docker.com",
        "registry-1.docker.io",
        "registry.docker.io",
        "registry.hub.docker.com",
        "www.docker.com",
    }
)
_DOCKER_HUB_SERVER = "https://index.docker.io/v1/"
_QUERY = re.compile(r"([?#]).+", re.DOTALL)
_QUERY_BEGINS = re.compile(r"[?#]")
_FAR = 9
_MOST_SHOWN = 100


def shown_registry(registry: str) -> str:
    """A registry as a secret names it, for a sentence: without what may be a password, and not too long.

    What stands before an @ is a user and a password, and after a ? or # anything may stand.
    """
    scheme = next((scheme for scheme in ("https://", "http://") if registry.startswith(scheme)), "")
    before, at, rest = registry.removeprefix(scheme).rpartition("@")
    host = _QUERY.sub(r"\1...", rest)
    text = f"{scheme}{'...' if before else ''}{at}{host}"
    clean = "".join(char if char.isprintable() else "?" for char in text)
    clean = clean if len(clean) <= _MOST_SHOWN else f"{clean[: _MOST_SHOWN - 3]}..."
    return f'"{clean}"' if " " in clean or not clean else clean


def nearest_miss(entries: Iterable[AuthEntry], image: ImageReference) -> str | None:
    """What keeps the nearest of the registries from fitting, as a sentence; None where all are simply others."""
    misses = sorted((_miss(entry.registry, image) for entry in entries), key=lambda miss: miss[0])
    return misses[0][1] if misses and misses[0][0] < _FAR else None


def _miss(registry: str, image: ImageReference) -> tuple[int, str]:
    """How near a registry is, the lowest number nearest, and why it doesn't fit."""
    name = shown_registry(registry)
    try:
        key = normalise(registry)
        host, path = host_and_path(f"https://{key}")
    except UnparsableUrlError as error:
        return 4, f"the kubelet ignores {name}: {error}."
    label, port = split_host_port(host)
    wanted, _ = split_host_port(image.registry)
    if image.registry == DOCKER_HUB and label.lower() in _DOCKER_HUB_ALIASES and (label != DOCKER_HUB or port):
        return 1, _docker_hub(name, label, port, path)
    if label.lower() == wanted.lower() or _fits(label, wanted):
        return _same_host(name, label, port, path, image)
    return _other_host(name, label, wanted)


def _other_host(name: str, label: str, wanted: str) -> tuple[int, str]:
    if "*" in label and _parts(label) != _parts(wanted) and wanted.endswith(label.rpartition("*")[2]):
        return 3, (
            f"a * matches only one part of a host, and {label} has {_parts(label)} where {wanted} has {_parts(wanted)}."
        )
    if mark := _QUERY_BEGINS.search(name):
        return 6, f"what follows the {mark[0]} in {name} isn't part of the host for the kubelet."
    if label.rstrip(".") == wanted:
        return 2, f"{name} has a dot at the end of its host, and {wanted} has none."
    if label.lower() in {"http", "https"}:
        return (
            2,
            f"for the kubelet {label} is the host in {name}: it accepts http:// or https:// only once, in lower case.",
        )
    return _FAR, ""


def _fits(pattern: str, host: str) -> bool:
    patterns, labels = pattern.split("."), host.split(".")
    return len(patterns) == len(labels) and all(map(pattern_matches, patterns, labels))


def _parts(host: str) -> int:
    return host.count(".") + 1


def _docker_hub(name: str, label: str, port: str, path: str) -> str:
    if label == DOCKER_HUB_KEY and path in {"/v1", "/v2"} and not port:
        return f"{name} lacks the slash at its end: Docker Hub's key is {_DOCKER_HUB_SERVER}."
    if label in {DOCKER_HUB, DOCKER_HUB_KEY} and port:
        return f"{name} names a port, and then it isn't Docker Hub's: the key is {_DOCKER_HUB_SERVER}."
    if label == DOCKER_HUB_KEY and path:
        return f"{name} names a path, and so fits no image: Docker Hub's key is {_DOCKER_HUB_SERVER}."
    if label != label.lower():
        return f"{name} differs from Docker Hub's key, {_DOCKER_HUB_SERVER}, in upper and lower case."
    return f"{name} is not where the kubelet looks for Docker Hub's credentials: the key is {_DOCKER_HUB_SERVER}."


def _same_host(name: str, label: str, port: str, path: str, image: ImageReference) -> tuple[int, str]:
    wanted, wanted_port = split_host_port(image.registry)
    if not _fits(label, wanted):
        return 1, f"{name} differs from the image's registry, {image.registry}, in upper and lower case."
    if port != wanted_port:
        ports = f"{name} names port {port}" if port else f"{name} names no port"
        other = f"names port {wanted_port}" if wanted_port else "names none"
        also = ", not even 443" if "443" in {port, wanted_port} and "" in {port, wanted_port} else ""
        return 1, f"{ports} and the image {other}: the kubelet doesn't treat them as the same{also}."
    return 0, _other_path(name, path, image)


def _other_path(name: str, path: str, image: ImageReference) -> str:
    if path in {"/v1", "/v2"}:
        return f"{name} lacks the slash at its end, so {path} is read as part of the image's path."
    if "*" in path:
        return f"{name} has a * in its path, where it isn't a wildcard."
    own = path[1:]
    if own.endswith("/") and image.path.startswith(own.rstrip("/")):
        return f"{name} ends in a slash, and the image's path {image.path} has none there."
    if own.startswith(image.path):
        return f"{name} is longer than the image's path, {image.path}, which has to begin with it."
    if image.path.lower().startswith(own.lower()):
        return f"{name} differs from the image's path, {image.path}, in upper and lower case."
    return f"{name} is for another path than the image's, {image.path}."

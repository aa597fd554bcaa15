"""The logins of whoever runs the program, by registry, where they are to be tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.registry.docker_login import DockerLoginError, docker_logins
from kubectl_imagepull.registry.image_answer import ProbeLogin
from kubectl_imagepull.runs.request import ProbeRequest
from kubectl_imagepull.vocabulary.image_reference import ImageReference


@dataclass(frozen=True)
class OwnLogins:
    """What docker knows."""

    #: The logins by registry; their values don't show.
    logins: dict[str, tuple[ProbeLogin, ...]] = field(default_factory=dict, repr=False)
    #: Those that could not be had.
    skipped: tuple[Skipped, ...] = ()


def own_logins(probe: ProbeRequest | None, images: Iterable[ImageReference]) -> OwnLogins:
    """Docker's logins for the registries of images, where they are asked for; each is looked up once."""
    if probe is None or not probe.as_docker:
        return OwnLogins()
    logins: dict[str, tuple[ProbeLogin, ...]] = {}
    skipped: list[Skipped] = []
    for registry in dict.fromkeys(image.registry for image in images):
        held = _held(registry)
        if isinstance(held, Skipped):
            skipped.append(held)
        else:
            logins[registry] = held
    return OwnLogins(logins, tuple(skipped))


def _held(registry: str) -> tuple[ProbeLogin, ...] | Skipped:
    try:
        return docker_logins(registry)
    except DockerLoginError as error:
        return Skipped(f"your docker login for {registry}", str(error), partly=False)

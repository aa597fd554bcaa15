"""Where the contexts of a kubeconfig lead to: several of them may lead to the same pods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kubectl_imagepull.kube.connection import kubeconfig
from kubectl_imagepull.kube.connection.options import Overrides
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import SourceError

#: What of a cluster decides which server answers; by whom it is vouched for does not.
_WAY = ("proxy-url", "tls-server-name")


@dataclass(frozen=True)
class Place:
    """A server, the way to it, and a namespace (None for all); `user` is who asks, and no part of where."""

    server: str
    way: tuple[object, ...]
    namespace: str | None
    user: JsonObject = field(compare=False, repr=False)


def places_of(
    config: kubeconfig.Kubeconfig, contexts: Sequence[str], namespace: str | None, *, everywhere: bool
) -> dict[str, Place]:
    """Where contexts lead to, with a namespace in place of their own if one is given; without those that lead nowhere.

    Why they don't is said where they are read.
    """
    found: dict[str, Place] = {}
    for context in contexts:
        try:
            target = kubeconfig.choose(config, context, None, None, Overrides())
        except SourceError:
            continue
        if target is not None:
            server = str(target.cluster.get("server", "")).strip().rstrip("/")
            way = tuple(target.cluster.get(name) for name in _WAY)
            found[context] = Place(server, way, None if everywhere else namespace or target.namespace, target.user)
    return found


def same_reading(places: dict[str, Place]) -> dict[str, str]:
    """Contexts that lead the same user to the same place as an earlier one, which is given with them."""
    found: dict[str, str] = {}
    firsts: list[str] = []
    for context, place in places.items():
        first = next((one for one in firsts if places[one] == place and places[one].user == place.user), None)
        if first is None:
            firsts.append(context)
        else:
            found[context] = first
    return found

"""Where the contexts of a kubeconfig lead to: several of them may lead to the same pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kubectl_imagepull.kube.connection.kubeconfig import Kubeconfig, resolve_context
from kubectl_imagepull.kube.connection.options import Overrides
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import SourceError

#: What of a cluster decides which server answers; by whom it is vouched for does not.
_ROUTE = ("proxy-url", "tls-server-name")


@dataclass(frozen=True)
class ContextLocation:
    """Where a context leads to; two are equal that lead to the same pods, whoever asks."""

    #: The API server's URL.
    server: str
    #: What else decides which server answers there.
    route: tuple[object, ...]
    #: The namespace; None for all.
    namespace: str | None
    #: The fields of the user who asks.
    user: JsonObject = field(compare=False, repr=False)


def locate_contexts(
    config: Kubeconfig, contexts: Sequence[str], namespace: str | None, *, everywhere: bool
) -> dict[str, ContextLocation]:
    """Where contexts lead to, with a namespace in place of their own if one is given; without those that lead nowhere.

    Why they don't is said where they are read.
    """
    locations: dict[str, ContextLocation] = {}
    for name in contexts:
        try:
            context = resolve_context(config, name, None, None, Overrides())
        except SourceError:
            continue
        if context is not None:
            server = str(context.cluster.get("server", "")).strip().rstrip("/")
            route = tuple(context.cluster.get(one) for one in _ROUTE)
            own_namespace = None if everywhere else namespace or context.namespace
            locations[name] = ContextLocation(server, route, own_namespace, context.user)
    return locations


def duplicate_contexts(locations: Mapping[str, ContextLocation]) -> dict[str, str]:
    """Contexts that lead the same user to the same place as an earlier one, which is given with them."""
    duplicates: dict[str, str] = {}
    originals: list[str] = []
    for context, location in locations.items():
        same = (one for one in originals if locations[one] == location and locations[one].user == location.user)
        original = next(same, None)
        if original is None:
            originals.append(context)
        else:
            duplicates[context] = original
    return duplicates

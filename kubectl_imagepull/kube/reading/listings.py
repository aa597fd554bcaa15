"""Lists of the API -> usable objects, and what has to be said of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kubectl_imagepull.kube.events import normalise_event
from kubectl_imagepull.kube.objects import JsonObject, object_of, without_unread
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.snapshot import Skipped


def lean(items: list[Any]) -> list[Any]:
    """The items without what nothing here reads."""
    for item in items:
        without_unread(object_of(item))
    return items


def counting(count: Callable[[int], None]) -> api.Take:
    """Keeps the items of a page lean, and tells how many came."""

    def take(items: list[Any]) -> list[Any]:
        count(len(items))
        return lean(items)

    return take


def usable_objects(items: Iterable[Any], kind: str) -> tuple[list[JsonObject], list[Skipped]]:
    """The items that are objects with a name, and what has to be said of the others."""
    named, unnamed = [], 0
    for item in items:
        if isinstance(item, dict) and isinstance(object_of(item.get("metadata")).get("name"), str):
            named.append(item)
        else:
            unnamed += 1
    if kind == "Event":
        for event in named:
            normalise_event(event)
    return named, [Skipped(f"{kind.lower()}s", f"left out without a name: {unnamed}")] if unnamed else []


def broken_list(what: str, listing: api.Listing) -> list[Skipped]:
    """What has to be said of a list that broke off."""
    if listing.broken is None:
        return []
    return [Skipped(what, f"the list broke off after {len(listing.items)}: {listing.broken}")]


def events_unread(scope: PodScope, error: api.ApiError) -> Skipped:
    """What has to be said of events that could not be read."""
    why = f"could not be read: {error}"
    if error.status == api.FORBIDDEN:
        why = f"not allowed to list events {scope.place} (verb list, resource events): {error}"
    return Skipped("events", why)

"""A live cluster -> snapshot: pods and their events."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from urllib.parse import quote

from kubectl_imagepull.cluster import api
from kubectl_imagepull.cluster.events import normalise_event, pod_of
from kubectl_imagepull.cluster.memory import paused_collection
from kubectl_imagepull.cluster.session import Session
from kubectl_imagepull.cluster.snapshot import JsonObject, Skipped, Snapshot, Source, SourceError, object_of, objects_of

_NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_ANONYMOUS = "system:anonymous"


def read_session(
    session: Session,
    namespace: str | None = None,
    *,
    all_namespaces: bool = False,
    selector: str | None = None,
) -> Snapshot:
    """Reads the pods of a namespace (by default the context's), or of all, and the events about them.

    The server selects the pods by label. Needs the right to list pods; without the one to list events, or where a list
    breaks off, the snapshot still stands and says so. Raises SourceError where no pods could be read.
    """
    scope = None if all_namespaces else namespace or session.namespace
    if scope is not None and not _NAMESPACE.match(scope):
        raise SourceError(f"\"{scope}\" is no name of a namespace; list them with '{session.kubectl} get namespaces'")
    skipped: list[Skipped] = []
    with paused_collection():
        pods = _pods(session, scope, selector, skipped)
        if not pods and scope is not None:
            skipped += _check_namespace(session, scope)
        events = _events(session, scope, pods, skipped)
    objects = {"Pod": pods} if events is None else {"Pod": pods, "Event": events}
    return Snapshot(Source("cluster", session.context, scope), objects, datetime.now(timezone.utc), tuple(skipped))


def _pods(session: Session, scope: str | None, selector: str | None, skipped: list[Skipped]) -> list[JsonObject]:
    query = {"labelSelector": selector} if selector else {}
    try:
        listing = api.read_list(session, _path(scope, "pods"), **query)
    except api.ApiError as error:
        raise SourceError(_fault(session, scope, error)) from error
    if listing.broken:
        skipped.append(Skipped("pods", _broken(listing)))
    return _usable(listing, "Pod", skipped)


def _events(
    session: Session, scope: str | None, pods: list[JsonObject], skipped: list[Skipped]
) -> list[JsonObject] | None:
    """The events about the pods; None where none could be read."""
    if not pods:
        return []
    try:
        listing = api.read_list(session, _path(scope, "events"), fieldSelector="involvedObject.kind=Pod")
    except api.ApiError as error:
        why = f"could not be read: {error}"
        if error.status == api.FORBIDDEN:
            why = f"not allowed to list events {_place(scope)} (verb list, resource events): {error}"
        skipped.append(Skipped("events", why))
        return None
    if listing.broken:
        skipped.append(Skipped("events", _broken(listing)))
    names = {(object_of(pod["metadata"]).get("namespace", ""), pod["metadata"]["name"]) for pod in pods}
    events = _usable(listing, "Event", skipped)
    for event in events:
        normalise_event(event)
    return [event for event in events if pod_of(event) in names]


def _usable(listing: api.Listing, kind: str, skipped: list[Skipped]) -> list[JsonObject]:
    objects = [
        item for item in objects_of(listing.items) if isinstance(object_of(item.get("metadata")).get("name"), str)
    ]
    if len(objects) < len(listing.items):
        skipped.append(Skipped(f"{kind.lower()}s", f"left out without a name: {len(listing.items) - len(objects)}"))
    return objects


def _check_namespace(session: Session, scope: str) -> list[Skipped]:
    """Tells an empty namespace from one that doesn't exist: both have no pods."""
    try:
        api.read_object(session, f"/api/v1/namespaces/{quote(scope, safe='')}")
    except api.ApiError as error:
        if error.status == api.NOT_FOUND:
            raise SourceError(
                f'namespace "{scope}" doesn\'t exist in context {session.context}; '
                f"list the namespaces with '{session.kubectl} get namespaces'"
            ) from error
        why = f"it has no pods, and whether it exists could not be checked: {error}"
        return [Skipped(f"namespace {scope}", why)]
    return []


def _path(scope: str | None, resource: str) -> str:
    return f"/api/v1/{resource}" if scope is None else f"/api/v1/namespaces/{quote(scope, safe='')}/{resource}"


def _place(scope: str | None) -> str:
    return "in all namespaces" if scope is None else f"in namespace {scope}"


def _broken(listing: api.Listing) -> str:
    return f"the list broke off after {len(listing.items)}: {listing.broken}"


def _fault(session: Session, scope: str | None, error: api.ApiError) -> str:
    """One line that says why no pods could be read, and what to do next."""
    server = f"the API server at {session.server}"
    if error.status is None:
        return f"cannot reach {server} ({error}); check it with '{session.kubectl} cluster-info'"
    if error.status == api.UNAUTHORIZED or (error.status == api.FORBIDDEN and _ANONYMOUS in str(error)):
        return (
            f"{server} refused the login of context {session.context} ({error.status}); "
            f"log in again, and check it with '{session.kubectl} auth whoami'"
        )
    if error.status == api.FORBIDDEN:
        flag = "-A" if scope is None else f"-n {scope}"
        other = "name a namespace with -n, or " if scope is None else ""
        return (
            f"not allowed to list pods {_place(scope)} ({error}); "
            f"{other}ask for that right, and check it with '{session.kubectl} auth can-i list pods {flag}'"
        )
    return f"{server} did not give its pods ({error}); check it with '{session.kubectl} get pods'"

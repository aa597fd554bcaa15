"""A live cluster -> snapshot: its failing pods, in small scopes all pods, and their events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import quote

from kubectl_imagepull.kube.connection.renewal import UNAUTHORIZED
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.objects import JsonObject, key_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.part import Part, Patience, broken, counted, events_unread, lean, usable
from kubectl_imagepull.kube.reading.pool import workers
from kubectl_imagepull.kube.reading.scope import Scope
from kubectl_imagepull.kube.reading.selective import NotHereError, read_selectively
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source, SourceError

#: Scopes of up to so many pods are read whole: that costs less than asking for the failing ones.
SMALL = 500
#: The first request: small scopes are read with it, and of others it tells the size.
_FIRST = 25
_NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_ANONYMOUS = "system:anonymous"
#: Namespaces read at once where not all may be.
_SIDE_BY_SIDE = 4
_MOST_NAMED = 5


def read_session(
    session: Session,
    namespace: str | None = None,
    *,
    all_namespaces: bool = False,
    selector: str | None = None,
    full: bool = False,
) -> Snapshot:
    """Reads the pods of a namespace (by default the context's), or of all, that may fail, and the events about them.

    Small scopes, and with `full` all, are read whole. The server selects the pods by label. Needs the right to list
    pods: where it is given only in some namespaces, those are read. Without the right to list events, or where a list
    breaks off, the snapshot still stands and says so. Raises SourceError where no pods could be read.
    """
    scope = Scope(None if all_namespaces else namespace or session.namespace, selector or "")
    if scope.namespace is not None and not _NAMESPACE.match(scope.namespace):
        raise SourceError(
            f"\"{scope.namespace}\" is no name of a namespace; list them with '{session.kubectl} get namespaces'"
        )
    with paused_collection():
        try:
            part = _read(session, scope, full=full)
        except api.ApiError as error:
            if error.status != api.FORBIDDEN or scope.namespace is not None or _is_anonymous(error):
                raise SourceError(_fault(session, scope, error)) from error
            part = _allowed_namespaces(session, scope, error, full=full)
        skipped = list(part.skipped)
        if not part.pods and not part.total and scope.namespace is not None:
            skipped += _check_namespace(session, scope.namespace)
    objects = {"Pod": part.pods} if part.events is None else {"Pod": part.pods, "Event": part.events}
    source = Source("cluster", session.context, scope.namespace)
    return Snapshot(source, objects, datetime.now(timezone.utc), tuple(skipped), total=part.total)


def _read(session: Session, scope: Scope, *, full: bool) -> Part:
    """Reads one scope, whole where that is small or wanted; raises ApiError where no pods could be read."""
    if full:
        return _whole(session, scope)
    with session.progress.reading("pods"):
        first = api.read_page(session, scope.path("pods"), _FIRST, **scope.pods())
    if first.more == 0:
        pods, skipped = usable(lean(first.items), "Pod")
        return _with_events(session, scope, pods, skipped)
    try:
        if first.more is not None and len(first.items) + first.more <= SMALL:
            return _whole(session, scope, first.items)
        return _selected(session, scope, first)
    except api.ApiError as error:
        pods, skipped = usable(lean(first.items), "Pod")
        return _with_events(session, scope, pods, [*skipped, *broken("pods", api.Listing(first.items, error))])


def _selected(session: Session, scope: Scope, first: api.Listing) -> Part:
    there = None if first.more is None else len(first.items) + first.more
    try:
        return read_selectively(session, scope, there)
    except NotHereError as error:
        part = _whole(session, scope, first.items)
        note = Skipped("reading only the failing pods", f"all were read, for {error}", partly=False)
        return replace(part, skipped=(*part.skipped, note))


def _whole(session: Session, scope: Scope, first: Sequence[JsonObject] = ()) -> Part:
    """All pods; where the list breaks off, those that came `first` are kept if they are more than it gave."""
    with session.progress.reading("pods") as count:
        listing = api.read_list(session, scope.path("pods"), counted(count), **scope.pods())
    if listing.broken and len(first) > len(listing.items):
        listing = api.Listing(lean([*first]), listing.broken)
    pods, skipped = usable(listing.items, "Pod")
    return _with_events(session, scope, pods, [*broken("pods", listing), *skipped])


def _with_events(session: Session, scope: Scope, pods: list[JsonObject], skipped: list[Skipped]) -> Part:
    """The pods with all events about them."""
    if not pods:
        return Part(pods, [], tuple(skipped))
    try:
        with session.progress.reading("events"):
            listing = api.read_list(session, scope.path("events"), lean, fieldSelector="involvedObject.kind=Pod")
    except api.ApiError as error:
        return Part(pods, None, (*skipped, events_unread(scope, error)))
    events, bad = usable(listing.items, "Event")
    names = {key_of(pod) for pod in pods}
    about = [event for event in events if pod_of(event) in names]
    return Part(pods, about, (*skipped, *broken("events", listing), *bad))


def _allowed_namespaces(session: Session, scope: Scope, refusal: api.ApiError, *, full: bool) -> Part:
    """Reads the namespaces that may be read, where not all may: those that there are, else those of the kubeconfig."""
    names, skipped = _namespaces(session)

    patience = Patience()

    def tried(name: str) -> Part | api.ApiError:
        return patience.tried(lambda: _read(session, Scope(name, scope.selector), full=full))

    with session.progress.reading("namespaces"), workers(_SIDE_BY_SIDE) as pool:
        answers = dict(zip(names, pool.map(tried, names), strict=True))
    parts = {name: answer for name, answer in answers.items() if isinstance(answer, Part)}
    if not parts:
        unknown = f" ({skipped[0].what}: {skipped[0].why})" if skipped else ""
        raise SourceError(_fault(session, scope, refusal) + unknown) from refusal
    others = {name: answer for name, answer in answers.items() if isinstance(answer, api.ApiError)}
    refused = [name for name, error in others.items() if error.status == api.FORBIDDEN]
    why = f"not allowed to list pods in all namespaces; read {_listed(list(parts))}"
    skipped.append(Skipped("other namespaces", f"{why}{f', not allowed in {_listed(refused)}' if refused else ''}"))
    faults: dict[str, list[str]] = {}
    for name, error in others.items():
        if error.status != api.FORBIDDEN:
            faults.setdefault(str(error), []).append(name)
    skipped += [Skipped(_listed(failed), f"could not be read: {reason}") for reason, failed in faults.items()]
    for name, part in parts.items():
        skipped += [Skipped(f"{one.what} in {name}", one.why, one.partly) for one in part.skipped]
    pods = [pod for part in parts.values() for pod in part.pods]
    # what is known of no namespace's events is as if they were not read at all
    known = [part.events for part in parts.values() if part.events is not None]
    events = [event for part in known for event in part] if known else None
    total = sum(len(part.pods) if part.total is None else part.total for part in parts.values())
    selective = any(part.total is not None for part in parts.values())
    return Part(pods, events, tuple(skipped), total if selective else None)


def _namespaces(session: Session) -> tuple[list[str], list[Skipped]]:
    """The namespaces to try, and what has to be said where the cluster doesn't name them."""
    try:
        listing = api.read_list(session, "/api/v1/namespaces", lean)
    except api.ApiError as error:
        known = sorted({session.namespace, *session.namespaces})
        why = f"not allowed to list them (verb list, resource namespaces): tried {_listed(known)} of the kubeconfig"
        if error.status != api.FORBIDDEN:
            why = f"could not be read: {error}; tried {_listed(known)} of the kubeconfig"
        return known, [Skipped("namespaces", why)]
    found, skipped = usable(listing.items, "Namespace")
    return sorted(key_of(item)[1] for item in found), [*broken("namespaces", listing), *skipped]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{'namespace' if len(names) == 1 else 'namespaces'} {', '.join(names[:_MOST_NAMED])}{more}"


def _check_namespace(session: Session, name: str) -> list[Skipped]:
    """Tells an empty namespace from one that doesn't exist: both have no pods."""
    try:
        api.read_object(session, f"/api/v1/namespaces/{quote(name, safe='')}")
    except api.ApiError as error:
        if error.status == api.NOT_FOUND:
            raise SourceError(
                f'namespace "{name}" doesn\'t exist in context {session.context}; '
                f"list the namespaces with '{session.kubectl} get namespaces'"
            ) from error
        why = f"it has no pods, and whether it exists could not be checked: {error}"
        return [Skipped(f"namespace {name}", why)]
    return []


def _is_anonymous(error: api.ApiError) -> bool:
    return _ANONYMOUS in str(error)


def _fault(session: Session, scope: Scope, error: api.ApiError) -> str:
    """One line that says why no pods could be read, and what to do next."""
    server = f"the API server at {session.server}"
    if error.status is None:
        return f"cannot reach {server} ({error}); check it with '{session.kubectl} cluster-info'"
    if error.status == UNAUTHORIZED or (error.status == api.FORBIDDEN and _is_anonymous(error)):
        return (
            f"{server} refused the login of context {session.context} ({error.status}); "
            f"log in again, and check it with '{session.kubectl} auth whoami'"
        )
    if error.status == api.FORBIDDEN:
        flag = "-A" if scope.namespace is None else f"-n {scope.namespace}"
        other = "name a namespace with -n, or " if scope.namespace is None else ""
        return (
            f"not allowed to list pods {scope.place} ({error}); "
            f"{other}ask for that right, and check it with '{session.kubectl} auth can-i list pods {flag}'"
        )
    return f"{server} did not give its pods ({error}); check it with '{session.kubectl} get pods'"

"""A live cluster -> snapshot: its failing pods, in small scopes all pods, and their events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import quote

from kubectl_imagepull.kube.claimed_times import set_future_aside
from kubectl_imagepull.kube.connection.answer import UNAUTHORIZED
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.memory import paused_collection
from kubectl_imagepull.kube.objects import JsonObject, key_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.circuit_breaker import CircuitBreaker
from kubectl_imagepull.kube.reading.listings import broken_list, counting, events_unread, lean, usable_objects
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.reading.pods_and_events import PodsAndEvents
from kubectl_imagepull.kube.reading.pool import workers
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
    namespace: str | tuple[str, ...] | None = None,
    *,
    all_namespaces: bool = False,
    selector: str | None = None,
    full: bool = False,
) -> Snapshot:
    """Reads the pods of a namespace (by default the context's), or of all, that may fail, and the events about them.

    Of several namespaces just those are read, and one that can't be read is skipped. Small scopes, and with `full` all,
    are read whole. The server selects the pods by label. Needs the right to list pods: where it is given only in
    some namespaces, those are read. Without the right to list events, or where a list breaks off, the snapshot still
    stands and says so. Raises SourceError where no pods could be read.
    """
    several = tuple(dict.fromkeys(namespace)) if isinstance(namespace, tuple) else ()
    single = namespace if isinstance(namespace, str) and namespace else session.namespace
    scope = PodScope(None if all_namespaces or several else single, selector or "")
    for name in several or filter(None, [scope.namespace]):
        if not _NAMESPACE.match(name):
            raise SourceError(
                f"\"{name}\" isn't a valid namespace name; list them with '{session.kubectl} get namespaces'"
            )
    with paused_collection():
        try:
            read = _several(session, scope, several, full=full) if several else _read(session, scope, full=full)
        except api.ApiError as error:
            # who may not read all namespaces may be allowed to read some
            everywhere = scope.namespace is None and not several
            if error.status != api.FORBIDDEN or not everywhere or _is_anonymous(error):
                raise SourceError(_fault(session, scope, error)) from error
            read = _allowed_namespaces(session, scope, error, full=full)
        skipped = list(read.skipped)
        # a namespace that doesn't exist looks like an empty one
        if not read.pods and not read.total and scope.namespace is not None:
            skipped += _check_namespace(session, scope.namespace)
    now = datetime.now(timezone.utc)
    skipped += set_future_aside([*read.pods, *(read.events or ())], now, live=True)
    objects = {"Pod": read.pods} if read.events is None else {"Pod": read.pods, "Event": read.events}
    source = Source("cluster", session.context, scope.namespace, session.reach, several)
    return Snapshot(source, objects, now, tuple(skipped), total=read.total)


def _read(session: Session, scope: PodScope, *, full: bool) -> PodsAndEvents:
    """Reads one scope, whole where that is small or wanted; raises ApiError where no pods could be read."""
    if full:
        return _whole(session, scope)
    # small scopes come with this request, and of large ones it tells the size
    with session.progress.reading("pods"):
        first = api.read_page(session, scope.path("pods"), _FIRST, **scope.pods())
    if first.more == 0:
        pods, skipped = usable_objects(lean(first.items), "Pod")
        return _with_events(session, scope, pods, skipped)
    try:
        if first.more is not None and len(first.items) + first.more <= SMALL:
            return _whole(session, scope, first.items)
        return _selected(session, scope, first)
    except api.ApiError as error:
        pods, skipped = usable_objects(lean(first.items), "Pod")
        return _with_events(session, scope, pods, [*skipped, *broken_list("pods", api.Listing(first.items, error))])


def _selected(session: Session, scope: PodScope, first: api.Listing) -> PodsAndEvents:
    from kubectl_imagepull.kube.reading.selective import NotHereError, read_selectively

    there = None if first.more is None else len(first.items) + first.more
    try:
        return read_selectively(session, scope, there)
    except NotHereError as error:
        whole = _whole(session, scope, first.items)
        note = Skipped("reading only the failing pods", f"all were read: {error}", partly=False)
        return replace(whole, skipped=(*whole.skipped, note))


def _whole(session: Session, scope: PodScope, first: Sequence[JsonObject] = ()) -> PodsAndEvents:
    """All pods; where the list breaks off, those that came `first` are kept if they are more than it gave."""
    with workers(2) as pool:
        # beside the pods, for there are some
        events = pool.submit(_all_events, session, scope) if first else None
        with session.progress.reading("pods") as count:
            listing = api.read_list(session, scope.path("pods"), counting(count), **scope.pods())
        if listing.broken and len(first) > len(listing.items):
            listing = api.Listing(lean([*first]), listing.broken)
        pods, skipped = usable_objects(listing.items, "Pod")
        skipped = [*broken_list("pods", listing), *skipped]
        return _with_events(session, scope, pods, skipped, events.result() if events else None)


def _with_events(
    session: Session,
    scope: PodScope,
    pods: list[JsonObject],
    skipped: list[Skipped],
    listing: api.Listing | api.ApiError | None = None,
) -> PodsAndEvents:
    """The pods with all events about them: those of a list, or where there is none yet, those that are read now."""
    if not pods:
        return PodsAndEvents(pods, [], tuple(skipped))
    listing = listing or _all_events(session, scope)
    if isinstance(listing, api.ApiError):
        return PodsAndEvents(pods, None, (*skipped, events_unread(scope, listing)))
    events, bad = usable_objects(listing.items, "Event")
    names = {key_of(pod) for pod in pods}
    about = [event for event in events if pod_of(event) in names]
    return PodsAndEvents(pods, about, (*skipped, *broken_list("events", listing), *bad))


def _all_events(session: Session, scope: PodScope) -> api.Listing | api.ApiError:
    """The events about pods in a scope, or why there are none."""
    try:
        with session.progress.reading("events"):
            return api.read_list(session, scope.path("events"), lean, fieldSelector="involvedObject.kind=Pod")
    except api.ApiError as error:
        return error


def _allowed_namespaces(session: Session, scope: PodScope, refusal: api.ApiError, *, full: bool) -> PodsAndEvents:
    """Reads the namespaces that may be read, where not all may: those that there are, else those of the kubeconfig."""
    names, skipped = _namespaces(session)
    answers = _side_by_side(session, scope, names, full=full)
    came = {name: answer for name, answer in answers.items() if isinstance(answer, PodsAndEvents)}
    if not came:
        unknown = f" ({skipped[0].what}: {skipped[0].why})" if skipped else ""
        raise SourceError(_fault(session, scope, refusal) + unknown) from refusal
    errors = {name: answer for name, answer in answers.items() if isinstance(answer, api.ApiError)}
    return _merged(came, [*skipped, *_unread_namespaces(list(came), errors)])


def _several(session: Session, scope: PodScope, names: Sequence[str], *, full: bool) -> PodsAndEvents:
    """Reads the namespaces that were asked for; raises ApiError where none could be read."""
    answers = _side_by_side(session, scope, names, full=full)
    came = {name: answer for name, answer in answers.items() if isinstance(answer, PodsAndEvents)}
    errors = {name: answer for name, answer in answers.items() if isinstance(answer, api.ApiError)}
    if not came:
        name, error = next(iter(errors.items()))
        raise SourceError(_fault(session, PodScope(name, scope.selector), error)) from error
    skipped = [Skipped(f"namespace {name}", f"could not be read: {error}") for name, error in errors.items()]
    for name, answer in came.items():
        # a namespace that doesn't exist looks like an empty one
        if not answer.pods and not answer.total:
            try:
                skipped += _check_namespace(session, name)
            except SourceError as error:
                skipped.append(Skipped(f"namespace {name}", str(error)))
    return _merged(came, skipped)


def _side_by_side(
    session: Session, scope: PodScope, names: Sequence[str], *, full: bool
) -> dict[str, PodsAndEvents | api.ApiError]:
    """What each of some namespaces gave, several read at once."""
    breaker = CircuitBreaker()

    def read(name: str) -> PodsAndEvents | api.ApiError:
        return breaker.call(lambda: _read(session, PodScope(name, scope.selector), full=full))

    with session.progress.reading("namespaces"), workers(_SIDE_BY_SIDE) as pool:
        return dict(zip(names, pool.map(read, names), strict=True))


def _unread_namespaces(read: Sequence[str], errors: Mapping[str, api.ApiError]) -> Iterator[Skipped]:
    """What has to be said of namespaces that could not be read, where others were."""
    refused = [name for name, error in errors.items() if error.status == api.FORBIDDEN]
    why = f"not allowed to list pods in all namespaces; read {_listed(read)}"
    yield Skipped("other namespaces", f"{why}, not allowed in {_listed(refused)}" if refused else why)
    by_reason: dict[str, list[str]] = {}
    for name, error in errors.items():
        if error.status != api.FORBIDDEN:
            by_reason.setdefault(str(error), []).append(name)
    for reason, names in by_reason.items():
        yield Skipped(_listed(names), f"could not be read: {reason}")


def _merged(namespaces: Mapping[str, PodsAndEvents], skipped: Sequence[Skipped]) -> PodsAndEvents:
    """What came of several namespaces, by their names, as one."""
    left_out = list(skipped)
    for name, one in namespaces.items():
        left_out += [Skipped(f"{skip.what} in {name}", skip.why, skip.partly) for skip in one.skipped]
    pods = [pod for one in namespaces.values() for pod in one.pods]
    # what is known of no namespace's events is as if they were not read at all
    known = [one.events for one in namespaces.values() if one.events is not None]
    events = [event for events_of_one in known for event in events_of_one] if known else None
    total: int | None = None
    if any(one.total is not None for one in namespaces.values()):
        total = sum(len(one.pods) if one.total is None else one.total for one in namespaces.values())
    return PodsAndEvents(pods, events, tuple(left_out), total)


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
    namespaces, skipped = usable_objects(listing.items, "Namespace")
    return sorted(key_of(item)[1] for item in namespaces), [*broken_list("namespaces", listing), *skipped]


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


def _fault(session: Session, scope: PodScope, error: api.ApiError) -> str:
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
        other = "choose a namespace with -n, or " if scope.namespace is None else ""
        return (
            f"not allowed to list pods {scope.place} ({error}); "
            f"{other}ask for that right, and check it with '{session.kubectl} auth can-i list pods {flag}'"
        )
    return f"{server} did not return its pods ({error}); check it with '{session.kubectl} get pods'"

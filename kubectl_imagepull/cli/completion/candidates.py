"""Names to complete: of the kubeconfig's entries, of the cluster's namespaces, and of what fails there.

Nobody is asked anything, nothing takes long, and what can't be read has no candidates: a prompt is no place for errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from kubectl_imagepull.kube.connection.kubeconfig import Kubeconfig, load
from kubectl_imagepull.kube.objects import key_of
from kubectl_imagepull.kube.snapshot import SourceError

if TYPE_CHECKING:
    from kubectl_imagepull.cli.flags import Flags
    from kubectl_imagepull.kube.connection.session import Connection

#: Names with what is said about each.
Names = Mapping[str, str]
#: Seconds after which the cluster has no candidates.
PATIENCE = 2.0
#: A login plugin has to be ended before the program leaves it behind.
_PLUGIN_PATIENCE = 1.5
_MOST_NAMESPACES = 1000
#: What a shell takes as one word and as nothing else: a script that completes may evaluate it.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@%+,=-]*\Z")
#: The same for a description; without @, for an address may hold a login.
_SAYABLE = re.compile(r"[A-Za-z0-9_.:/ -]*\Z")


def candidates(kind: str, flags: Flags, incomplete: str) -> list[tuple[str, str]]:
    """The names of a kind (`contexts`, `namespaces` ...) that a word may become, with a description each."""
    found = _KINDS[kind](flags, incomplete)
    return [(name, about if _SAYABLE.match(about) else "") for name, about in found.items() if _PLAIN.match(name)]


def _contexts(flags: Flags, _: str) -> Names:
    config = _kubeconfig(flags)
    return {name: f"cluster {context.get('cluster', '')}" for name, context in config.contexts.items()}


def _clusters(flags: Flags, _: str) -> Names:
    return {name: str(cluster.get("server", "")) for name, cluster in _kubeconfig(flags).clusters.items()}


def _users(flags: Flags, _: str) -> Names:
    return dict.fromkeys(_kubeconfig(flags).users, "")


def _kubeconfig(flags: Flags) -> Kubeconfig:
    try:
        return load(flags.kubeconfig)
    except SourceError:
        return Kubeconfig((), "", {}, {}, {})


def _namespaces(flags: Flags, _: str) -> Names:
    return _in_time(lambda: _read_namespaces(flags))


def _read_namespaces(flags: Flags) -> Names:
    from kubectl_imagepull.kube.connection.session import open_session  # noqa: PLC0415 - see above
    from kubectl_imagepull.kube.reading import api  # noqa: PLC0415 - the kubeconfig's names need none of it

    with closing(open_session(_connection(flags))) as session:
        try:
            found = api.read_page(session, "/api/v1/namespaces", _MOST_NAMESPACES).items
        except api.ApiError:
            # those that the kubeconfig names may be readable where the list of all isn't
            return dict.fromkeys(session.namespaces, "")
        return {key_of(item)[1]: "" for item in found}


def _failing(flags: Flags, incomplete: str) -> Names:
    if flags.recordings or flags.several_contexts:
        return {}
    return _in_time(lambda: _read_failing(flags, incomplete))


def _read_failing(flags: Flags, incomplete: str) -> Names:
    from kubectl_imagepull.diagnosis.reading import read_texts  # noqa: PLC0415 - see above
    from kubectl_imagepull.evidence.owners import Owners  # noqa: PLC0415 - see above
    from kubectl_imagepull.failures.finding import find_failures  # noqa: PLC0415 - see above
    from kubectl_imagepull.kube.connection.session import open_session  # noqa: PLC0415 - see above
    from kubectl_imagepull.kube.reading.live import read_session  # noqa: PLC0415 - the kubeconfig's names need none of it
    from kubectl_imagepull.runs.target import TargetError, parse_target  # noqa: PLC0415 - see above

    written, slash, _ = incomplete.partition("/")
    try:
        kind = parse_target(f"{written}/x").kind if slash else ""
    except TargetError:
        return {}
    with closing(open_session(_connection(flags))) as session:
        snapshot = read_session(session, flags.namespace, all_namespaces=flags.all_namespaces, selector=flags.selector)
    owners = Owners(snapshot)
    names: dict[str, str] = {}
    for failure in find_failures(snapshot):
        cause = read_texts(failure).verdict.cause.value
        pod, *others = owners.chain_of(failure.pod_object)
        if not slash:
            names.setdefault(pod.name, cause)
        for workload in (pod, *others[-1:]) if slash else others[-1:]:
            if not slash or workload.kind.lower() == kind:
                # a type stays as it was written: deploy/web
                names.setdefault(f"{written if slash else workload.kind.lower()}/{workload.name}", cause)
    return names


def _connection(flags: Flags) -> Connection:
    from kubectl_imagepull.runs.source import connection_of  # noqa: PLC0415 - the kubeconfig's names need none of it

    return replace(connection_of(flags), request_timeout=PATIENCE, plugin_seconds=_PLUGIN_PATIENCE)


def _in_time(read: Callable[[], Names]) -> Names:
    """What is read, if it comes soon: whoever presses TAB waits."""
    from kubectl_imagepull.runs.source import BadFlagError  # noqa: PLC0415 - the kubeconfig's names need none of it

    found: SimpleQueue[Names] = SimpleQueue()

    def put() -> None:
        try:
            found.put(read())
        except (SourceError, BadFlagError):
            found.put({})

    # a daemon: where the time is up it is left behind
    Thread(target=put, daemon=True).start()
    try:
        return found.get(timeout=PATIENCE)
    except Empty:
        return {}


_KINDS: Mapping[str, Callable[[Flags, str], Names]] = {
    "contexts": _contexts,
    "clusters": _clusters,
    "users": _users,
    "namespaces": _namespaces,
    "failing": _failing,
}

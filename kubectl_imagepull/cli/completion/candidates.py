"""Names to complete: of the kubeconfig's entries, of the cluster's namespaces, and of what fails there.

Nobody is asked anything, nothing takes long, and what can't be read has no candidates: a prompt is no place for errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread

import typer

from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.request import lenient_request
from kubectl_imagepull.kube.connection.kubeconfig import Kubeconfig, load_kubeconfig
from kubectl_imagepull.kube.snapshot import SourceError

#: Names with what is said about each.
Names = Mapping[str, str]
#: Seconds after which the cluster has no candidates.
COMPLETION_PATIENCE = 2.0
#: A login plugin has to be ended before the program leaves it behind.
_PLUGIN_PATIENCE = 1.5
#: What a shell takes as one word and as nothing else: a script that completes may evaluate it.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@%+,=-]*\Z")
#: The same for a description; without @, for an address may hold a login.
_SAYABLE = re.compile(r"[A-Za-z0-9_.:/ -]*\Z")


def candidates(kind: str, flags: Flags, incomplete: str) -> list[tuple[str, str]]:
    """The names of a kind (`contexts`, `namespaces` ...) that a word may become, with a description each."""
    if kind in _ENTRIES:
        names = _ENTRIES[kind](_kubeconfig(flags.kubeconfig))
    else:
        names = _in_time(lambda: _read(kind, flags, incomplete))
    return [(name, about if _SAYABLE.match(about) else "") for name, about in names.items() if _PLAIN.match(name)]


def _contexts(config: Kubeconfig) -> Names:
    return {name: f"cluster {context.get('cluster', '')}" for name, context in config.contexts.items()}


def _clusters(config: Kubeconfig) -> Names:
    return {name: str(cluster.get("server", "")) for name, cluster in config.clusters.items()}


def _users(config: Kubeconfig) -> Names:
    return dict.fromkeys(config.users, "")


#: What names a kind of the kubeconfig's entries.
_ENTRIES: Mapping[str, Callable[[Kubeconfig], Names]] = {"contexts": _contexts, "clusters": _clusters, "users": _users}


def _kubeconfig(path: str | None) -> Kubeconfig:
    try:
        return load_kubeconfig(path)
    except SourceError:
        return Kubeconfig((), "", {}, {}, {})


def _read(kind: str, flags: Flags, incomplete: str) -> Names:
    """What a cluster is asked for; raises SourceError and BadParameter."""
    from kubectl_imagepull.cli.completion.cluster_names import failing, namespaces

    request = lenient_request(flags)
    connection = replace(request.connection, request_timeout=COMPLETION_PATIENCE, plugin_seconds=_PLUGIN_PATIENCE)
    request = replace(request, connection=connection)
    return failing(request, incomplete) if kind == "failing" else namespaces(request)


def _in_time(read: Callable[[], Names]) -> Names:
    """What is read, if it comes soon: whoever presses TAB waits."""
    answer: SimpleQueue[Names] = SimpleQueue()
    # a daemon: where the time is up it is left behind
    Thread(target=_put, args=(read, answer), daemon=True).start()
    try:
        return answer.get(timeout=COMPLETION_PATIENCE)
    except Empty:
        return {}


def _put(read: Callable[[], Names], answer: SimpleQueue[Names]) -> None:
    try:
        answer.put(read())
    except (SourceError, typer.BadParameter):
        answer.put({})

"""Options and kubeconfig -> an open session with one API server."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from kubectl_imagepull import PROGRAM, __version__
from kubectl_imagepull.kube.connection import in_cluster
from kubectl_imagepull.kube.connection.client import ClusterClient, connections_to
from kubectl_imagepull.kube.connection.kubeconfig import (
    DEFAULT_NAMESPACE,
    Kubeconfig,
    ResolvedContext,
    listed_names,
    load_kubeconfig,
    namespaces_of,
    resolve_context,
)
from kubectl_imagepull.kube.connection.login import Login, log_in
from kubectl_imagepull.kube.connection.options import DEFAULT_TIMEOUT, Connection, Overrides
from kubectl_imagepull.kube.connection.renewal import LoginRenewal
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.connection.tls_context import MissingFileError, tls_context
from kubectl_imagepull.kube.connection.transport import Transport
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import NoClusterError, SourceError

#: What the name of a header holds as it is, beside letters, digits and -._~; all else is escaped.
_IN_HEADER_NAMES = "!#$&'*+^`|"


def open_session(
    connection: Connection, progress: Progress | None = None, meanwhile: Callable[[], object] | None = None
) -> Session:
    """Finds cluster and login as kubectl does, and logs in; nothing is sent to the API server yet.

    What the session reads is told to `progress`; `meanwhile` is what there is to do while the server works. Raises
    SourceError for a kubeconfig, context, plugin or certificate file that can't be used.
    """
    config = load_kubeconfig(connection.kubeconfig)
    overrides = connection.overrides
    context = resolve_context(config, connection.context, connection.cluster, connection.user, overrides)
    named = context is not None
    # as client-go: options go with the pod's own cluster where nothing names another
    if context is None and overrides != Overrides() and in_cluster.is_possible():
        context = in_cluster.pod_context(overrides)
    login = Login({})
    if context is None:
        renewal = LoginRenewal(_client_in_cluster(config))
    else:
        client, login = _logged_in(context, connection.plugin_seconds, config.name)
        renew = partial(_renewed, context, connection.plugin_seconds, config.name) if login.renewable else None
        renewal = LoginRenewal(client, renew)
    host = renewal.client.host
    server = _without_login(host)
    timeout = DEFAULT_TIMEOUT if connection.request_timeout is None else connection.request_timeout or None
    return Session(
        server=server,
        context=(context.context or connection.cluster or server) if context and named else in_cluster.IN_CLUSTER,
        namespace=(context.namespace if context else "") or in_cluster.namespace() or DEFAULT_NAMESPACE,
        kubectl=_kubectl(connection, context),
        reach=connection.reach,
        timeout=timeout,
        chunk_size=connection.chunk_size,
        progress=progress or Progress(),
        meanwhile=meanwhile,
        namespaces=namespaces_of(config, context.cluster_name) if context else (),
        transport=Transport(renewal, _headers(connection, login.user)),
    )


def _renewed(context: ResolvedContext, plugin_seconds: float | None, files: str) -> ClusterClient:
    return _logged_in(context, plugin_seconds, files)[0]


def _logged_in(context: ResolvedContext, plugin_seconds: float | None, files: str) -> tuple[ClusterClient, Login]:
    """A client with a login of now; `files` are the kubeconfig's, for texts."""
    host = _host(context, files)
    try:
        login = log_in(context, plugin_seconds)
        tls = tls_context(context.cluster, login.user, secure=host.startswith("https"))
    except MissingFileError as error:
        raise SourceError(f"{files} can't be used: {error}") from error
    except ValueError as error:
        # its text may quote the value, which may be a credential
        raise SourceError(
            f'user "{context.user_name}" or cluster "{context.cluster_name}" in {files} has a value that can\'t be '
            f"used ({type(error).__name__}); compare them with 'kubectl config view'"
        ) from error
    connections = connections_to(
        host,
        tls,
        proxy_url=text_of(context.cluster.get("proxy-url")),
        server_name=text_of(context.cluster.get("tls-server-name")),
    )
    return ClusterClient(host, connections, lambda: login.authorization, login.expires), login


def _host(context: ResolvedContext, files: str) -> str:
    server = context.server
    if not server:
        raise SourceError(f'the cluster of context "{context.context}" in {files} has no server; add one')
    try:
        urlsplit(server)
    except ValueError as error:
        raise SourceError(
            f'cluster "{context.cluster_name}" in {files} has a server that isn\'t a URL; correct it'
        ) from error
    return server.rstrip("/")


def _client_in_cluster(files: Kubeconfig) -> ClusterClient:
    """A client with the service account of the pod that this runs in, whose token is read anew."""
    try:
        return _account_client()
    except (in_cluster.NoAccountError, OSError) as error:
        if files.contexts:
            raise SourceError(
                f"{files.name} sets no current context; choose one with --context or 'kubectl config use-context "
                f"NAME'{listed_names(files.contexts)}"
            ) from error
        fault = f"{files.name} has no contexts" if files.files else f"no kubeconfig: {files.name}"
        raise NoClusterError(f"{fault}; set KUBECONFIG or --kubeconfig, or write ~/.kube/config") from error


def _account_client() -> ClusterClient:
    cluster = in_cluster.pod_cluster()
    token = in_cluster.AccountToken()
    return ClusterClient(
        cluster["server"], connections_to(cluster["server"], tls_context(cluster, {}, secure=True)), token.authorization
    )


def _headers(connection: Connection, user: JsonObject) -> list[tuple[str, str]]:
    """What every request carries."""
    return [("User-Agent", f"{PROGRAM}/{__version__}"), *_impersonation(connection, user)]


def _impersonation(connection: Connection, user: JsonObject) -> list[tuple[str, str]]:
    """Whom every request stands for: an option replaces its own field of the user and no other, as in kubectl.

    Each group stands in a header of its own (a comma would be part of its name).
    """
    name = connection.as_user or text_of(user.get("as"))
    uid = connection.as_uid or text_of(user.get("as-uid"))
    headers = [("Impersonate-Uid", uid)] if uid else []
    headers += [("Impersonate-Group", group) for group in connection.as_groups or _texts(user.get("as-groups"))]
    for key, values in object_of(user.get("as-user-extra")).items():
        headers += [(f"Impersonate-Extra-{quote(key, safe=_IN_HEADER_NAMES)}", value) for value in _texts(values)]
    if headers and not name:
        raise SourceError(
            "--as-group and --as-uid need --as: they can't be used alone"
            if connection.as_groups or connection.as_uid
            else "the kubeconfig's user has as-groups, as-uid or as-user-extra and no as; add it, or --as"
        )
    headers = [("Impersonate-User", name), *headers] if name else []
    # a line break would begin another header
    if not all(value.isprintable() for _, value in headers):
        raise SourceError(
            "--as, --as-group and --as-uid, and as... of a kubeconfig's user, allow only printable characters"
        )
    # as kubectl sends them: the bytes of UTF-8, which http.client would have as Latin-1
    return [(header, value.encode().decode("latin-1")) for header, value in headers]


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _kubectl(connection: Connection, context: ResolvedContext | None) -> str:
    reach = replace(connection, context=context.context or None).reach if context else connection.reach
    return shlex.join(["kubectl", *(word for pair in reach for word in pair if word)])


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))

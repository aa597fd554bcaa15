"""Flags and kubeconfig -> an open session with one API server.

The kubernetes package brings login and transport; it is imported when a session is opened and not before.
"""

from __future__ import annotations

import shlex
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from kubectl_imagepull import PROGRAM, __version__
from kubectl_imagepull.kube.connection import in_cluster, kubeconfig, package
from kubectl_imagepull.kube.connection.in_cluster import IN_CLUSTER
from kubectl_imagepull.kube.connection.login import Login, log_in
from kubectl_imagepull.kube.connection.options import DEFAULT_TIMEOUT, Connection, Overrides
from kubectl_imagepull.kube.connection.plugin import short
from kubectl_imagepull.kube.connection.proxy import is_loopback, proxy_for
from kubectl_imagepull.kube.connection.renewal import Renewal, Way
from kubectl_imagepull.kube.connection.transport import JSON, Answer, Transport
from kubectl_imagepull.kube.connection.trust import trust_system
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import NoClusterError, SourceError

#: What the name of a header holds as it is, beside letters, digits and -._~; all else is escaped.
_IN_HEADER_NAMES = "!#$&'*+^`|"
_PROXY = "the proxy (proxy-url of the kubeconfig's cluster, or HTTPS_PROXY)"
_BAD_PROXY = f"{_PROXY} is no URL that can be used; correct it"


@dataclass(frozen=True)
class Session:
    """An open session; who opens it closes it.

    `server` is the API server's URL without credentials, `context` the context's name, `namespace` the context's
    namespace, `kubectl` the beginning of a kubectl command that speaks to the same cluster, `timeout` the seconds that
    one request may take (None: no limit), `namespaces` those that the kubeconfig's contexts name for this cluster,
    `progress` what is being read, `meanwhile` what is done, perhaps more than once, when the server has been asked for
    much and works on its answers.
    """

    server: str
    context: str
    namespace: str
    kubectl: str
    timeout: float | None
    chunk_size: int
    transport: Transport = field(repr=False)
    namespaces: tuple[str, ...] = ()
    progress: Progress = field(default_factory=Progress, repr=False)
    meanwhile: Callable[[], object] | None = field(default=None, repr=False)

    def get(self, path: str, query: Mapping[str, str], seconds: float | None, accept: str = JSON) -> Answer:
        """Sends one GET; raises NoAnswerError."""
        return self.transport.get(path, query, seconds, accept)

    def lines(self, path: str, query: Mapping[str, str], silence: float) -> Iterator[Answer | bytes]:
        """Sends one GET that is answered line by line; raises NoAnswerError."""
        return self.transport.lines(path, query, silence)

    def close(self) -> None:
        """Closes the connections."""
        self.transport.close()


def open_session(
    connection: Connection, progress: Progress | None = None, meanwhile: Callable[[], object] | None = None
) -> Session:
    """Finds cluster and login as kubectl does, and logs in; nothing is sent to the API server yet.

    What the session reads is told to `progress`; `meanwhile` is what there is to do while the server works. Raises
    SourceError for a kubeconfig, context, plugin or certificate file that can't be used.
    """
    config = kubeconfig.load(connection.kubeconfig)
    overrides = connection.overrides
    target = kubeconfig.choose(config, connection.context, connection.cluster, connection.user, overrides)
    named = target is not None
    if target is None and overrides != Overrides() and in_cluster.is_possible():
        target = in_cluster.target(overrides)
    login = Login({})
    if target is not None:
        login = log_in(target, connection.plugin_seconds)
        renew = partial(_renewed, target, connection.plugin_seconds, config.name) if login.renewable else None
        renewal = Renewal(_way(target, login, config.name), renew)
    else:
        renewal = Renewal(_way_in_cluster(config))
    host = renewal.client.configuration.host
    server = _without_login(host)
    timeout = DEFAULT_TIMEOUT if connection.request_timeout is None else connection.request_timeout or None
    return Session(
        server=server,
        context=(target.context or connection.cluster or server) if target and named else IN_CLUSTER,
        namespace=(target.namespace if target else "") or in_cluster.namespace() or kubeconfig.DEFAULT_NAMESPACE,
        kubectl=_kubectl(connection, target),
        timeout=timeout,
        chunk_size=connection.chunk_size,
        progress=progress or Progress(),
        meanwhile=meanwhile,
        namespaces=kubeconfig.namespaces_of(config, target.cluster_name) if target else (),
        transport=Transport(renewal, [*_accepted(host), *_headers(connection, login.user)]),
    )


def _renewed(target: kubeconfig.Target, plugin_seconds: float | None, files: str) -> Way:
    return _way(target, log_in(target, plugin_seconds), files)


def _way(target: kubeconfig.Target, login: Login, files: str) -> Way:
    configuration = package.load().client.Configuration()
    _configure(configuration, target, login.user, files)
    if "auth-provider" not in login.user:
        # the loader's own renewal costs time for each request, and has nothing to renew: see Renewal
        configuration.refresh_api_key_hook = None
    _configure_proxy(configuration, text_of(target.cluster.get("proxy-url")))
    return Way(_client(configuration), login.expires)


def _configure(configuration: Any, target: kubeconfig.Target, user: JsonObject, files: str) -> None:
    config = package.load().config
    server = target.server
    if not server:
        raise SourceError(f'the cluster of context "{target.context}" in {files} has no server; add one')
    try:
        urlsplit(server)
    except ValueError as error:
        raise SourceError(
            f'cluster "{target.cluster_name}" in {files} has a server that is no URL; correct it'
        ) from error
    cluster = {**target.cluster, "server": server}
    # flags alone have no names, and the loader takes an empty one for none
    cluster_name, user_name = target.cluster_name or "cluster", target.user_name or "user"
    chosen = {
        "contexts": [{"name": "", "context": {"cluster": cluster_name, "user": user_name}}],
        "clusters": [{"name": cluster_name, "cluster": cluster}],
        "users": [{"name": user_name, "user": user}],
    }
    try:
        config.load_kube_config_from_dict(chosen, context="", client_configuration=configuration, persist_config=False)
    # The loader trusts the types of what it reads and decodes certificates; its errors' texts may quote values.
    except (config.ConfigException, OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        if "auth-provider" in user:
            fault = (
                f'the login of user "{target.user_name}" has expired or is incomplete; '
                "log in again, check with 'kubectl get namespaces', then try again"
            )
        elif isinstance(error, config.ConfigException):
            fault = f"{files} can't be used: {short(str(error))}"
        else:
            fault = (
                f'user "{target.user_name}" or cluster "{target.cluster_name}" in {files} has a value that can\'t be '
                f"used ({type(error).__name__}); compare them with 'kubectl config view'"
            )
        raise SourceError(fault) from error


def _configure_proxy(configuration: Any, proxy_url: str) -> None:
    """Sets the proxy that kubectl would use, and lets nothing else decide on it."""
    import urllib3

    proxy = proxy_for(configuration.host, proxy_url)
    configuration.proxy, configuration.no_proxy = proxy, ""
    if proxy is None:
        return
    try:
        parts = urlsplit(proxy)
    except ValueError as error:
        raise SourceError(_BAD_PROXY) from error
    if not parts.hostname:
        raise SourceError(_BAD_PROXY)
    login, at, _ = parts.netloc.rpartition("@")
    configuration.proxy_headers = urllib3.make_headers(proxy_basic_auth=unquote(login)) if at else None


def _way_in_cluster(files: kubeconfig.Kubeconfig) -> Way:
    """The way by the service account of the pod that this runs in, whose token is read anew."""
    kubernetes = package.load()
    configuration = kubernetes.client.Configuration()
    try:
        in_cluster.load(configuration)
    except (kubernetes.config.ConfigException, OSError) as error:
        if files.contexts:
            raise SourceError(
                f"{files.name} sets no current context; name one with --context or 'kubectl config use-context NAME'"
                f"{kubeconfig.known(files.contexts)}"
            ) from error
        fault = f"{files.name} has no contexts" if files.files else f"no kubeconfig: {files.name}"
        raise NoClusterError(f"{fault}; set KUBECONFIG or --kubeconfig, or write ~/.kube/config") from error
    _configure_proxy(configuration, "")
    return Way(_client(configuration))


def _accepted(server: str) -> list[tuple[str, str]]:
    """Asks for compression where bytes cost more than the server's time: on this machine they cost nothing."""
    host = (urlsplit(server).hostname or "").removesuffix(".")
    return [("Accept-Encoding", "identity" if is_loopback(host) else "gzip")]


def _headers(connection: Connection, user: JsonObject) -> list[tuple[str, str]]:
    """What every request carries."""
    return [("User-Agent", f"{PROGRAM}/{__version__}"), *_impersonation(connection, user)]


def _impersonation(connection: Connection, user: JsonObject) -> list[tuple[str, str]]:
    """Whom every request stands for: a flag replaces its own field of the user and no other, as in kubectl.

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
            "--as-group and --as-uid need --as: they can't be impersonated alone"
            if connection.as_groups or connection.as_uid
            else "the kubeconfig's user has as-groups, as-uid or as-user-extra and no as; add it, or --as"
        )
    headers = [("Impersonate-User", name), *headers] if name else []
    if not all(value.isprintable() for _, value in headers):
        raise SourceError(
            "--as, --as-group and --as-uid, and as... of a kubeconfig's user, take printable characters only"
        )
    # as kubectl sends them: the bytes of UTF-8, which http.client would have as Latin-1
    return [(header, value.encode().decode("latin-1")) for header, value in headers]


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _client(configuration: Any) -> Any:
    import urllib3

    if not configuration.verify_ssl:
        # The kubeconfig says so itself, and kubectl doesn't warn either.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        client = package.load().client.ApiClient(configuration)
    except ImportError as error:
        raise SourceError(f"{_PROXY} is a SOCKS proxy: install the Python package PySocks") from error
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise SourceError(_BAD_PROXY) from error
    settings = client.rest_client.pool_manager.connection_pool_kw
    settings["ssl_context"] = _tls(configuration)
    # each new connection would load the files into the one context again, while others use it: OpenSSL crashes
    for name in ("ca_certs", "cert_file", "key_file"):
        settings.pop(name, None)
    return client


def _tls(configuration: Any) -> ssl.SSLContext:
    """The TLS settings; from 3.13 on Python demands key identifiers that many clusters' certificates don't have."""
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    # what is wrong with them is said here; a connection would say that the server can't be reached
    fault = "the cluster's certificate-authority can't be used"
    try:
        if configuration.verify_ssl and configuration.ssl_ca_cert:
            context.load_verify_locations(configuration.ssl_ca_cert)
        elif configuration.verify_ssl:
            trust_system(context)
        fault = "the client certificate of the kubeconfig's user can't be used with its key"
        if configuration.cert_file:
            # without a password OpenSSL would ask for one on the terminal
            context.load_cert_chain(configuration.cert_file, configuration.key_file, password="")
    except OSError as error:
        reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        reason = reason.replace("_", " ").lower() if reason else "missing, or no PEM"
        raise SourceError(f"{fault} ({reason}); compare it with 'kubectl config view'") from error
    return context


def _kubectl(connection: Connection, target: kubeconfig.Target | None) -> str:
    reach = replace(connection, context=target.context or None).reach if target else connection.reach
    return shlex.join(["kubectl", *(word for pair in reach for word in pair if word)])


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))

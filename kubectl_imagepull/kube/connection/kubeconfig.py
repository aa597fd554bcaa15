"""kubeconfig files -> the cluster, user and namespace that kubectl would use.

The rules are client-go's (k8s.io/client-go tools/clientcmd loader.go, overrides.go): `--kubeconfig`, else the files of
KUBECONFIG, else ~/.kube/config; of several files the first that sets a value or a name wins; relative paths are
relative to their file. No text quotes what a file holds, for it may hold credentials.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kubectl_imagepull.kube.connection.options import Overrides
from kubectl_imagepull.kube.documents.documents import read_documents
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import SourceError

DEFAULT_NAMESPACE = "default"
_CLUSTER_FILES = ("certificate-authority",)
_USER_FILES = ("client-certificate", "client-key", "tokenFile")
_STRINGS = frozenset(
    {
        *("server", "certificate-authority-data", "tls-server-name", "proxy-url", "namespace", "cluster", "user"),
        *("client-certificate-data", "client-key-data", "token", "username", "password", "as", "as-uid"),
        *_CLUSTER_FILES,
        *_USER_FILES,
    }
)
#: Where one of these is set, a server's address without a scheme means https.
_TLS = (
    *("insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data"),
    *("client-certificate", "client-certificate-data"),
)
_MOST_NAMED = 8


@dataclass(frozen=True)
class Kubeconfig:
    """Several files as one."""

    #: The files' names.
    files: tuple[str, ...]
    #: The current context's name, "" if none is set.
    current_context: str
    #: The contexts by name.
    contexts: dict[str, JsonObject]
    #: The clusters by name.
    clusters: dict[str, JsonObject]
    #: The users by name.
    users: dict[str, JsonObject]
    #: The files that were looked for and don't exist.
    absent: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The files, as texts name them; where there are none, those that were looked for."""
        if self.files:
            return ", ".join(self.files)
        return f"{', '.join(self.absent)} ({'none of them exists' if len(self.absent) > 1 else 'not there'})"


@dataclass(frozen=True)
class ResolvedContext:
    """What to connect to, and as whom: a context with what it names, and with what options put in place of that."""

    #: The context's name, "" where none is named.
    context: str
    #: The context's namespace, "" where none is named.
    namespace: str
    #: The fields of the cluster.
    cluster: JsonObject
    #: The fields of the user.
    user: JsonObject
    #: The cluster's name, "" where it has none.
    cluster_name: str
    #: The user's name, "" where it has none.
    user_name: str

    @property
    def server(self) -> str:
        """The cluster's address with its scheme, "" if there is none (k8s.io/client-go rest/url_utils.go)."""
        server = text_of(self.cluster.get("server")).strip()
        if not server or "://" in server:
            return server
        fields = {**self.cluster, **self.user}
        return f"{'https' if any(fields.get(name) for name in _TLS) else 'http'}://{server}"


def load_kubeconfig(explicit: str | None) -> Kubeconfig:
    """Reads the kubeconfig files that kubectl would read; none of them needs to exist unless `explicit` names it.

    Raises SourceError for a file that can't be read or is no kubeconfig.
    """
    if explicit:
        if not os.path.exists(explicit):  # noqa: PTH110 - a path as the user gave it
            raise SourceError(f"kubeconfig {explicit} doesn't exist; check --kubeconfig")
        files, absent = [explicit], []
    else:
        named = [name for name in os.environ.get("KUBECONFIG", "").split(os.pathsep) if name]
        looked_for = list(dict.fromkeys(named or [_default_file()]))
        files = [name for name in looked_for if os.path.exists(name)]  # noqa: PTH110 - the same
        absent = [name for name in looked_for if name not in files]
    merged = Kubeconfig(tuple(files), "", {}, {}, {})
    current = ""
    for name in files:
        document = _read(name)
        current = current or text_of(document.get("current-context"))
        _merge(merged.contexts, document, "context", name)
        _merge(merged.clusters, document, "cluster", name, _CLUSTER_FILES)
        _merge(merged.users, document, "user", name, _USER_FILES)
    return Kubeconfig(merged.files, current, merged.contexts, merged.clusters, merged.users, tuple(absent))


def resolve_context(
    config: Kubeconfig, context: str | None, cluster: str | None, user: str | None, overrides: Overrides
) -> ResolvedContext | None:
    """The context that options and files name; None where they name none at all.

    What an override replaces doesn't have to be in the files. Raises SourceError for a name that isn't there, and for
    an override's file that can't be read.
    """
    name = context or config.current_context
    if not name and not cluster and not overrides.server:
        return None
    entry = _entry(config, "context", name, config.contexts, "kubectl config get-contexts") if name else {}
    cluster_name = cluster or text_of(entry.get("cluster"))
    user_name = user or text_of(entry.get("user"))
    if not cluster_name and not overrides.server:
        raise SourceError(f'context "{name}" in {config.name} has no cluster; choose one with --cluster')
    own_cluster = config.clusters.get(cluster_name, {})
    if cluster or not overrides.server:
        own_cluster = _entry(config, "cluster", cluster_name, config.clusters, "kubectl config get-clusters")
    cluster_fields = overrides.of_cluster(own_cluster)
    own_user = config.users.get(user_name, {})
    if user or (user_name and not overrides.log_in):
        own_user = _entry(config, "user", user_name, config.users, "kubectl config get-users")
    return ResolvedContext(
        context=name,
        namespace=text_of(entry.get("namespace")),
        cluster=cluster_fields,
        user=overrides.of_user(own_user),
        cluster_name=cluster_name,
        user_name=user_name,
    )


def namespaces_of(config: Kubeconfig, cluster_name: str) -> tuple[str, ...]:
    """The namespaces that contexts name for a cluster, sorted."""
    contexts = (one for one in config.contexts.values() if text_of(one.get("cluster")) == cluster_name)
    return tuple(sorted({text_of(one.get("namespace")) for one in contexts} - {""}))


def _default_file() -> str:
    return os.path.expanduser("~/.kube/config")  # noqa: PTH111 - Path raises in a container without a home


def _read(name: str) -> JsonObject:
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise SourceError(f"kubeconfig {name} can't be read: {reason}") from error
    if not data.strip():
        return {}
    documents = read_documents(data)
    document = documents.values[0] if documents.values else None
    if documents.faults:
        raise SourceError(f"kubeconfig {name} {documents.faults[0]}; compare it with 'kubectl config view'")
    if not isinstance(document, dict):
        raise SourceError(f"{name} isn't a kubeconfig; check --kubeconfig and KUBECONFIG")
    return document


def _merge(known: dict[str, JsonObject], document: JsonObject, kind: str, file: str, files: Sequence[str] = ()) -> None:
    directory = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - a path as the user gave it
    for item in objects_of(document.get(f"{kind}s")):
        name = str(item.get("name", ""))
        if not name or name in known:
            continue
        # client-go takes an empty text for a field that isn't there
        entry = {key: value for key, value in object_of(item.get(kind)).items() if value is not None and value != ""}
        for key in _STRINGS & entry.keys():
            if isinstance(entry[key], (dict, list)):
                raise SourceError(f'{kind} "{name}" in {file}: {key} isn\'t a string; correct it')
            entry[key] = str(entry[key])
        for key in files:
            if path := text_of(entry.get(key)):
                entry[key] = os.path.join(directory, path)  # noqa: PTH118 - an absolute path stays as it is
        if plugin := object_of(entry.get("exec")):
            entry["exec"] = {**plugin, "command": _command(text_of(plugin.get("command")), directory)}
        known[name] = entry


def _command(command: str, directory: str) -> str:
    """A plugin's command: a name is looked up on PATH, a relative path belongs to the kubeconfig's directory."""
    if "/" not in command and os.sep not in command:
        return command
    return os.path.join(directory, command)  # noqa: PTH118 - Path would drop ./ and make it a name again


def _entry(config: Kubeconfig, kind: str, name: str, entries: dict[str, JsonObject], command: str) -> JsonObject:
    if name not in entries:
        raise SourceError(f"no {kind} \"{name}\" in {config.name}; list them with '{command}'{listed_names(entries)}")
    return entries[name]


def listed_names(entries: dict[str, JsonObject]) -> str:
    """The names of entries, to end a complaint about one with."""
    names = sorted(entries)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f" (there are: {', '.join(names[:_MOST_NAMED])}{more})" if names else ""

"""kubectl's options (`kubectl options`) by which a command comes to a cluster, as values.

The rules of those that replace single fields of a kubeconfig's cluster and user are client-go's (k8s.io/client-go
tools/clientcmd client_config.go, getCluster and getAuthInfo).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Reach, SourceError

#: Seconds that one request may take where nobody says so. kubectl has no limit; a kube-apiserver ends a request itself
#: after this time (its own `--request-timeout`), so nothing that would still come is lost.
DEFAULT_TIMEOUT = 60.0
#: Objects asked for at once, as kubectl does.
DEFAULT_CHUNK_SIZE = 500
#: What stands for a token in a command: the token itself appears nowhere.
TOKEN = "YOUR_TOKEN"  # noqa: S105 - that is the point of it


@dataclass(frozen=True)
class Overrides:
    """Single fields of a kubeconfig's cluster and user; None for one that is not given."""

    #: The API server's address.
    server: str | None = None
    #: The name in the API server's certificate, if it isn't that of its address.
    tls_server_name: str | None = None
    #: Whether the API server's certificate counts whoever vouches for it.
    insecure_skip_tls_verify: bool = False
    #: Path of the certificates that vouch for the API server.
    certificate_authority: str | None = None
    #: The bearer token to log in with.
    token: str | None = field(default=None, repr=False)
    #: Path of the certificate to log in with.
    client_certificate: str | None = None
    #: Path of its key.
    client_key: str | None = None

    @property
    def log_in(self) -> bool:
        """Whether they hold a login of their own."""
        return bool(self.token or self.client_certificate or self.client_key)

    def of_cluster(self, cluster: JsonObject) -> JsonObject:
        """A kubeconfig's cluster with these in place of its own fields; raises SourceError for an unreadable file."""
        fields = dict(cluster)
        if self.server or self.tls_server_name:
            # another server has another name: the kubeconfig's is that of its own
            _put(fields, "tls-server-name", self.tls_server_name)
        if self.server:
            fields["server"] = self.server
        if self.insecure_skip_tls_verify or self.certificate_authority:
            _put(fields, "insecure-skip-tls-verify", self.insecure_skip_tls_verify)
            _put(fields, "certificate-authority-data", None)
            _put(fields, "certificate-authority", _file("--certificate-authority", self.certificate_authority))
        return fields

    def of_user(self, user: JsonObject) -> JsonObject:
        """A kubeconfig's user with these in place of its own fields; raises SourceError for an unreadable file."""
        fields = dict(user)
        if self.token:
            fields["token"] = self.token
        pair = {"client-certificate": self.client_certificate, "client-key": self.client_key}
        for name, path in pair.items():
            if path:
                _put(fields, f"{name}-data", None)
                fields[name] = _file(f"--{name}", path)
        if any(pair.values()):
            for name in pair:
                if not fields.get(name) and not fields.get(f"{name}-data"):
                    other = next(one for one in pair if one != name)
                    raise SourceError(f"--{other} needs --{name}: a certificate is useless without its key")
        return fields


@dataclass(frozen=True)
class Connection:
    """How to reach a cluster; None or empty for an option that is not given."""

    #: Path of the kubeconfig file; without it those of KUBECONFIG or ~/.kube/config.
    kubeconfig: str | None = None
    #: The kubeconfig's context; without it the current one.
    context: str | None = None
    #: The kubeconfig's cluster, in place of the context's.
    cluster: str | None = None
    #: The kubeconfig's user, in place of the context's.
    user: str | None = None
    #: The user to impersonate.
    as_user: str | None = None
    #: The groups to impersonate.
    as_groups: tuple[str, ...] = ()
    #: Seconds that one request may take, 0 for no limit; None for the default.
    request_timeout: float | None = None
    #: Objects on one page of a list; 0 asks for everything at once.
    chunk_size: int = DEFAULT_CHUNK_SIZE
    #: The UID of the user to impersonate.
    as_uid: str | None = None
    #: Single fields of the kubeconfig's cluster and user.
    overrides: Overrides = field(default_factory=Overrides)
    #: Seconds that a login plugin may take, which then asks nobody; None for as long as it wants.
    plugin_seconds: float | None = None

    @property
    def reach(self) -> Reach:
        """The options by which a kubectl command comes to the same cluster, as the same user."""
        own = self.overrides
        given = (
            ("--kubeconfig", self.kubeconfig),
            ("--context", self.context),
            ("--cluster", self.cluster),
            ("--user", self.user),
            ("--server", own.server and without_login(own.server)),
            ("--tls-server-name", own.tls_server_name),
            ("--certificate-authority", own.certificate_authority),
            ("--token", own.token and TOKEN),
            ("--client-certificate", own.client_certificate),
            ("--client-key", own.client_key),
            ("--as", self.as_user),
            ("--as-uid", self.as_uid),
            *(("--as-group", group) for group in self.as_groups),
        )
        bare = (("--insecure-skip-tls-verify", ""),) if own.insecure_skip_tls_verify else ()
        return (*((option, value) for option, value in given if value), *bare)


def without_login(url: str) -> str:
    """A URL without the login before its host, however it is written: a password may hold / and @."""
    scheme, mark, rest = url.rpartition("@")[0].partition("://")
    return f"{scheme}://{url.rpartition('@')[2]}" if mark and rest else url.rpartition("@")[2]


def _put(fields: JsonObject, name: str, value: object) -> None:
    """Sets a field; one without a value is one that isn't there."""
    fields.pop(name, None)
    if value:
        fields[name] = value


def _file(option: str, path: str | None) -> str | None:
    if path:
        try:
            with Path(path).open("rb"):
                return path
        except OSError as error:
            raise SourceError(
                f"{option} {path} can't be read ({(error.strerror or 'unknown error').lower()}); check the path"
            ) from error
    return None

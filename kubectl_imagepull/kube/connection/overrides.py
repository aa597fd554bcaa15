"""kubectl's flags that replace single fields of a kubeconfig's cluster and user.

The rules are client-go's (k8s.io/client-go tools/clientcmd client_config.go, getCluster and getAuthInfo).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import SourceError


@dataclass(frozen=True)
class Overrides:
    """Where a cluster is and how to log in there, as flags say it; None where one is not given."""

    server: str | None = None
    tls_server_name: str | None = None
    insecure_skip_tls_verify: bool = False
    certificate_authority: str | None = None
    token: str | None = field(default=None, repr=False)
    client_certificate: str | None = None
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
                    other = next(flag for flag in pair if flag != name)
                    raise SourceError(f"--{other} needs --{name}: a certificate is of no use without its key")
        return fields


def _put(fields: JsonObject, name: str, value: object) -> None:
    """Sets a field; one without a value is one that isn't there."""
    fields.pop(name, None)
    if value:
        fields[name] = value


def _file(flag: str, path: str | None) -> str | None:
    if path:
        try:
            with Path(path).open("rb"):
                return path
        except OSError as error:
            raise SourceError(
                f"{flag} {path} can't be read ({(error.strerror or 'unknown error').lower()}); check the path"
            ) from error
    return None

"""A pod's own service account: the last resort, where no kubeconfig and no option names a cluster.

The rules are client-go's (k8s.io/client-go rest/config.go, tools/clientcmd client_config.go).
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from time import monotonic

from kubectl_imagepull.kube.connection.kubeconfig import ResolvedContext
from kubectl_imagepull.kube.connection.options import Overrides
from kubectl_imagepull.kube.objects import JsonObject

#: What a session is called that has no context.
IN_CLUSTER = "in-cluster"
#: Where a pod finds the account's token, and beside it its namespace and the cluster's certificate.
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
#: Seconds after which the token is read again: the kubelet replaces it.
_TOKEN_PERIOD = 60.0


class NoAccountError(Exception):
    """This runs in no pod, or in one without a service account."""


def is_possible() -> bool:
    """Whether this runs in a pod that has the token of a service account."""
    return bool(
        os.environ.get("KUBERNETES_SERVICE_HOST")
        and os.environ.get("KUBERNETES_SERVICE_PORT")
        and (ACCOUNT / "token").is_file()
    )


def namespace() -> str:
    """The namespace of the pod that this runs in; "" where it isn't known, or where this runs in none."""
    if not is_possible():
        return ""
    if given := os.environ.get("POD_NAMESPACE"):
        return given
    try:
        return (ACCOUNT / "namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def pod_context(overrides: Overrides) -> ResolvedContext:
    """The pod's cluster and account, with what options put in place of them."""
    user: JsonObject = {} if overrides.token else {"tokenFile": str(ACCOUNT / "token")}
    return ResolvedContext("", "", overrides.of_cluster(pod_cluster()), overrides.of_user(user), IN_CLUSTER, IN_CLUSTER)


def pod_cluster() -> JsonObject:
    """The fields of the pod's cluster, as a kubeconfig would have them; raises NoAccountError where this is no pod."""
    if not is_possible() or not (ACCOUNT / "ca.crt").is_file():
        raise NoAccountError
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    return {"server": server, "certificate-authority": str(ACCOUNT / "ca.crt")}


class AccountToken:
    """The token of the pod's service account, read again as it changes.

    Raises OSError where it can't be read.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._header = ""
        self._read_at = 0.0
        self._read()

    def authorization(self) -> str:
        """The Authorization header with the token of now."""
        with self._lock:
            if monotonic() - self._read_at >= _TOKEN_PERIOD:
                self._read()
            return self._header

    def _read(self) -> None:
        token = (ACCOUNT / "token").read_text(encoding="utf-8").strip()
        self._header, self._read_at = f"bearer {token}", monotonic()

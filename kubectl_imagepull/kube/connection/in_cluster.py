"""A pod's own service account: the last resort, where no kubeconfig and no flag names a cluster.

The rules are client-go's (k8s.io/client-go rest/config.go, tools/clientcmd client_config.go).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from kubectl_imagepull.kube.connection import package
from kubectl_imagepull.kube.connection.kubeconfig import Target
from kubectl_imagepull.kube.connection.options import Overrides
from kubectl_imagepull.kube.objects import JsonObject

#: What a session is called that has no context.
IN_CLUSTER = "in-cluster"


def is_possible() -> bool:
    """Whether this runs in a pod that has the token of a service account."""
    return bool(
        os.environ.get("KUBERNETES_SERVICE_HOST") and os.environ.get("KUBERNETES_SERVICE_PORT") and _token().is_file()
    )


def namespace() -> str:
    """The namespace of the pod that this runs in; "" where it isn't known, or where this runs in none."""
    if not is_possible():
        return ""
    if given := os.environ.get("POD_NAMESPACE"):
        return given
    try:
        return _token().with_name("namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def load(configuration: Any) -> None:
    """Configures a client that reads the account's token again as it changes.

    Raises the kubernetes package's ConfigException, or OSError, where there is none.
    """
    package.load().config.load_incluster_config(client_configuration=configuration)


def target(overrides: Overrides) -> Target:
    """The pod's cluster and account, with what the flags put in place of them."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    cluster: JsonObject = {"server": server, "certificate-authority": str(_token().with_name("ca.crt"))}
    user: JsonObject = {} if overrides.token else {"tokenFile": str(_token())}
    return Target("", "", overrides.of_cluster(cluster), overrides.of_user(user), IN_CLUSTER, IN_CLUSTER)


def _token() -> Path:
    return Path(package.load().config.incluster_config.SERVICE_TOKEN_FILENAME)

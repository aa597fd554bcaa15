"""An administrator's way to an API server: makes and reads whole objects, and says what the server says against it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

Json = dict[str, Any]

#: Kind -> API version and resource; kinds without a namespace are in _WITHOUT_NAMESPACE.
RESOURCES = {
    "Namespace": ("v1", "namespaces"),
    "Node": ("v1", "nodes"),
    "ServiceAccount": ("v1", "serviceaccounts"),
    "Secret": ("v1", "secrets"),
    "Pod": ("v1", "pods"),
    "Event": ("v1", "events"),
    "ReplicationController": ("v1", "replicationcontrollers"),
    "Deployment": ("apps/v1", "deployments"),
    "ReplicaSet": ("apps/v1", "replicasets"),
    "StatefulSet": ("apps/v1", "statefulsets"),
    "DaemonSet": ("apps/v1", "daemonsets"),
    "ControllerRevision": ("apps/v1", "controllerrevisions"),
    "Job": ("batch/v1", "jobs"),
    "CronJob": ("batch/v1", "cronjobs"),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", "clusterroles"),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", "clusterrolebindings"),
    "RoleBinding": ("rbac.authorization.k8s.io/v1", "rolebindings"),
}
_WITHOUT_NAMESPACE = frozenset({"Namespace", "Node", "ClusterRole", "ClusterRoleBinding"})
_OK = 300


class AdminError(Exception):
    """The server refused; `status` is its answer's code, the text its message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Admin:
    """Requests to one API server with one set of headers."""

    def __init__(self, url: str, headers: Mapping[str, str], **tls: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(maxsize=4, headers=dict(headers), **tls)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        *,
        content_type: str = "application/json",
    ) -> Json:
        """Sends a request; raises AdminError."""
        url = f"{self._url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {**self._pool.headers, "Content-Type": content_type}
        data = None if body is None else json.dumps(body).encode()
        answer = self._pool.request(method, url, body=data, headers=headers, timeout=30, retries=False)
        found: Json = json.loads(answer.data or b"{}")
        if answer.status >= _OK:
            raise AdminError(answer.status, str(found.get("message")))
        return found

    def watch(self, path: str, version: str, *, seconds: int) -> Iterator[Json]:
        """The changes of a list since a resource version, as they come, for so many seconds; raises AdminError."""
        query = urlencode({"watch": "true", "resourceVersion": version, "timeoutSeconds": seconds})
        answer = self._pool.request(
            "GET", f"{self._url}{path}?{query}", timeout=30, retries=False, preload_content=False
        )
        try:
            if answer.status >= _OK:
                raise AdminError(answer.status, answer.read().decode())
            yield from map(json.loads, answer)
        finally:
            answer.release_conn()

    def create(self, item: Json) -> Json:
        """Makes an object, with its status where it has one; what the server sets itself is taken out first."""
        metadata = {
            key: value
            for key, value in item["metadata"].items()
            if key not in {"uid", "resourceVersion", "creationTimestamp"}
        }
        made = self.request(
            "POST", path_of(item["kind"], metadata.get("namespace", "")), {**item, "metadata": metadata}
        )
        return self.set_status(item["kind"], made, item["status"]) if item.get("status") else made

    def set_status(self, kind: str, made: Json, status: Json) -> Json:
        """Writes an object's status through its subresource."""
        path = path_of(kind, made["metadata"].get("namespace", ""), made["metadata"]["name"])
        return self.request("PUT", f"{path}/status", {**made, "status": status})

    def get(self, kind: str, namespace: str, name: str) -> Json:
        """Reads one object."""
        return self.request("GET", path_of(kind, namespace, name))

    def items(self, kind: str, namespace: str = "") -> list[Json]:
        """Reads a list; without a namespace that of all."""
        found: list[Json] = self.request("GET", path_of(kind, namespace))["items"]
        return found

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Takes an object away at once."""
        self.request("DELETE", path_of(kind, namespace, name), {"gracePeriodSeconds": 0})


def path_of(kind: str, namespace: str, name: str = "") -> str:
    """The path of a list or an object."""
    version, resource = RESOURCES[kind]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    place = f"/namespaces/{namespace}" if namespace and kind not in _WITHOUT_NAMESPACE else ""
    return f"{root}{place}/{resource}" + (f"/{name}" if name else "")

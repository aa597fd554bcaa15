"""A small shop on the API server: a workload of each kind with a pod that fails, and all that belongs to them."""

from __future__ import annotations

from typing import Any

from kube.apiserver import ApiServer, listing, pod, status

from kubectl_imagepull.kube.objects import JsonObject

VALUE = "c2VjcmV0LXZhbHVl"
HASH = "5d5c"
CORE = "/api/v1/namespaces/shop"
APPS = "/apis/apps/v1/namespaces/shop"
BATCH = "/apis/batch/v1/namespaces/shop"
SECRETS = "/api/v1/secrets"
#: Kind of a pod's owner -> its API version and its name.
OWNERS = {
    "ReplicaSet": ("apps/v1", f"web-{HASH}"),
    "StatefulSet": ("apps/v1", "db"),
    "DaemonSet": ("apps/v1", "agent"),
    "Job": ("batch/v1", "report-29400000"),
    "ReplicationController": ("v1", "old"),
}


def owned(kind: str, name: str, version: str = "apps/v1") -> JsonObject:
    """The metadata of something that has this controller."""
    return {"ownerReferences": [{"apiVersion": version, "kind": kind, "name": name, "controller": True}]}


def thing(name: str, namespace: str | None = "shop", spec: Any = None, **metadata: Any) -> JsonObject:
    """An object as a server gives it that leaves out the kind."""
    place = {"namespace": namespace} if namespace else {}
    found = {"metadata": {"name": name, **place, "managedFields": [{"manager": "x"}], **metadata}}
    return {**found, "spec": spec} if spec else found


def secret(name: str, namespace: str = "shop", **metadata: Any) -> JsonObject:
    return {
        **thing(name, namespace, **metadata),
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": VALUE},
    }


def failing(name: str, *secrets: str, namespace: str = "shop", node: str = "node-a", **metadata: Any) -> JsonObject:
    """A pod whose image can't be pulled."""
    found: JsonObject = pod(name, namespace)
    found["metadata"] |= metadata
    found["spec"] |= {
        "nodeName": node,
        "serviceAccountName": "robot",
        "imagePullSecrets": [{"name": secret} for secret in secrets],
    }
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "nginx"'}}
    found["status"]["containerStatuses"] = [{"name": "app", "state": waiting}]
    return found


def pods() -> list[JsonObject]:
    """A failing pod of each kind of workload."""
    found = [
        failing(f"{name}-x", "regcred", "gone", labels={"pod-template-hash": HASH}, **owned(kind, name, version))
        for kind, (version, name) in OWNERS.items()
    ]
    return [*found, pod("fine")]


def open_shop(server: ApiServer) -> None:
    """Registers everything; the list of secrets holds one called `gone` in another namespace."""
    expression = {"key": "tier", "operator": "In", "values": ["web", "edge"]}
    selector = {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [expression]}}
    simple = {"selector": {"matchLabels": {"app": "x"}}}
    server.replies |= {
        f"{CORE}/pods": listing("PodList", *pods()),
        f"{CORE}/events": listing("EventList"),
        f"{CORE}/secrets/regcred": secret("regcred"),
        f"{CORE}/secrets/gone": status(404, 'secrets "gone" not found'),
        SECRETS: listing("SecretList", secret("gone", "team-b")),
        f"{CORE}/serviceaccounts/robot": thing("robot"),
        "/api/v1/nodes/node-a": thing("node-a", None),
        f"{CORE}/replicationcontrollers/old": thing("old"),
        f"{APPS}/replicasets/web-{HASH}": thing(f"web-{HASH}", **owned("Deployment", "web")),
        f"{APPS}/deployments/web": thing("web", spec=selector),
        f"{APPS}/replicasets": listing("ReplicaSetList", *(
            thing(name, labels={"app": "web", "tier": "edge"}, **owned("Deployment", "web"))
            for name in (f"web-{HASH}", "web-0")
        )),
        f"{APPS}/statefulsets/db": thing("db", spec=simple),
        f"{APPS}/daemonsets/agent": thing("agent", spec=simple),
        f"{APPS}/controllerrevisions": listing(
            "ControllerRevisionList", *(thing(name, labels={"app": "x"}) for name in ("db-1", "db-2"))
        ),
        f"{BATCH}/jobs/report-29400000": thing("report-29400000", **owned("CronJob", "report", "batch/v1")),
        f"{BATCH}/cronjobs/report": thing("report"),
    }  # fmt: skip

"""What a user names, on a real API server: found by name, also where reading everything would take long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.admin import Admin, Json
from e2e.control_plane import ControlPlane
from e2e.faults import FaultProxy
from e2e.large import FailingPull
from e2e.program import Program

EMPTY = "exists and has no pods: "
QUOTA = 'pods "queue-1a-x" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=0, limited: pods=0'


def workload(kind: str, name: str, status: Json | None = None, **spec: object) -> Json:
    """A workload with a pod template."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "nginx"}]}}
    version = "batch/v1" if kind.endswith("ob") else "apps/v1"
    meta = {"name": name, "namespace": "shop"}
    if kind == "CronJob":
        template["spec"] = {**template["spec"], "restartPolicy": "Never"}
        body: Json = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}, **spec}
    else:
        body = {"selector": {"matchLabels": labels}, "template": template, **spec}
    found: Json = {"apiVersion": version, "kind": kind, "metadata": meta, "spec": body}
    return {**found, "status": status} if status else found


@pytest.fixture(scope="module")
def without_pods(admin: Admin) -> Iterator[None]:
    """Workloads without pods, as their controllers leave them."""
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": QUOTA}
    items = [
        workload("Deployment", "asleep", replicas=0),
        workload("Deployment", "queue", {"conditions": [failure], "unavailableReplicas": 1}, replicas=1),
        workload("StatefulSet", "store", replicas=1, serviceName="store"),
        workload("CronJob", "nightly", suspend=True),
    ]
    for item in items:
        admin.create(item)
    admin.create(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "store.1", "namespace": "shop"},
            "involvedObject": {"kind": "StatefulSet", "namespace": "shop", "name": "store", "apiVersion": "apps/v1"},
            "reason": "FailedCreate",
            "message": "create Pod store-0 failed: exceeded quota",
            "type": "Warning",
            "lastTimestamp": "2026-11-23T22:50:00Z",
        }
    )
    yield
    admin.delete("Event", "shop", "store.1")
    for item in items:
        admin.delete(item["kind"], "shop", item["metadata"]["name"])


@pytest.mark.usefixtures("without_pods")
@pytest.mark.parametrize("where", [("-n", "shop"), ("-A",)])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("deployment/asleep", "0 replicas are wanted"),
        ("deployment/queue", f"they can't be created: {QUOTA}"),
        ("statefulset/store", "they can't be created: create Pod store-0 failed: exceeded quota"),
        ("cronjob/nightly", "it is suspended"),
    ],
)
def test_a_workload_without_pods_says_why(program: Program, where: tuple[str, ...], name: str, why: str) -> None:
    result = program.inside("diagnose", name, *where)
    place = "shop/" if where == ("-A",) else ""
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{place}{name} {EMPTY}{why}\n", "")


def proxy_of(plane: ControlPlane) -> FaultProxy:
    """A proxy that only notes requests; with TLS, for logins go no other way."""
    return FaultProxy(plane.url, plane.ca, certificate=plane.folder / "server.crt", key=plane.folder / "server.key")


#: A target that is well, as it was typed, and as it is read.
WELL = {
    "deploy/config-reader": "deployment/config-reader",
    "deployments.apps/config-reader": "deployment/config-reader",
    "rs/config-reader-8687db79df": "replicaset/config-reader-8687db79df",
    "ml/deployment/config-reader": "ml/deployment/config-reader",
}


@pytest.mark.parametrize("name", WELL)
def test_of_a_target_that_is_well_only_it_is_read(plane: ControlPlane, tmp_path: Path, name: str) -> None:
    proxy = proxy_of(plane)
    try:
        result = Program(plane.kubeconfig(server=proxy.url, name="named"), tmp_path).inside("diagnose", name, "-A")
    finally:
        proxy.stop()
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{WELL[name]}: no failed image pull\n", "")
    lists = [one.query for one in proxy.requests if one.path.endswith("/pods")]
    assert lists
    assert all("labelSelector" in query for query in lists)


@pytest.mark.parametrize("where", [("-n", "shop"), ("-A",)])
def test_a_workload_that_fails_is_diagnosed_as_in_the_whole(program: Program, where: tuple[str, ...]) -> None:
    whole = program.report("scan", *where)["failures"]
    report = program.report("diagnose", "frontend", *where)
    assert {one["workload"]["name"] for one in report["failures"]} == {"frontend"}
    assert [{**one, "evidence": []} for one in report["failures"]] == [
        {**one, "evidence": []} for one in whole if one["workload"]["name"] == "frontend"
    ]


def test_in_a_large_cluster_names_are_not_looked_for_in_all_pods(
    large: tuple[ControlPlane, list[FailingPull]], tmp_path: Path
) -> None:
    plane, failing = large
    bad = {(one.namespace, one.pod) for one in failing}
    admin = Program(plane.kubeconfig(), tmp_path)
    listed = admin.run("kubectl", "get", "pods", "-A", "--field-selector", "status.phase=Running", "-o", "json")
    pods = [one["metadata"] for one in json.loads(listed.stdout)["items"]]
    well = next(one["name"] for one in pods if (one["namespace"], one["name"]) not in bad)
    proxy = proxy_of(plane)
    program = Program(plane.kubeconfig(server=proxy.url, name="named"), tmp_path)
    try:
        found, gone = program.inside("diagnose", well, "-A"), program.inside("diagnose", "no-such-pod", "-A")
    finally:
        proxy.stop()
    assert (found.returncode, found.stdout) == (0, f"pod/{well}: no failed image pull\n")
    assert (gone.returncode, gone.stdout) == (3, "")
    assert gone.stderr == "error: pod/no-such-pod not found in any namespace of e2e\n"
    lists = [one.query for one in proxy.requests if one.path.endswith("/pods")]
    assert [query.get("fieldSelector") for query in lists] == [f"metadata.name={well}", "metadata.name=no-such-pod"]

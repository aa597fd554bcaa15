"""docs/rbac.yaml allows what the program reads, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from kube.apiserver import ApiServer, listing, status
from kube.shop import APPS, CORE, failing, open_shop, owned, thing

from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.kinds import WORKLOADS
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.by_name import ObjectName, read_named
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.kube.reading.pod_scope import PodScope
from kubectl_imagepull.kube.reading.related import read_related
from kubectl_imagepull.kube.reading.release_reads import read_releases

FILE = Path(__file__).parents[1] / "docs/rbac.yaml"
TEXT = FILE.read_text(encoding="utf-8")
#: The examples and the optional role, as they are once the comment signs are taken away.
UNCOMMENTED = re.sub(r"^# ", "", TEXT, flags=re.MULTILINE)
BASE, CLUSTER = "kubectl-imagepull", "kubectl-imagepull-cluster"
Right = tuple[str, str, str]


def documents(text: str) -> list[JsonObject]:
    return list(yaml.safe_load_all(text))


def rights(role: JsonObject) -> list[Right]:
    return [
        (verb, group, resource)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


ROLES = {role["metadata"]["name"]: role for role in documents(UNCOMMENTED) if role["kind"] == "ClusterRole"}


@pytest.fixture
def server() -> Iterator[ApiServer]:
    server = ApiServer()
    open_shop(server)
    yield server
    server.stop()


@pytest.fixture
def session(server: ApiServer, tmp_path: Path) -> Iterator[Session]:
    config: dict[str, Any] = {
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "here", "user": "me", "namespace": "shop"}}],
        "clusters": [{"name": "here", "cluster": {"server": server.url}}],
        "users": [{"name": "me", "user": {}}],
    }
    path = tmp_path / "config"
    path.write_text(json.dumps(config))
    with closing(open_session(Connection(kubeconfig=str(path), request_timeout=5))) as session:
        yield session


def sent(server: ApiServer, session: Session, *, secrets: bool) -> set[Right]:
    """The rights that a run takes that reads everything that there is to read."""
    snapshot = read_session(session)
    read_related(
        session,
        snapshot,
        [failure.pod_object for failure in find_failures(snapshot)],
        secrets_left_out="" if secrets else "not wanted",
    )
    if secrets:
        # a Helm release that is kept in no secret
        marks = {"meta.helm.sh/release-name": "web"}
        labels = {"owner": "helm", "name": "web", "version": "1", "status": "deployed"}
        server.replies[f"{CORE}/configmaps"] = listing(
            "ConfigMapList", thing("sh.helm.release.v1.web.v1", labels=labels)
        )
        read_releases(session, [thing("web", annotations=marks)])
    # an empty namespace, and more nodes than are read one by one
    server.replies |= {f"{CORE}/pods": listing("PodList"), CORE: thing("shop", None)}
    read_session(session)
    many = [failing(f"p{i}", node=f"n{i}") for i in range(60)]
    server.replies[f"{CORE}/pods"] = listing("PodList", *many)
    snapshot = read_session(session)
    read_related(
        session, snapshot, [failure.pod_object for failure in find_failures(snapshot)], secrets_left_out="not wanted"
    )
    # a pod whose image isn't its template's
    server.replies[f"{APPS}/replicasets/web-1"] = thing("web-1", spec={"template": {"spec": {"containers": []}}})
    changed = failing("web-1-x", **owned("ReplicaSet", "web-1"))
    read_related(session, snapshot, [changed], secrets_left_out="not wanted")
    # workloads of Argo CD and Flux
    marks = {"argocd.argoproj.io/tracking-id": "infra_web:apps/Deployment:shop/web"}
    flux = {f"{one}.toolkit.fluxcd.io/{key}": "x" for one in ("helm", "kustomize") for key in ("name", "namespace")}
    server.replies[f"{APPS}/statefulsets/managed"] = thing("managed", annotations=marks, labels=flux)
    own = {key: value.removeprefix("infra_") for key, value in marks.items()}
    server.replies[f"{APPS}/statefulsets/other"] = thing("other", annotations=own)
    owners = [failing("p", **owned("StatefulSet", name)) for name in ("managed", "other")]
    read_related(session, snapshot, owners, secrets_left_out="" if secrets else "not wanted")
    # an operator that OLM installs
    olm = {"olm.owner": "etcd.v1", "olm.owner.kind": "ClusterServiceVersion", "olm.owner.namespace": "operators"}
    server.replies[f"{APPS}/statefulsets/installed"] = thing("installed", labels=olm)
    installed = failing("p", **owned("StatefulSet", "installed"))
    read_related(session, snapshot, [installed], secrets_left_out="not wanted")
    # OpenShift's own workload, whose image a stream's tag writes
    trigger = {"automatic": True, "from": {"kind": "ImageStreamTag", "name": "web:v9"}}
    config = thing("web", spec={"triggers": [{"type": "ImageChange", "imageChangeParams": trigger}]})
    server.replies["/apis/apps.openshift.io/v1/namespaces/shop/deploymentconfigs/web"] = config
    above = owned("DeploymentConfig", "web")
    above["ownerReferences"][0]["apiVersion"] = "apps.openshift.io/v1"
    server.replies[f"{CORE}/replicationcontrollers/web-1"] = thing("web-1", **above)
    below = owned("ReplicationController", "web-1")
    below["ownerReferences"][0]["apiVersion"] = "v1"
    read_related(session, snapshot, [failing("web-1-x", **below)], secrets_left_out="not wanted")
    # accounts and owners of more namespaces than are asked one by one
    spread = [failing("p", namespace=f"ns-{number}") for number in range(4)]
    read_related(session, snapshot, spread, secrets_left_out="not wanted")
    # all namespaces, of which only one may be read
    server.replies |= {"/api/v1/pods": status(403, "no"), "/api/v1/namespaces": listing("NamespaceList", thing("shop"))}
    read_session(session, all_namespaces=True)
    # what is named, and is in no namespace or has no pods
    server.replies[f"{CORE}/pods"] = listing("PodList")
    for place in (None, "shop"):
        read_named(session, PodScope(place), [ObjectName(kind, "x") for kind in ("Pod", *WORKLOADS)])
    for resource in ("pods", "events"):
        assert list(api.watch(session, f"{CORE}/{resource}", "1")) == []
    return {request.right for request in server.requests}


def test_the_roles_without_secrets_are_what_no_secrets_asks_for(server: ApiServer, session: Session) -> None:
    asked = {*rights(ROLES[BASE]), *rights(ROLES[CLUSTER]), *rights(ROLES["kubectl-imagepull-deployers"])}
    assert sent(server, session, secrets=False) == asked


def test_what_is_in_no_namespace_is_in_a_role_of_its_own() -> None:
    """A ClusterRoleBinding of it must not open the pods of all namespaces."""
    assert {right for right in rights(ROLES[BASE]) if right[2] in {"nodes", "namespaces"}} == {
        ("get", "", "namespaces")
    }
    assert rights(ROLES[CLUSTER]) == [
        ("list", "", "namespaces"),
        ("get", "", "nodes"),
        ("list", "", "nodes"),
        ("list", "admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    ]


def test_all_roles_together_are_what_is_asked_for(server: ApiServer, session: Session) -> None:
    assert sent(server, session, secrets=True) == {right for role in ROLES.values() for right in rights(role)}


def test_secrets_are_in_roles_of_their_own() -> None:
    assert {name: [right for right in rights(role) if right[2] == "secrets"] for name, role in ROLES.items()} == {
        BASE: [],
        CLUSTER: [],
        "kubectl-imagepull-secrets": [("get", "", "secrets")],
        "kubectl-imagepull-elsewhere": [("list", "", "secrets")],
        "kubectl-imagepull-deployers": [],
        "kubectl-imagepull-releases": [("get", "", "secrets"), ("list", "", "secrets")],
    }
    for role in ROLES.values():
        assert len(rights(role)) == len(set(rights(role)))
        assert {verb for verb, _, _ in rights(role)} <= {"get", "list", "watch"}


def test_what_is_applied_as_it_stands_are_three_roles_and_no_binding() -> None:
    assert [(one["kind"], one["metadata"]["name"]) for one in documents(TEXT)] == [
        ("ClusterRole", BASE),
        ("ClusterRole", CLUSTER),
        ("ClusterRole", "kubectl-imagepull-secrets"),
    ]


def test_the_examples_bind_roles_that_there_are() -> None:
    bindings = [one for one in documents(UNCOMMENTED) if one["kind"].endswith("Binding")]
    assert [(one["kind"], one["roleRef"]["name"], one["metadata"].get("namespace")) for one in bindings] == [
        ("RoleBinding", BASE, "shop"),
        ("RoleBinding", "kubectl-imagepull-secrets", "shop"),
        ("ClusterRoleBinding", CLUSTER, None),
        ("ClusterRoleBinding", BASE, None),
        ("ClusterRoleBinding", CLUSTER, None),
    ]
    for one in documents(UNCOMMENTED):
        assert one["apiVersion"] == "rbac.authorization.k8s.io/v1"
    for one in bindings:
        assert one["roleRef"] == {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": one["roleRef"]["name"],
        }

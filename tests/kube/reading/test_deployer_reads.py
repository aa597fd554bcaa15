"""The objects by which workloads are written: which are asked for, and how a custom resource is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from kube.apiserver import ApiServer, status
from kube.shop import thing

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading.deployer_reads import deployer_requests, read_custom_resources
from kubectl_imagepull.kube.reading.queries import ListQuery
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE

VERSION = "acme.example/v1"
SHOPS = f"/apis/{VERSION}/namespaces/shop/shops"
DISCOVERY = {
    "resources": [
        {"kind": "Shop", "name": "shops"},
        {"kind": "Shop", "name": "shops/status"},
        {"kind": "X", "name": "../x"},
    ]
}


@pytest.fixture
def session(server: ApiServer, kubeconfig: Callable[..., str]) -> Iterator[Session]:
    session = open_session(Connection(kubeconfig=kubeconfig(server.url), request_timeout=5))
    yield session
    session.close()


def owned(name: str = "main", kind: str = "Shop", version: str = VERSION) -> JsonObject:
    return thing("web", ownerReferences=[{"apiVersion": version, "kind": kind, "name": name, "controller": True}])


def test_a_custom_resource_is_got_by_what_discovery_calls_it(server: ApiServer, session: Session) -> None:
    server.replies |= {f"/apis/{VERSION}": DISCOVERY, f"{SHOPS}/main": thing("main"), f"{SHOPS}/other": thing("other")}
    objects, unread = read_custom_resources(session, [owned(), owned(), owned("other")])
    assert [(item["kind"], item["metadata"]["name"]) for item in objects] == [("Shop", "main"), ("Shop", "other")]
    assert unread == {}
    assert [one.path for one in server.requests] == [f"/apis/{VERSION}", f"{SHOPS}/main", f"{SHOPS}/other"]


def test_why_a_custom_resource_could_not_be_read(server: ApiServer, session: Session) -> None:
    server.replies |= {f"/apis/{VERSION}": DISCOVERY, f"{SHOPS}/main": status(403, "no")}
    assert read_custom_resources(session, [owned(), owned("a", "Y"), owned("b", "X")])[1] == {
        (CUSTOM_RESOURCE, "shop", "main"): "could not be read: no",
        (CUSTOM_RESOURCE, "shop", "a"): "acme.example/v1 has no kind Y",
        (CUSTOM_RESOURCE, "shop", "b"): "acme.example/v1 has no kind X",
    }
    many = [owned(f"s{number}") for number in range(12)]
    left_out = [why for why in read_custom_resources(session, many)[1].values() if why.startswith("left out: ")]
    assert len(left_out) == 2


@pytest.mark.parametrize(
    "item",
    [
        owned(kind="Deployment", version="apps/v1"),
        owned(kind="Queue", version="scheduling.k8s.io/v1"),
        owned(version="acme.example/../v1"),
        owned(version="acme/v1"),
        owned(name="../main"),
        owned(kind="Shop/x"),
        thing("web"),
    ],
)
def test_no_other_owner_is_asked_for(server: ApiServer, session: Session, item: JsonObject) -> None:
    assert read_custom_resources(session, [item]) == ([], {})
    assert server.requests == []


@pytest.mark.parametrize(
    ("tracking", "expected"),
    [
        ("store:apps/Deployment:shop/web", [ListQuery("Application", "*", name="store")]),
        ("team-a_store:apps/Deployment:shop/web", [("Application", "team-a", "store")]),
        ("../x:apps/Deployment:shop/web", []),
        ("", []),
    ],
)
def test_an_application_is_asked_for_by_its_tracking_id(tracking: str, expected: list[object]) -> None:
    item = thing("web", annotations={"argocd.argoproj.io/tracking-id": tracking})
    assert list(deployer_requests([item])) == expected


def test_flux_says_where_its_objects_are() -> None:
    labels = {
        "helm.toolkit.fluxcd.io/name": "web",
        "helm.toolkit.fluxcd.io/namespace": "flux",
        "kustomize.toolkit.fluxcd.io/name": "apps",
        "kustomize.toolkit.fluxcd.io/namespace": "No Namespace",
    }
    assert list(deployer_requests([thing("web", labels=labels)])) == [("HelmRelease", "flux", "web")]


def test_an_image_stream_is_asked_for_by_the_trigger_that_names_it() -> None:
    trigger = (
        '[{"from": {"kind": "ImageStreamTag", "name": "web:v9", "namespace": "ci"}}, {"from": {"kind": "Secret"}}]'
    )
    item = thing("web", annotations={"image.openshift.io/triggers": trigger})
    assert list(deployer_requests([item])) == [("ImageStream", "ci", "web")]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"olm.owner.namespace": "operators"}, [("ClusterServiceVersion", "operators", "etcd.v1")]),
        ({}, [("ClusterServiceVersion", "shop", "etcd.v1")]),
        ({"olm.owner.namespace": "../x"}, []),
        ({"olm.owner.kind": "OperatorGroup"}, []),
        ({"olm.owner": "../etcd"}, []),
    ],
)
def test_a_version_is_asked_for_in_the_namespace_that_olm_installs_it_in(
    labels: dict[str, str], expected: list[object]
) -> None:
    item = thing("web", labels={"olm.owner": "etcd.v1", "olm.owner.kind": "ClusterServiceVersion", **labels})
    assert list(deployer_requests([item])) == expected

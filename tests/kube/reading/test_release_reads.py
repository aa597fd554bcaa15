"""Which objects hold a workload's Helm release: chosen by their labels, the newest read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from kube.apiserver import ApiServer, listing, status
from kube.shop import CORE, thing

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading.release_reads import read_releases
from kubectl_imagepull.kube.snapshot import HELM_REVISION


@pytest.fixture
def session(server: ApiServer, kubeconfig: Callable[..., str]) -> Iterator[Session]:
    session = open_session(Connection(kubeconfig=kubeconfig(server.url), request_timeout=5))
    yield session
    session.close()


def workload(release: str = "web", **labels: str) -> JsonObject:
    marks = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "shop"}
    return thing("web", "target", annotations=marks, labels=labels)


def revision(number: int, state: str = "superseded", name: str = "web") -> JsonObject:
    labels = {"owner": "helm", "name": name, "version": str(number), "status": state}
    return thing(f"sh.helm.release.v1.{name}.v{number}", labels=labels)


def serve(server: ApiServer, *revisions: JsonObject, resource: str = "secrets") -> None:
    server.replies[f"{CORE}/{resource}"] = listing("PartialObjectMetadataList", *revisions)
    for one in revisions:
        server.replies[f"{CORE}/{resource}/{one['metadata']['name']}"] = {**one, "data": {"release": "x"}}


def numbers(objects: list[JsonObject]) -> list[str]:
    return [item["metadata"]["labels"]["version"] for item in objects]


def test_the_newest_and_some_installed_before_it_are_read(server: ApiServer, session: Session) -> None:
    serve(
        server,
        revision(2),
        revision(10, "failed"),
        revision(9, "failed"),
        revision(8, "deployed"),
        *map(revision, (3, 6, 7)),
    )
    objects, unread = read_releases(session, [workload(), workload()])
    assert (numbers(objects), unread) == (["10", "8", "7", "6"], {})
    first = server.requests[0]
    assert (first.path, first.query["labelSelector"]) == (f"{CORE}/secrets", "owner=helm,name in (web)")
    assert first.all("Accept") == [
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    ], "of a list of secrets the values are not asked for"
    assert len(server.requests) == 5


def test_one_list_serves_all_releases_of_a_namespace(server: ApiServer, session: Session) -> None:
    serve(server, revision(1), revision(1, name="db"))
    objects, _ = read_releases(session, [workload(), workload("db")])
    assert len(objects) == 2
    assert server.requests[0].query["labelSelector"] == "owner=helm,name in (web,db)"


def test_flux_keeps_a_release_beside_its_own_object(server: ApiServer, session: Session) -> None:
    read_releases(session, [workload(**{"helm.toolkit.fluxcd.io/namespace": "flux"})])
    assert server.requests[0].path == "/api/v1/namespaces/flux/secrets"


def test_what_is_not_in_secrets_is_looked_for_in_config_maps(server: ApiServer, session: Session) -> None:
    server.replies[f"{CORE}/secrets"] = listing("SecretList")
    serve(server, revision(1, "deployed"), resource="configmaps")
    objects, unread = read_releases(session, [workload()])
    assert ([item["kind"] for item in objects], unread) == (["ConfigMap"], {})


def test_why_a_release_is_not_read(server: ApiServer, session: Session) -> None:
    key = (HELM_REVISION, "shop", "web")
    server.replies[f"{CORE}/secrets"] = status(403, "is forbidden")
    server.replies[f"{CORE}/configmaps"] = listing("ConfigMapList")
    refused = "not allowed to list secrets in namespace shop (verb list, resource secrets)"
    assert read_releases(session, [workload()]) == ([], {key: refused})
    server.replies[f"{CORE}/secrets"] = listing("SecretList")
    assert read_releases(session, [workload()]) == ([], {key: "no revision of it is kept in the cluster"})
    serve(server, revision(1))
    server.replies[f"{CORE}/secrets/sh.helm.release.v1.web.v1"] = status(500, "boom")
    assert read_releases(session, [workload()]) == ([], {key: "could not be read: boom"})


def test_a_run_reads_so_many_releases_at_most(server: ApiServer, session: Session) -> None:
    serve(server)
    _, unread = read_releases(session, [workload(f"r{number}") for number in range(25)])
    left_out = [key for key, why in unread.items() if why == "left out: a run reads at most 20 Helm releases"]
    assert len(left_out) == 5


@pytest.mark.parametrize("name", ["", "Web", "a,b", "x) ,name in (y", "../x"])
def test_a_name_that_no_release_has_is_not_asked_for(server: ApiServer, session: Session, name: str) -> None:
    assert read_releases(session, [workload(name)]) == ([], {})
    assert server.requests == []

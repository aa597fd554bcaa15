"""ConnectionRefused: localhost, a wrong port, a registry that is down, something that rejects."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, shell_lines, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import connection_refused
from kubectl_imagepull.fixes.causes.connection_refused import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

REFUSED = "dial tcp {}: connect: connection refused"
LOCAL = REFUSED.format("127.0.0.1:5000")
MICROK8S = {"microk8s.io/cluster": "true"}
MINIKUBE = {"minikube.k8s.io/version": "v1.38.0", "minikube.k8s.io/name": "dev"}
KIND = {"provider": "kind://docker/dev/node-a"}
REACHED = '"${REACHED_REGISTRY:?a registry that the nodes can reach and that has the image}"'


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, connection_refused)


def refused(error: str, image: str, *more: JsonObject, nodes: Any = None, asked: str = "", **info: str) -> list[Fix]:
    here = context(fails(error, image, asked=asked), *more, nodes=nodes or [node(**info)])
    assert here.cause is Cause.CONNECTION_REFUSED
    return list(fixes(here))


def test_localhost_is_the_node() -> None:
    push, load = refused(LOCAL, "localhost:5000/a:1")
    assert push.text == (
        "In an image name localhost:5000 means node node-a itself, and nothing listens on that port there. Push the "
        "image to a registry that the nodes can reach, and use that one."
    )
    assert lines(push) == [f"kubectl set image deployment/web app={REACHED}/a:1 -n shop"]
    assert (push.who, push.brief) == (Who.YOU, "Use a registry nodes can reach: localhost:5000 is the node")
    assert load.text == "load_image"


@pytest.mark.parametrize(
    ("info", "image", "on", "off"),
    [
        (MICROK8S, "localhost:32000/a:1", "microk8s enable registry", "microk8s disable registry"),
        (
            MINIKUBE,
            "localhost:5000/a:1",
            "minikube addons enable registry -p dev",
            "minikube addons disable registry -p dev",
        ),
    ],
)
def test_a_distribution_s_own_registry_is_turned_on(info: dict[str, str], image: str, on: str, off: str) -> None:
    host = image.partition("/")[0]
    first = refused(REFUSED.format(host.replace("localhost", "127.0.0.1")), image, **info)[0]
    assert first.text.startswith(f"{host} is the registry add-on of ")
    assert first.text.endswith(", and nothing listens there: enable it, then push the image to it.")
    assert (lines(first), shell_lines(first.undo)) == ([on], (off,))
    assert first.who is Who.CLUSTER_ADMIN


def test_another_port_is_not_the_add_on_s() -> None:
    found = refused(REFUSED.format("127.0.0.1:3200"), "localhost:3200/a:1", **MICROK8S)
    assert not any("microk8s enable" in line for fix in found for line in lines(fix))


def test_on_the_reader_s_own_machine_the_image_is_loaded() -> None:
    load, push = refused(REFUSED.format("127.0.0.1:5001"), "localhost:5001/a:1", **KIND)
    assert (load.text, push.who) == ("load_image", Who.YOU)


def test_docker_desktop_shares_its_localhost() -> None:
    start, load = refused(LOCAL, "localhost:5000/a:1", system="Docker Desktop")
    assert start.text == ("Nothing listens on localhost:5000 in Docker Desktop: start the registry's container there.")
    assert lines(start) == ["docker ps --all --filter publish=5000"]
    assert load.text == "load_image"


def test_a_port_is_corrected_or_the_registry_started() -> None:
    port, start, ask = refused(REFUSED.format("10.20.0.50:5000"), "registry.corp.example:5000/a:1")
    assert port.text == (
        "Nothing listens on registry.corp.example:5000 (10.20.0.50): if the registry uses another port, correct it "
        "in the image name."
    )
    assert port.brief == "Correct port 5000 of registry.corp.example"
    assert start.text == (
        "registry.corp.example:5000 (10.20.0.50) refuses connections: start the registry there again, or the proxy "
        "in front of it."
    )
    assert (start.who, start.where, start.basis) == (Who.REGISTRY_OWNER, Where.REGISTRY, Basis.TEXT)
    assert start.notes == ("A firewall that rejects instead of dropping looks the same.",)
    assert ask.text == "run: Check whether registry.corp.example:5000 answers now"


def test_a_port_that_is_in_use_is_right() -> None:
    found = refused(REFUSED.format("10.20.0.50:443"), "registry.corp.example/a:1", runs("registry.corp.example/b:1"))
    assert found[0].text == (
        "registry.corp.example:443 (10.20.0.50) refuses connections, and its images run in this cluster: start the "
        "registry there again, or the proxy in front of it."
    )
    assert found[0].basis is Basis.EVIDENCE
    # the registry is down for every node: no pod is helped by another one
    assert not any("cordon" in line for fix in found for line in lines(fix))


def test_one_node_that_is_refused_is_compared_and_no_port_is_blamed() -> None:
    both = [node(), node("node-b")]
    found = refused(REFUSED.format("10.20.0.50:443"), "registry.corp.example/shop/web:v9", runs(), nodes=both)
    assert found[0].text == "run: Only node node-a fails, and the same image is pulled on node node-b"
    assert not any("start the registry" in text or "correct the port" in text for text in texts(found))


def test_a_vendor_s_hosts_listen() -> None:
    between, _ = refused(REFUSED.format("140.82.121.33:443"), "ghcr.io/a/b:1")
    assert between.text == (
        "ghcr.io:443 (140.82.121.33) is a public service, so a firewall between node node-a and it rejects the "
        "connection: open it for the nodes."
    )
    assert (between.who, between.brief) == (Who.CLUSTER_ADMIN, "Open ghcr.io:443 for node node-a")


@pytest.mark.parametrize(
    ("address", "image", "text"),
    [
        (
            "127.0.0.1:443",
            "ghcr.io/a/b:1",
            "On node node-a, ghcr.io resolves to the node itself (127.0.0.1), where nothing listens. Remove that "
            "entry from its DNS or /etc/hosts.",
        ),
        (
            "10.0.0.4:443",
            "acme.azurecr.io/b:1",
            "On node node-a, acme.azurecr.io resolves to a private address (10.0.0.4), where nothing listens. Fix "
            "the private endpoint if there is one, or remove the entry from the nodes' DNS.",
        ),
    ],
)
def test_a_vendor_s_name_that_leads_elsewhere(address: str, image: str, text: str) -> None:
    first = refused(REFUSED.format(address), image)[0]
    assert first.text == text
    assert first.brief == f"Correct what {image.partition('/')[0]} resolves to on node node-a"


def test_a_mirror_that_refuses_is_taken_out_or_started() -> None:
    found = refused(REFUSED.format("10.0.0.4:5000"), "nginx:1.25", asked="mirror.corp.example:5000")
    assert texts(found)[:2] == [
        "mirror",
        (
            "mirror.corp.example:5000 (10.0.0.4) refuses connections: start the registry there again, or the proxy "
            "in front of it."
        ),
    ]
    assert not any("set image" in line for fix in found for line in lines(fix))


@pytest.mark.parametrize("host", ["registry.infra.svc:5000", "registry.infra.svc.cluster.local:5000"])
def test_a_service_without_a_ready_pod_refuses(host: str) -> None:
    service = refused(REFUSED.format("10.96.0.7:5000"), f"{host}/a:1")[0]
    assert service.text == (
        "Service registry in namespace infra refuses connections (10.96.0.7), as a service without ready pods does: "
        "check whether the registry's pods are running, and fix them."
    )
    assert lines(service) == ["kubectl get service,endpoints,pods -n infra"]
    assert (service.who, service.brief) == (Who.REGISTRY_OWNER, "Check the pods of service registry")


def test_a_near_name_that_the_cluster_proves_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Fix("Probably localhost:32000 is meant.")
    monkeypatch.setattr(connection_refused, "near_name_fix", lambda _: near)
    assert refused(REFUSED.format("127.0.0.1:3200"), "localhost:3200/a:1", **MICROK8S)[0] is near
    other = refused(REFUSED.format("10.20.0.50:5001"), "registry.corp.example:5001/a:1")
    assert other[0] is near
    assert not any("correct the port" in text for text in texts(other))

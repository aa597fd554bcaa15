"""ConnectTimeout: how far the pull came says what stands in its way."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import at, event
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import connect_timeout
from kubectl_imagepull.fixes.causes.connect_timeout import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

DIAL = "dial tcp 198.51.100.7:443: i/o timeout"
PRIVATE = "dial tcp 10.0.0.7:443: i/o timeout"
HEADERS = "net/http: timeout awaiting response headers"
GHCR = "ghcr.io/a/b:1"
OPEN = "Open ghcr.io:443 for node node-a"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, connect_timeout)


def late(error: str, image: str, *more: JsonObject, nodes: Any = None, events: Any = (), **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()], events=events)
    assert here.cause is Cause.CONNECT_TIMEOUT
    return list(fixes(here))


def test_a_public_host_may_be_behind_a_firewall_or_a_proxy() -> None:
    way, proxy, ask = late(DIAL, GHCR)
    assert way.text == (
        "ghcr.io:443 (198.51.100.7) doesn't answer node node-a: a firewall or a missing route blocks it, or the "
        "runtime doesn't know the proxy that it needs. Open ghcr.io:443 for the nodes, or set the proxy."
    )
    assert (way.who, way.basis, way.where, way.brief) == (Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, OPEN)
    assert proxy.text == "proxy"
    assert (ask.text, lines(ask)) == (
        "run: Check whether ghcr.io answers now",
        ["curl -sSi --max-time 20 https://ghcr.io/v2/"],
    )


def test_a_private_address_is_reached_without_a_proxy() -> None:
    found = late(PRIVATE, "registry.corp.example/a:1")
    assert found[0].text == (
        "registry.corp.example:443 (10.0.0.7) doesn't answer node node-a: check that the registry is running, and "
        "that no firewall or route in between blocks registry.corp.example:443 for the nodes."
    )
    assert "proxy" not in texts(found)


def test_a_node_that_reaches_no_registry_has_no_way_out() -> None:
    way, proxy = late(DIAL, GHCR, fails(DIAL, "quay.io/a/b:1", name="x"))
    assert way.text == (
        "ghcr.io:443 (198.51.100.7) doesn't answer node node-a, and quay.io can't be reached from there either. Give "
        "the node outbound access: a route through the firewall, or a proxy."
    )
    assert (way.basis, proxy.text) == (Basis.EVIDENCE, "proxy")


def test_a_node_that_pulls_from_another_registry_has_a_way_out() -> None:
    pulled = event("Pulled", 'Successfully pulled image "quay.io/a/c:1" in 1s', at(5), name="o", uid="o")
    found = late(DIAL, GHCR, events=[pulled | {"source": {"host": "node-a"}}])
    assert found[0].text == (
        "ghcr.io:443 (198.51.100.7) doesn't answer node node-a, and images of quay.io were pulled there since. A "
        "firewall or route blocks only this host: open ghcr.io:443 for the nodes."
    )
    assert found[0].basis is Basis.EVIDENCE
    assert "proxy" not in texts(found)


def test_a_registry_inside_proves_no_way_to_one_outside() -> None:
    inside = event("Pulled", 'Successfully pulled image "registry.corp.example/c:1" in 1s', at(5), name="o", uid="o")
    outside = event("Pulled", 'Successfully pulled image "quay.io/c:1" in 1s', at(5), name="o", uid="o")
    from_node = {"source": {"host": "node-a"}}
    assert late(DIAL, GHCR, events=[inside | from_node])[0].basis is Basis.TEXT
    private = late(PRIVATE, "dc2.corp.example/a:1", events=[outside | from_node])
    assert private[0].text.startswith(
        "dc2.corp.example:443 (10.0.0.7) doesn't answer node node-a: check that the registry"
    )


def test_amazon_s_endpoints_come_first_where_the_image_is_there() -> None:
    found = late(DIAL, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1")
    assert found[0].brief == "Give the nodes' network endpoints for Amazon ECR"


def test_a_way_out_comes_first_where_a_cloud_has_no_rule_against_it() -> None:
    gke = late(DIAL, GHCR, nodes=[node(kubelet="v1.31.13-gke.1377000")])
    assert [fix.brief for fix in gke][:2] == ["Give the nodes' network Cloud NAT", OPEN]


def test_one_node_that_is_late_is_compared() -> None:
    found = late(PRIVATE, "registry.corp.example/shop/web:v9", runs(), nodes=[node(), node("node-b")])
    assert found[0].text == "run: Only node node-a fails, and the same image is pulled on node node-b"
    assert lines(found[0]) == ["curl -sSi --max-time 20 https://registry.corp.example/v2/", "ip route"]
    assert [fix.basis for fix in found[:2]] == [Basis.EVIDENCE, Basis.EVIDENCE]
    assert not any("firewall" in text for text in texts(found))


def test_a_mirror_that_is_late_comes_first() -> None:
    found = late(PRIVATE, "nginx:1.25", asked="mirror.corp.example:5000")
    assert found[0].text == "mirror"
    assert found[1].text.startswith("mirror.corp.example:5000 (10.0.0.7) doesn't answer node node-a: check that")


def test_a_handshake_that_is_held_back() -> None:
    look, proxy = late("net/http: TLS handshake timeout", GHCR)
    assert look.text == (
        "run: The connection from node node-a to ghcr.io is up, but the TLS handshake gets no answer. A firewall or "
        "proxy that inspects TLS blocks it, or the packets are too large for the network (MTU)."
    )
    assert lines(look) == ["curl -sSi --max-time 20 https://ghcr.io/v2/", "ip -o link show"]
    assert (look.brief, proxy.text) == ("Find what blocks TLS between node node-a and ghcr.io", "proxy")


def test_a_registry_of_one_s_own_that_is_slow() -> None:
    busy, wait, _ = late(HEADERS, "registry.corp.example/a:1")
    assert busy.text == (
        "registry.corp.example accepted the request but didn't answer in time: check its load, its storage and any "
        "proxy in front of it."
    )
    assert (busy.who, busy.where) == (Who.REGISTRY_OWNER, Where.REGISTRY)
    assert wait.who is Who.NOBODY


def test_a_vendor_that_is_slow_is_waited_for() -> None:
    wait, _, between = late(HEADERS, "nginx:1.25", asked="registry-1.docker.io")
    assert wait.text == (
        "registry-1.docker.io was too slow to answer: the kubelet retries by itself within five minutes."
    )
    assert (wait.who, wait.brief) == (Who.NOBODY, "Wait: registry-1.docker.io is slow to answer")
    assert between.basis is Basis.GUESS


def test_docker_words_a_connection_that_never_came_about_in_the_same_way() -> None:
    docker = [node(runtime="docker://27.2.0")]
    text = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    assert late(text, GHCR, nodes=docker)[0].text.startswith("ghcr.io:443 doesn't answer node node-a: a firewall")


def test_a_whole_pull_that_runs_out_of_time_is_docker_s_adapter_s() -> None:
    docker = [node(runtime="docker://27.2.0")]
    head = "rpc error: code = Unknown desc = context deadline exceeded"
    pull, slow, way = late("", GHCR, nodes=docker, head=head)
    assert pull.text == (
        "pull_image: The pull takes longer than the two minutes that the kubelet's Docker adapter gives it"
    )
    assert slow.text.startswith("The download from ghcr.io starts and then stalls: ")
    assert way.text.startswith("ghcr.io:443 doesn't answer node node-a: a firewall")
    assert "pull_image" not in late("", GHCR, head=head)[0].text, "no other runtime ends a pull so"


STALLED = (
    'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://{host}/x": read tcp '
    "10.0.0.9:4->198.51.100.7:443: read: connection timed out{error}"
)


def test_layers_that_stall_come_from_another_host_than_the_manifest() -> None:
    way, wait, ask = late("", "nginx:1.25", asked="production.cloudflare.docker.com", head=STALLED)
    assert way.text == (
        "The manifest came from docker.io, but its layers, which come from production.cloudflare.docker.com, stall. "
        "Open production.cloudflare.docker.com:443 for node node-a: a firewall needs a separate rule for it."
    )
    assert way.notes == (
        "Layers of docker.io come from production.cloudfront.docker.com and "
        "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com: allow these too.",
    )
    assert wait.who is Who.NOBODY
    assert ask.notes == ("Any answer is fine, even 403 or 404: the layers' host is reachable.",)


def test_amazon_s_layers_come_through_an_endpoint_of_their_own() -> None:
    bucket = "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"
    found = late("", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", asked=bucket, head=STALLED)
    assert [fix.brief for fix in found[:2]] == [
        "Give the nodes' network endpoints for Amazon ECR",
        "Open the registry's port for the nodes",
    ]
    assert f"its layers, which come from {bucket}" in found[1].text


def test_a_download_of_one_s_own_registry_that_stalls_is_waited_for_first() -> None:
    wait, slow, _ = late("", "registry.corp.example/a:1", head=STALLED)
    assert wait.brief == "Wait: the download stalled"
    assert slow.text == (
        "The download from registry.corp.example starts and then stalls: the network between it and node node-a is "
        "slow or drops packets."
    )


def test_a_look_up_that_is_late_is_about_the_dns_server() -> None:
    here = context(fails(DIAL, GHCR), nodes=[node()])
    object.__setattr__(here.diagnosis, "details", {"stage": "lookup"})
    (look,) = fixes(here)
    assert look.text == (
        "run: The DNS server of node node-a takes too long to look up ghcr.io: fix it, or use another one."
    )


def test_a_near_name_that_the_cluster_proves_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Fix("Probably registry.corp.example is meant.")
    monkeypatch.setattr(connect_timeout, "near_name_fix", lambda _: near)
    assert late(DIAL, "registry.crop.example/a:1")[0] is near


def test_a_private_address_of_a_cloud_s_registry_is_its_private_endpoint() -> None:
    assert late(PRIVATE, "acme.azurecr.io/a:1")[0].text == (
        "acme.azurecr.io:443 (10.0.0.7) doesn't answer node node-a: a private address of such a registry is its private "
        "endpoint. Check the peering, the route table and the network security rules between the nodes' network and the "
        "endpoint's."
    )
    # nobody sells one of these: somebody answers in its place
    assert "endpoint" not in late(PRIVATE, GHCR)[0].text

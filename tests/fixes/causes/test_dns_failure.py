"""DnsFailure: a name that isn't there, or a resolver that doesn't answer."""

from __future__ import annotations

import pytest
from registry_failures import context, fails, lines, node, runs, shell_lines, texts, use_named_tasks

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.fixes.causes import dns_failure
from kubectl_imagepull.fixes.causes.dns_failure import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

NO_NAME = "dial tcp: lookup {host} on 10.0.0.2:53: no such host"
SLOW = "dial tcp: lookup {host} on 10.0.0.2:53: read udp 10.0.0.9:5->10.0.0.2:53: i/o timeout"
LOOK = ["cat /etc/resolv.conf /etc/hosts", "getent hosts registry.corp.example"]
HOST = '"${RIGHT_HOST:?the right host of the registry, with its port if it has one}"'
KIND = {"provider": "kind://docker/dev/node-a"}


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, dns_failure)


def of_name(image: str, *more: JsonObject, asked: str = "", **info: str) -> list[Fix]:
    return list(fixes(context(fails(NO_NAME, image, asked=asked), *more, nodes=[node(**info)])))


def test_a_name_that_is_not_there_is_corrected_or_entered() -> None:
    spelling, entry, see = of_name("registry.corp.example/shop/web:v9")
    assert spelling.text == (
        "DNS server 10.0.0.2 of node node-a doesn't know host registry.corp.example: correct the host in the image "
        "name."
    )
    assert lines(spelling) == [f"kubectl set image deployment/web app={HOST}/shop/web:v9 -n shop"]
    assert shell_lines(spelling.undo) == ("kubectl rollout undo deployment/web -n shop",)
    assert (spelling.who, spelling.brief) == (Who.YOU, "Correct the host registry.corp.example in the image name")
    assert entry.text == (
        "If registry.corp.example is right, add it to DNS server 10.0.0.2 of node node-a, or link its private DNS "
        "zone to the nodes' network."
    )
    assert (entry.who, entry.where, entry.brief) == (
        Who.CLUSTER_ADMIN,
        Where.NODE,
        "Make registry.corp.example resolve on node node-a",
    )
    assert entry.notes == ("Nodes use the servers in their own /etc/resolv.conf, not the cluster's DNS.",)
    assert (see.text, lines(see)) == ("run: Check whether registry.corp.example resolves now", LOOK[1:])


def test_a_tag_that_nobody_wrote_and_a_digest_stay_what_they_are() -> None:
    digest = f"sha256:{'a' * 64}"
    assert lines(of_name("registry.corp.example/a")[0]) == [
        f"kubectl set image deployment/web app={HOST}/a:latest -n shop"
    ]
    assert lines(of_name(f"registry.corp.example/a@{digest}")[0]) == [
        f"kubectl set image deployment/web app={HOST}/a@{digest} -n shop"
    ]


def test_an_end_that_only_a_private_zone_has_is_first_a_question_of_the_zone() -> None:
    assert [fix.who for fix in of_name("registry.corp.internal/a:1")[:2]] == [Who.CLUSTER_ADMIN, Who.YOU]


def test_a_name_that_is_in_use_is_not_misspelt() -> None:
    entry, see = of_name("registry.corp.example/shop/web:v9", runs("registry.corp.example/shop/api:1"))
    assert entry.text == (
        "Other images from registry.corp.example are running, so the name is right, but DNS server 10.0.0.2 of node "
        "node-a no longer resolves it. Restore its DNS record there, or link its private zone to the nodes' network "
        "again."
    )
    assert (entry.basis, entry.who) == (Basis.EVIDENCE, Who.CLUSTER_ADMIN)
    assert see.text.startswith("run: Check whether")


@pytest.mark.parametrize("host", ["acme.azurecr.io", "registry.infra.svc:5000", "registry.corp.internal"])
def test_a_registry_that_is_in_use_exists_whatever_its_name_looks_like(host: str) -> None:
    found = of_name(f"{host}/a:1", runs(f"{host}/b:1"))
    assert found[0].text.startswith(
        f"Other images from {host.partition(':')[0]} are running, so the name is right, but "
    )
    assert len(found) == 2


def test_one_node_that_does_not_find_it_is_compared_and_no_spelling_is_blamed() -> None:
    both = [node(), node("node-b")]
    found = list(fixes(context(fails(NO_NAME), runs(), nodes=both)))
    assert found[0].text == "run: Only node node-a fails, and the same image is pulled on node node-b"
    assert lines(found[0]) == LOOK
    assert found[1].text.startswith("Until node node-a is fixed, keep pods off it")
    assert not any("correct the host" in text for text in texts(found))


def test_nodes_do_not_ask_the_cluster_s_dns() -> None:
    (fix, mirror, _) = of_name("registry.infra.svc:5000/a:1")
    assert mirror.text == "mirror"
    assert fix.text == (
        "registry.infra.svc is a cluster DNS name, and nodes don't use the cluster's DNS. Use a name that nodes can "
        "resolve: the registry's Ingress, its load balancer or a node port."
    )
    assert fix.brief == "Nodes can't resolve registry.infra.svc: use another name"
    assert of_name("registry.infra.svc.cluster.local/a:1")[0].text.startswith(
        "registry.infra.svc.cluster.local is a cluster DNS name"
    )


def test_a_resolver_that_fails_for_the_cluster_s_own_name_is_not_at_fault() -> None:
    late = "dial tcp: lookup registry.infra.svc.cluster.local: Try again"
    here = context(fails(late, "registry.infra.svc.cluster.local:5000/a:1"), nodes=[node()])
    assert here.diagnosis.retryable
    assert fixes(here)[0].text.startswith("registry.infra.svc.cluster.local is a cluster DNS name, and nodes don't use")


@pytest.mark.parametrize(
    ("image", "info", "address", "whose"),
    [
        (
            "registry.container-registry:5000/box:1",
            {"microk8s.io/cluster": "true"},
            "localhost:32000",
            "MicroK8s",
        ),
        (
            "registry.kube-system.svc.cluster.local/box:1",
            {"minikube.k8s.io/version": "v1.37.0"},
            "localhost:5000",
            "minikube",
        ),
    ],
)
def test_the_registry_of_an_add_on_has_a_port_on_the_node(
    image: str, info: dict[str, str], address: str, whose: str
) -> None:
    right, _ = of_name(image, **info)
    host = image.partition("/")[0].partition(":")[0]
    assert right.text == (
        f"{host} is a Service, whose name nodes can't resolve: they reach {whose}'s registry as {address}."
    )
    assert lines(right) == [f"kubectl set image deployment/web app={address}/box:1 -n shop"]


def test_a_short_name_needs_its_domain() -> None:
    (fix, _) = of_name("registry:5000/a:1")
    assert fix.text == ("registry is a short name that node node-a can't resolve: use the registry's full host name.")


@pytest.mark.parametrize(
    ("name", "info", "network"), [("node-a", KIND, "kind"), ("k3d-dev-agent-0", {"kubelet": "v1.31.1+k3s1"}, "k3d-dev")]
)
def test_a_node_that_is_a_container_resolves_the_containers_beside_it(
    name: str, info: dict[str, str], network: str
) -> None:
    here = context(fails(NO_NAME, "reg:5000/a:1", node=name), nodes=[node(name, **info)])
    connect = fixes(here)[1]
    assert connect.text == (
        "If reg is a container on this machine, connect it to the nodes' network so that they can resolve its name."
    )
    assert lines(connect) == [f"docker network connect {network} reg"]
    assert shell_lines(connect.undo) == (f"docker network disconnect {network} reg",)
    assert connect.basis is Basis.GUESS


def test_an_azure_registry_without_a_name_does_not_exist_or_is_private() -> None:
    missing, zone, _ = of_name("acme.azurecr.io/a:1")
    assert missing.text == (
        "acme.azurecr.io doesn't resolve, so there is no such Azure registry: correct the name, or create the registry."
    )
    assert lines(missing) == ["az acr check-name --name acme"]
    assert missing.notes == ("nameAvailable: true means that there is no such registry.",)
    assert (missing.who, missing.brief) == (Who.YOU, "Correct acme.azurecr.io: there is no such registry")
    assert zone.text == (
        "If acme.azurecr.io has a private endpoint only, link the zone privatelink.azurecr.io to the nodes' network: "
        "acme.REGION.data.azurecr.io has to resolve there too."
    )
    assert (zone.who, zone.basis) == (Who.CLUSTER_ADMIN, Basis.GUESS)


def test_a_data_endpoint_without_a_name_is_a_question_of_the_zone_alone() -> None:
    found = of_name("acme.azurecr.io/a:1", asked="acme.westeurope.data.azurecr.io")
    assert texts(found)[0].startswith("If acme.westeurope.data.azurecr.io has a private endpoint only, link the zone")
    assert not any("check-name" in line for fix in found for line in lines(fix))


def test_a_vendor_s_own_host_exists() -> None:
    more = [
        fails(NO_NAME, image, name=image[0])
        for image in ("quay.io/a/b:1", "acme.azurecr.io/a:1", "registry.corp.exmaple/a:1")
    ]
    found = of_name("nginx:1.25", *more, asked="registry-1.docker.io")
    assert found[0].text == (
        "run: DNS server 10.0.0.2 of node node-a can't resolve registry-1.docker.io and quay.io, which exist. Give "
        "the nodes a DNS server that resolves public names, or a mirror if they have no internet access on purpose."
    )
    assert found[0].brief == "Give node node-a a DNS server for public names"
    assert found[1].text == "mirror"
    assert found[2].text == "Or use a registry inside the network that has a copy of the image."
    assert lines(found[2])[0].endswith("/library/nginx:1.25 -n shop")


def test_a_host_that_layers_come_from_is_not_misspelt() -> None:
    entry, see = of_name("nginx:1.25", asked="production.cloudflare.docker.com")
    assert entry.text == (
        "docker.io redirects clients to production.cloudflare.docker.com, which DNS server 10.0.0.2 of node node-a "
        "doesn't know: make it resolve there too."
    )
    assert see.text.startswith("run: Check whether production.cloudflare.docker.com")


def test_a_mirror_s_name_stands_in_the_node_s_settings() -> None:
    found = of_name("nginx:1.25", asked="mirror.corp.example")
    assert texts(found)[0] == "mirror"
    assert not any("set image" in line for fix in found for line in lines(fix))


RESOLVER = "DaemonSet node-resolver writes {host} to /etc/hosts on every OpenShift node: find out why it doesn't on node node-a."
OPENSHIFT = {"node.openshift.io/os_id": "rhcos"}


def test_openshift_s_own_registry_may_not_be_deployed() -> None:
    host = "image-registry.openshift-image-registry.svc"
    deployed, resolver, *_ = of_name(f"{host}:5000/a/b:1", **OPENSHIFT)
    assert deployed.text == (
        f"Nodes know {host} only while the cluster's image registry is deployed: check that. If its managementState is "
        "Removed, have it given storage and set to Managed."
    )
    assert lines(deployed) == [
        "kubectl get configs.imageregistry.operator.openshift.io/cluster -o 'jsonpath={.spec.managementState}'",
        "kubectl get service image-registry -n openshift-image-registry",
    ]
    assert resolver.text == f"If it is deployed: {RESOLVER.format(host=host)}"
    assert lines(resolver) == ["kubectl get pods -n openshift-dns -o wide"]


def test_openshift_3_s_registry_stands_in_etc_hosts() -> None:
    host = "docker-registry.default.svc"
    found = of_name(f"{host}:5000/a/b:1", **OPENSHIFT)
    assert found[0].text == RESOLVER.format(host=host)


def test_a_near_name_that_the_cluster_proves_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Fix("Probably registry.corp.example is meant.")
    monkeypatch.setattr(dns_failure, "near_name_fix", lambda _: near)
    found = of_name("registry.corp.exmaple/a:1")
    assert found[0] is near
    # the finished command stands there: no second one asks for the host
    assert not any("RIGHT_HOST" in line for fix in found for line in lines(fix))


def test_a_name_that_only_others_prove_comes_after_the_reader_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Fix("Namespace billing uses registry.corp.example.")
    monkeypatch.setattr(dns_failure, "strangers_near_name_fixes", lambda _: [stranger])
    assert of_name("registry.corp.exmaple/a:1").index(stranger) == 2


# -- the resolver ------------------------------------------------------------------------------------------------------


def of_resolver(error: str, *more: JsonObject) -> list[Fix]:
    return list(fixes(context(fails(error), *more, nodes=[node()])))


def test_a_resolver_that_does_not_answer_is_repaired_for_all_its_registries() -> None:
    repair, wait = of_resolver(SLOW, fails(SLOW, "ghcr.io/a/b:1", name="x"))
    assert repair.text == (
        "run: DNS server 10.0.0.2 fails to resolve registry.corp.example for node node-a (pulls from ghcr.io fail "
        "because of it too): fix it, or give node node-a another."
    )
    assert (repair.basis, repair.brief) == (Basis.EVIDENCE, "Fix DNS server 10.0.0.2 of node node-a")
    assert lines(repair) == LOOK
    assert wait.text == (
        "Once registry.corp.example resolves, nothing else needs doing: the kubelet retries by itself within five "
        "minutes."
    )
    assert wait.who is Who.NOBODY
    assert of_resolver(SLOW)[0].basis is Basis.TEXT


@pytest.mark.parametrize(
    ("error", "text", "looks"),
    [
        (
            "dial tcp: lookup {host} on [::1]:53: read udp [::1]:35716->[::1]:53: read: connection refused",
            (
                "run: Node node-a uses itself as DNS server for registry.corp.example: set a DNS server in its "
                "/etc/resolv.conf."
            ),
            LOOK,
        ),
        (
            "dial tcp: lookup {host} on 127.0.0.53:53: server misbehaving",
            "run: On node node-a systemd-resolved gets no answer for registry.corp.example: fix the DNS servers that "
            "it uses.",
            ["resolvectl status", "resolvectl query registry.corp.example"],
        ),
        (
            "dial tcp: lookup {host}: Temporary failure in name resolution",
            "run: The DNS server fails to resolve registry.corp.example for node node-a: fix it, or give node node-a "
            "another.",
            LOOK,
        ),
    ],
)
def test_which_server_it_is_decides_where_to_look(error: str, text: str, looks: list[str]) -> None:
    repair, _ = of_resolver(error)
    assert (repair.text, lines(repair)) == (text, looks)


def test_no_name_is_blamed_for_a_resolver() -> None:
    found = of_resolver(SLOW)
    assert not any("correct the host" in text for text in texts(found))


def test_an_image_that_ran_before_proves_the_name() -> None:
    here = context(fails(NO_NAME), nodes=[node()])
    ran = Evidence(Check.PREVIOUS_IMAGE, Result.INFO, "ran", "3", ("registry.corp.example/shop/web:v8",))
    object.__setattr__(here.diagnosis, "evidence", (*here.diagnosis.evidence, ran))
    assert fixes(here)[0].basis is Basis.EVIDENCE

"""What an administrator opens between a node and a registry, by cloud."""

from __future__ import annotations

from registry_failures import context, fails, lines, node, texts

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.ways_to_registry import cloud_ways, layer_notes, open_way
from kubectl_imagepull.vocabulary.fix import Basis, Who

TIMEOUT = "dial tcp 198.51.100.7:443: i/o timeout"
EKS = {"kubelet": "v1.33.4-eks-99d6cc0"}
GKE = {"kubelet": "v1.31.13-gke.1377000", "provider": "gce://acme-prod/europe-west1-b/gke-a"}
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1"


def late(image: str, error: str = TIMEOUT, asked: str = "", **info: str) -> FixContext:
    return context(fails(error, image, asked=asked), nodes=[node(**info)])


def test_a_port_is_opened_and_the_hosts_of_the_layers_with_it() -> None:
    fix = open_way(late("quay.io/a/b:1"), "Open it.")
    assert (fix.text, fix.who, fix.brief) == ("Open it.", Who.CLUSTER_ADMIN, "Open quay.io:443 for node node-a")
    assert fix.notes == (
        "Layers of quay.io come from cdn.quay.io and cdn01.quay.io to cdn06.quay.io: allow these too.",
    )
    assert layer_notes(late("ghcr.io/a/b:1")) == (
        "Layers of ghcr.io come from pkg-containers.githubusercontent.com: allow that too.",
    )


def test_a_registry_of_one_s_own_and_a_mirror_have_no_known_hosts_of_layers() -> None:
    assert layer_notes(late("registry.corp.example/a:1")) == ()
    assert layer_notes(late("docker.io/a/b:1", asked="mirror.corp.example")) == ()


def test_amazon_s_registry_is_reached_by_endpoints() -> None:
    for info in (EKS, {}):
        (fix,) = cloud_ways(late(ECR, **info))
        assert fix.text == (
            "Without a NAT gateway node node-a reaches Amazon ECR only through the endpoints "
            "com.amazonaws.eu-west-1.ecr.api, .ecr.dkr and .s3 in its network. Create those that are missing, and "
            "let their security group allow port 443 from the nodes."
        )
        assert lines(fix) == [
            "aws ec2 describe-vpc-endpoints --region eu-west-1 --query "
            "'VpcEndpoints[].[VpcId,ServiceName,VpcEndpointType,State]' --output table"
        ]
        assert fix.basis is Basis.TEXT
        assert fix.notes == (
            "Layers come from the bucket prod-eu-west-1-starport-layer-bucket: the policy of the S3 endpoint must allow "
            "it.",
        )


def test_a_host_that_only_looks_like_amazon_s_gets_no_endpoints() -> None:
    assert cloud_ways(late("123456789012.dkr.ecr.eu-west-1.evil.example/a:1")) == []


def test_private_subnets_and_nodes_need_a_gateway() -> None:
    (nat,) = cloud_ways(late("quay.io/a/b:1", **EKS))
    assert nat.text == (
        "In a private subnet node node-a reaches quay.io only through a NAT gateway: check that the subnet's default "
        "route points to one."
    )
    assert lines(nat) == [
        "aws ec2 describe-route-tables --filters Name=route.destination-cidr-block,Values=0.0.0.0/0 --query "
        "'RouteTables[].[VpcId,RouteTableId,Routes[].NatGatewayId]'"
    ]
    (cloud,) = cloud_ways(late("quay.io/a/b:1", **GKE))
    assert cloud.text == (
        "Without Cloud NAT, private GKE nodes reach only Google's own registries: check whether the network of node "
        "node-a has it, and create it if not."
    )
    assert lines(cloud) == ["gcloud compute routers list --project acme-prod"]
    assert {nat.basis, cloud.basis} == {Basis.GUESS}


def test_fargate_has_private_subnets_only() -> None:
    (fix,) = cloud_ways(context(fails(TIMEOUT, "quay.io/a/b:1", node="fargate-ip-10-0-0-1")))
    assert texts([fix])[0].startswith(
        "Fargate's pods run in private subnets, and reach quay.io only through a NAT gateway: "
    )


def test_no_gateway_is_on_the_way_to_a_private_address_or_to_google_s_own() -> None:
    private = "dial tcp 10.0.0.7:443: i/o timeout"
    assert cloud_ways(late("registry.corp.example/a:1", private, **EKS)) == []
    assert cloud_ways(late("europe-docker.pkg.dev/p/r/a:1", **GKE)) == []
    assert cloud_ways(late("quay.io/a/b:1")) == []

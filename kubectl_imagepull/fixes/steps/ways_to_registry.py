"""The way from a node to a registry, as its administrator opens it: firewall rules, endpoints and gateways."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.blob_hosts import blob_hosts
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_region
from kubectl_imagepull.vocabulary.wording import listed

_EKS = frozenset({Platform.EKS, Platform.EKS_AUTO, Platform.FARGATE, Platform.BOTTLEROCKET})
_GKE = frozenset({Platform.GKE, Platform.GKE_AUTOPILOT})
_MOST_HOSTS = 4


def open_way(context: FixContext, text: str, *, basis: Basis = Basis.TEXT) -> Fix:
    """Has a firewall or route opened; a note says from which other hosts the layers come."""
    port = context.registry.host_with_port
    short = (
        f"Open {port} for {context.node.shown}",
        f"Open {port} for the nodes",
        "Open the registry's port for the nodes",
    )
    return Fix(text, (), Who.CLUSTER_ADMIN, basis, Where.NODE, short=short, notes=layer_notes(context))


def layer_notes(context: FixContext) -> tuple[str, ...]:
    """From which other hosts the registry's layers come, where that is known."""
    if context.registry.is_mirrored:
        return ()
    hosts = [host for host in blob_hosts(context.registry.name) if host != context.registry.host_without_port]
    if not hosts:
        return ()
    those = "these" if len(hosts) > 1 else "that"
    return (f"Layers of {context.registry.name} come from {listed(hosts, _MOST_HOSTS)}: allow {those} too.",)


def cloud_ways(context: FixContext) -> list[Fix]:
    """What a cloud's private network needs to reach the registry; nothing elsewhere."""
    registry, platform = context.registry, context.node.environment.platform
    if registry.vendor is Vendor.ECR:
        return [_ecr_endpoints(context)]
    if context.way.address_is_private:
        return []
    if platform in _EKS:
        return [_eks_gateway(context)]
    if platform in _GKE and registry.vendor is not Vendor.GOOGLE:
        return [_cloud_nat(context)]
    return []


def is_on_gke(context: FixContext) -> bool:
    """Whether the node is one of GKE's."""
    return context.node.environment.platform in _GKE


def _ecr_endpoints(context: FixContext) -> Fix:
    region = ecr_region(context.registry.name)
    text = (
        f"Without a NAT gateway {context.node.shown} reaches Amazon ECR only through the endpoints "
        f"com.amazonaws.{region}.ecr.api, .ecr.dkr and .s3 in its network. Create those that are missing, and let "
        "their security group allow port 443 from the nodes."
    )
    query = "VpcEndpoints[].[VpcId,ServiceName,VpcEndpointType,State]"
    show = Command(("aws", "ec2", "describe-vpc-endpoints", "--region", region, "--query", query, "--output", "table"))
    note = (
        f"Layers come from the bucket prod-{region}-starport-layer-bucket: the policy of the S3 endpoint must allow it."
    )
    short = ("Give the nodes' network endpoints for Amazon ECR",)
    return Fix(text, (show,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short, notes=(note,))


def _eks_gateway(context: FixContext) -> Fix:
    host = context.registry.host
    if context.node.environment.platform is Platform.FARGATE:
        begin = f"Fargate's pods run in private subnets, and reach {host} only through a NAT gateway"
    else:
        begin = f"In a private subnet {context.node.shown} reaches {host} only through a NAT gateway"
    text = f"{begin}: check that the subnet's default route points to one."
    default = ("--filters", "Name=route.destination-cidr-block,Values=0.0.0.0/0")
    query = "RouteTables[].[VpcId,RouteTableId,Routes[].NatGatewayId]"
    show = Command(("aws", "ec2", "describe-route-tables", *default, "--query", query))
    short = ("Route the nodes' subnet through a NAT gateway",)
    return Fix(text, (show,), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=short)


def _cloud_nat(context: FixContext) -> Fix:
    project = context.node.environment.machine[:1]
    text = (
        "Without Cloud NAT, private GKE nodes reach only Google's own registries: check whether the network of "
        f"{context.node.shown} has it, and create it if not."
    )
    option = ("--project", *project) if project else ()
    show = Command(("gcloud", "compute", "routers", "list", *option))
    short = ("Give the nodes' network Cloud NAT",)
    return Fix(text, (show,), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=short)

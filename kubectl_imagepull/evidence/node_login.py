"""Whether a node may fetch credentials for a cloud's registry by itself.

Facts: the credential providers of the clouds' nodes (kubernetes/cloud-provider-aws cmd/ecr-credential-provider,
kubernetes/cloud-provider-gcp cmd/auth-provider-gcp, kubernetes-sigs/cloud-provider-azure cmd/acr-credential-provider)
log in as the machine that they run on.
"""

from __future__ import annotations

import re

from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.node_environment import environment_of
from kubectl_imagepull.kube.objects import object_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor, nodes_log_in, vendor_of

_AMAZON = frozenset({Platform.EKS, Platform.EKS_AUTO, Platform.EKS_HYBRID, Platform.FARGATE, Platform.BOTTLEROCKET})
_PLATFORMS = {
    Vendor.ECR: _AMAZON,
    Vendor.ECR_PUBLIC: _AMAZON,
    Vendor.GOOGLE: frozenset({Platform.GKE, Platform.GKE_AUTOPILOT}),
    Vendor.AZURE: frozenset({Platform.AKS}),
}
#: How a provider id begins on a machine of the cloud, and how Amazon names its machines.
_MACHINES = {
    Vendor.ECR: re.compile(r"(?:aws|eks-hybrid)://|ip-[0-9-]+\..*internal\Z"),
    Vendor.ECR_PUBLIC: re.compile(r"(?:aws|eks-hybrid)://|ip-[0-9-]+\..*internal\Z"),
    Vendor.GOOGLE: re.compile(r"gce://"),
    Vendor.AZURE: re.compile(r"azure://|aks-"),
}


def node_may_log_in(snapshot: Snapshot, node: str | None, registry: str) -> bool | None:
    """Whether a node belongs to the cloud whose registry this is.

    None where the node wasn't read, and for a registry that no node logs in to by itself.
    """
    node_object = index_of(snapshot).find("Node", "", node or "") if nodes_log_in(registry) else None
    if node_object is None:
        return None
    vendor = vendor_of(registry)
    provider = text_of(object_of(node_object.get("spec")).get("providerID"))
    machine = _MACHINES[vendor]
    return (
        bool(machine.match(provider) or machine.match(node or ""))
        or environment_of(node_object).platform in _PLATFORMS[vendor]
    )

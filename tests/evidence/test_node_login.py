"""Whether a node belongs to the cloud whose registry an image comes from."""

from __future__ import annotations

import pytest
from clusters import cluster

from kubectl_imagepull.evidence.node_login import node_may_log_in
from kubectl_imagepull.kube.snapshot import JsonObject

ECR, GOOGLE, AZURE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "europe-docker.pkg.dev", "acme.azurecr.io"


def node(name: str = "worker-7", provider: str = "", kubelet: str = "v1.31.0", **labels: str) -> JsonObject:
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"providerID": provider} if provider else {},
        "status": {"nodeInfo": {"kubeletVersion": kubelet}},
    }


@pytest.mark.parametrize(
    ("registry", "one", "expected"),
    [
        (ECR, node(provider="aws:///eu-west-1a/i-0abc"), True),
        (ECR, node(kubelet="v1.31.0-eks-1"), True),
        (ECR, node("ip-10-0-1-17.ec2.internal"), True),
        (ECR, node("fargate-ip-10-0-1-17.ec2.internal"), True),
        ("public.ecr.aws", node(provider="aws:///eu-west-1a/i-0abc"), True),
        (ECR, node(), False),
        (ECR, node(provider="gce://p/z/n"), False),
        (ECR, node("kind-control-plane", "kind://docker/kind/kind-control-plane"), False),
        (GOOGLE, node(provider="gce://p/z/n"), True),
        (GOOGLE, node(kubelet="v1.31.0-gke.1"), True),
        (GOOGLE, node(provider="aws:///eu-west-1a/i-0abc"), False),
        (AZURE, node(provider="azure:///subscriptions/x"), True),
        (AZURE, node("aks-default-t9gx2"), True),
        (AZURE, node(**{"kubernetes.azure.com/agentpool": "p"}), True),
        (AZURE, node(), False),
        # no node logs in there by itself
        ("ghcr.io", node(provider="aws:///eu-west-1a/i-0abc"), None),
        ("123456789012.dkr.ecr.eu-west-1.evil.example", node(provider="aws:///eu-west-1a/i-0abc"), None),
    ],
)
def test_a_node_and_a_registry(registry: str, one: JsonObject, *, expected: bool | None) -> None:
    assert node_may_log_in(cluster([], Node=[one]), one["metadata"]["name"], registry) is expected


def test_of_a_node_that_was_not_read_nothing_is_known() -> None:
    assert node_may_log_in(cluster([]), "worker-7", ECR) is None
    assert node_may_log_in(cluster([], Node=[node()]), "other", ECR) is None
    assert node_may_log_in(cluster([], Node=[node()]), None, ECR) is None

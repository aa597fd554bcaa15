"""Nodes that log in by themselves: their rights, their logs, and the one that is refused alone."""

from __future__ import annotations

from collections.abc import Callable
from unittest import mock

import pytest
from refused import (
    ANONYMOUS,
    ECR,
    EKS_NODE,
    GKE_NODE,
    IMAGE,
    MAYBE_PRIVATE,
    FakeTasks,
    context_of,
    failing,
    holds,
    lines,
    login,
    runs,
    texts,
)

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments import node_logins
from kubectl_imagepull.fixes.steps.cloud_rights import ABAC
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

AZURE_IMAGE = "acme.azurecr.io/app:1"
PATTERN = "(credential|docker/config.json)"


def done(step: Callable[[FixContext], list[Fix]], context: FixContext) -> list[Fix]:
    with mock.patch.object(node_logins, "tasks_for", FakeTasks):
        return step(context)


@pytest.mark.parametrize("text", [ANONYMOUS, MAYBE_PRIVATE])
def test_a_node_that_is_refused_alone_is_looked_at(text: str) -> None:
    (fix,) = done(node_logins.repair_lone_node, context_of(failing(AZURE_IMAGE, text), runs(AZURE_IMAGE)))
    assert fix.text == (
        "kubelet log: Only node node-a is refused, and other nodes (node-b) pull the same image with the same "
        f"secrets: fix its own identity or credential provider, not the pod, or replace the node. {PATTERN}"
    )
    assert (fix.basis, fix.brief) == (Basis.EVIDENCE, "Fix node node-a: other nodes pull the image")


def test_a_secret_that_other_nodes_pull_with_is_good() -> None:
    pods = (failing(secrets=["regcred"]), runs(IMAGE, ["regcred"]))
    (fix,) = done(node_logins.repair_lone_node, context_of(*pods, secrets=[holds("regcred")]))
    assert "fix its login, not the pod" in fix.text


def test_a_node_is_not_blamed_where_others_are_refused_or_pull_with_another_secret() -> None:
    alone = context_of(failing())
    others = context_of(failing(), runs(IMAGE, ["regcred"]), secrets=[holds("regcred")])
    more = context_of(failing(), failing(name="web-2", spec={"nodeName": "node-c"}), runs(IMAGE))
    for context in (
        alone,
        others,
        more,
        FixContext(context_of(failing(), runs(IMAGE)).diagnosis, ("node-a", "node-c")),
    ):
        assert done(node_logins.repair_lone_node, context) == []


def test_each_clouds_nodes_get_their_right() -> None:
    (amazon,) = done(node_logins.node_rights, context_of(failing(f"{ECR}/app:1"), Node=[EKS_NODE]))
    assert amazon.text == (
        f"Node node-a should log in to {ECR} by itself, but nothing was sent: give its role "
        "AmazonEC2ContainerRegistryPullOnly, if it lacks it."
    )
    assert lines(amazon)[0].startswith("aws ec2 describe-instances --instance-ids i-0aaaaaaaaaaaaaaa1 ")
    assert (amazon.who, amazon.where) == (Who.CLUSTER_ADMIN, Where.REGISTRY)
    (google,) = done(node_logins.node_rights, context_of(failing("us-docker.pkg.dev/p/r/app:1"), Node=[GKE_NODE]))
    assert google.text.endswith("grant its service account roles/artifactregistry.reader, if it lacks it.")
    assert google.notes == (
        "The node also needs the scope devstorage.read_only or cloud-platform, which only a new node pool gets.",
    )
    (azure,) = done(node_logins.node_rights, context_of(failing(AZURE_IMAGE)))
    assert azure.text.endswith("attach the registry to the cluster, if it isn't attached.")
    assert azure.notes == (ABAC,)


@pytest.mark.parametrize("image", [IMAGE, "ghcr.io/acme/app:1", "123456789012.dkr.ecr.eu-west-1.evil.example/app:1"])
def test_elsewhere_no_node_logs_in_by_itself(image: str) -> None:
    assert done(node_logins.node_rights, context_of(failing(image))) == []


def test_what_the_kubelet_says_is_looked_up_on_the_node() -> None:
    context = context_of(failing(f"{ECR}/app:1"))
    assert texts(done(node_logins.provider_log, context)) == [
        f"kubelet log: Check the kubelet's log for why node node-a sent nothing to {ECR}: a failing credential "
        f"provider causes no event. {PATTERN}"
    ]
    assert texts(done(node_logins.own_login_log, context)) == [
        f"kubelet log: The pod has no pull secret, so the login that {ECR} refused is node node-a's own: check the "
        f"kubelet's log for where it comes from. {PATTERN}"
    ]
    assert texts(done(node_logins.node_credentials, context)) == ["node credentials"]


def test_a_login_in_a_secret_changes_nothing_about_the_nodes() -> None:
    pod = failing(f"{ECR}/app:1", secrets=["own"])
    context = context_of(pod, secrets=[holds("own", {"quay.io": login()})], Node=[EKS_NODE])
    assert done(node_logins.node_rights, context)

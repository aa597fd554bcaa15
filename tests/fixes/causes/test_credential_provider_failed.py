"""CredentialProviderFailed: the node's right, its log, and a secret until then."""

from __future__ import annotations

from refused import ECR, EKS_NODE, context_of, failing, fixes_of, holds, login, runs, texts

from kubectl_imagepull.vocabulary.causes import Cause


def test_the_nodes_right_comes_first_then_its_log_then_a_secret() -> None:
    context = context_of(failing(f"{ECR}/app:1"), Node=[EKS_NODE])
    assert context.cause is Cause.CREDENTIAL_PROVIDER_FAILED
    first, second, third = texts(fixes_of(context))
    assert first.startswith(f"Node node-a should log in to {ECR} by itself, but nothing was sent: give its role ")
    assert second.startswith("kubelet log: Check the kubelet's log for why node node-a sent nothing")
    assert third.startswith("Until the node can log in by itself: create pull secret regcred-123456789012-")


def test_a_secret_that_is_there_is_named_first_and_none_is_made() -> None:
    fresh = holds("ecr", {ECR: login("AWS")}, made="2026-11-23T11:00:00Z")
    found = texts(fixes_of(context_of(failing(f"{ECR}/app:1"), secrets=[fresh], Node=[EKS_NODE])))
    assert found[0].startswith("Add secret ecr to imagePullSecrets of deployment/web")
    assert not any("reate pull secret" in text for text in found)


def test_where_other_nodes_pull_it_is_this_nodes_identity_and_neither_a_right_nor_a_secret() -> None:
    image = "acme.azurecr.io/app:1"
    (only,) = texts(fixes_of(context_of(failing(image), runs(image))))
    assert "Only node node-a is refused, and other nodes (node-b) pull the same image" in only


def test_a_static_pod_gets_no_secret() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    found = texts(fixes_of(context_of(failing(f"{ECR}/app:1", metadata=metadata), Node=[EKS_NODE])))
    assert found[-1] == "node credentials"
    assert not any("pull secret" in text for text in found)

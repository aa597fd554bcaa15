"""Pause images that can't be pulled: what helps by cause, and what never does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from made_up_nodes import NODES, failing_on, lines

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.fixes import sandbox
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import Remedy, Runbook
from kubectl_imagepull.fixes.sandbox import sandbox_fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where

EKS_PAUSE = "602401143452.dkr.ecr.eu-central-1.amazonaws.com/eks/pause:3.5"
KUBERNETES_PAUSE = "registry.k8s.io/pause:3.6"
#: What a cause's own module could give: on the node, in the workload, with a secret, on another node.
_OWN = (
    Fix("Repair the resolver.", (Command(("resolvectl", "status")),), where=Where.NODE),
    Fix("Name another image.", (Command(("kubectl", "set"), frozenset({Effect.CHANGES_WORKLOAD})),)),
    Fix("Create a secret.", (Command(("kubectl", "create"), frozenset({Effect.CHANGES_SECRET})),)),
    Fix("Ask the registry's owner.", where=Where.REGISTRY),
    Fix("Wait."),
)


@pytest.fixture(autouse=True)
def _own_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def remedy_for(cause: Cause) -> Remedy:
        return Remedy(cause, lambda _: _OWN, Runbook((), ()))

    monkeypatch.setattr(sandbox, "remedy_for", remedy_for)


def pause_on(name: str, image: str, cause: Cause, *checks: Check) -> FixContext:
    context = failing_on(NODES[name], image, sandbox=True)
    evidence = tuple(Evidence(check, Result.INFO, "", "", ("worker-b",)) for check in checks)
    return replace(context, diagnosis=replace(context.diagnosis, cause=cause, evidence=evidence))


def texts(fixes: Sequence[Fix]) -> list[str]:
    return [fix.text for fix in fixes]


@pytest.mark.parametrize("check", [Check.ONLY_THIS_NODE, Check.SAME_IMAGE_ELSEWHERE])
@pytest.mark.parametrize("cause", [Cause.NO_CREDENTIALS, Cause.CREDENTIAL_PROVIDER_FAILED, Cause.FORBIDDEN])
def test_a_deleted_pause_image_of_eks_is_no_question_of_credentials(cause: Cause, check: Check) -> None:
    fixes = sandbox_fixes(pause_on("EKS AL2", EKS_PAUSE, cause, check))
    assert texts(fixes) == [
        f"The image {EKS_PAUSE} comes with the node and was deleted there, but containerd pulls it without "
        "credentials: replace node ip-10-0-1-7.ec2.internal with one of a current AMI."
    ]
    assert fixes[0].basis is Basis.EVIDENCE
    assert fixes[0].notes[-1] == (
        f"Other nodes have {EKS_PAUSE}: it was deleted on this one, and pull secrets are never used for it."
    )


def test_a_pause_image_that_no_node_may_pull() -> None:
    fixes = sandbox_fixes(pause_on("CRI-O", "registry.corp.example/pause:3.6", Cause.NO_CREDENTIALS))
    assert "as pause_image in /etc/crio/crio.conf.d" in fixes[0].text
    assert (fixes[0].basis, fixes[0].notes[-1]) == (
        Basis.TEXT,
        (
            "Pull secrets are never used for registry.corp.example/pause:3.6, because it belongs to the node, not "
            "the pod."
        ),
    )
    assert lines(fixes[1].commands)[1] == "sudo podman load -i image.tar"


@pytest.mark.parametrize(
    "cause", [Cause.DNS_FAILURE, Cause.CONNECT_TIMEOUT, Cause.NETWORK_UNREACHABLE, Cause.CONNECTION_REFUSED]
)
def test_in_an_air_gap_another_image_comes_first_and_the_way_last(cause: Cause) -> None:
    fixes = sandbox_fixes(pause_on("containerd 1.7", KUBERNETES_PAUSE, cause))
    assert texts(fixes) == [
        "On node worker-a (containerd 1.7), set a pause image that the node can reach, such as your own registry's "
        "copy of registry.k8s.io/pause:3.6, as sandbox_image in /etc/containerd/config.toml, and restart containerd.",
        "Save the image on a machine that has it, copy image.tar to node worker-a and import it there (containerd 1.7).",
        "Repair the resolver.",
    ]


@pytest.mark.parametrize("check", [Check.ONLY_THIS_NODE, Check.SAME_REGISTRY_ELSEWHERE])
def test_where_other_nodes_reach_the_registry_the_way_comes_first(check: Check) -> None:
    fixes = sandbox_fixes(pause_on("containerd 1.7", KUBERNETES_PAUSE, Cause.DNS_FAILURE, check))
    assert texts(fixes)[:2] == ["Repair the resolver.", "Ask the registry's owner."]
    assert "sandbox_image" in fixes[2].text


def test_a_tag_that_is_missing_is_named_in_the_runtimes_configuration() -> None:
    fixes = sandbox_fixes(pause_on("k3s agent", "docker.io/rancher/mirrored-pause:9.9", Cause.TAG_NOT_FOUND))
    assert "as pause-image in /etc/rancher/k3s/config.yaml" in fixes[0].text
    assert "airgap archive" in fixes[1].text
    assert "Name another image." not in texts(fixes)


def test_a_fault_of_the_node_is_repaired_as_for_any_image() -> None:
    fixes = sandbox_fixes(pause_on("containerd 1.7", KUBERNETES_PAUSE, Cause.NODE_DISK_FULL))
    assert texts(fixes) == ["Repair the resolver.", "Ask the registry's owner.", "Wait."]


@pytest.mark.parametrize("name", NODES)
@pytest.mark.parametrize(
    "cause",
    [Cause.NO_CREDENTIALS, Cause.DNS_FAILURE, Cause.TAG_NOT_FOUND, Cause.TLS_UNKNOWN_AUTHORITY, Cause.NODE_DISK_FULL],
)
def test_no_fix_reaches_for_the_workload_or_a_secret(name: str, cause: Cause) -> None:
    fixes = sandbox_fixes(pause_on(name, KUBERNETES_PAUSE, cause))
    assert fixes
    assert len(set(fixes)) == len(fixes)
    for fix in fixes:
        assert not fix.effects & {Effect.CHANGES_SECRET, Effect.CHANGES_ACCOUNT}, fix
        # a pod of nobody is made again for another machine, as it is
        assert not any(
            word in line for line in lines(fix.commands) for word in ("kubectl patch", "set image", " secret ")
        )


def test_docker_pulls_a_pause_image_with_the_kubelet_s_login() -> None:
    only, *_ = sandbox_fixes(pause_on("EKS with Docker", EKS_PAUSE, Cause.NO_CREDENTIALS))
    assert only.text == (
        "Node ip-10-0-1-7.ec2.internal gets its login for the pause image from api.ecr.eu-central-1.amazonaws.com, and got "
        "none: let it reach that host, without a NAT gateway by the VPC endpoint com.amazonaws.eu-central-1.ecr.api. If it "
        "can, let its role pull from ECR."
    )
    role, endpoints, attach = lines(only.commands)
    assert role.startswith("aws ec2 describe-instances --instance-ids i-0abc1234def567890 ")
    assert endpoints.startswith("aws ec2 describe-vpc-endpoints --region eu-central-1 ")
    assert attach.endswith("--policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly")
    missing = sandbox_fixes(pause_on("EKS with Docker", EKS_PAUSE, Cause.TAG_NOT_FOUND))
    assert "--pod-infra-container-image of the kubelet" in missing[0].text


def test_a_web_page_in_the_place_of_a_pause_image_comes_from_between() -> None:
    page = "failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:60: not found"
    context = failing_on(NODES["k3s agent"], "docker.io/rancher/mirrored-pause:3.6", text=page, sandbox=True)
    assert texts(sandbox_fixes(context))[0] == "Repair the resolver."


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (
            "k3s agent",
            "correct its endpoint in /etc/rancher/k3s/registries.yaml on node worker-a (k3s), and restart k3s-agent.",
        ),
        (
            "containerd 2.2",
            "correct it in /etc/containerd/certs.d/docker.io/hosts.toml on node worker-a (containerd 2.2).",
        ),
    ],
)
def test_where_a_mirror_stands_that_no_message_names(name: str, place: str) -> None:
    (fix,) = tasks_for(failing_on(NODES[name], "docker.io/acme/app:1")).unnamed_mirror("A mirror answers")
    assert fix.text == f"A mirror answers: {place}"
    assert fix.notes[-1] == "If no mirror is set there, the proxy that the runtime uses answers."

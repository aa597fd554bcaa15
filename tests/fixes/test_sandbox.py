"""Pause images that can't be pulled: what helps by cause, and what never does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from made_up_nodes import NODES, failing_on, lines

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.fixes import sandbox
from kubectl_imagepull.fixes.context.fix_context import FixContext
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

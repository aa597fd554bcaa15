"""SignatureRejected: the signature that is asked for, or the policy that asks for it."""

from __future__ import annotations

import pytest
from fake_tasks import use_fake_tasks
from situations import WEB, deployment, fails, node, shown

from kubectl_imagepull.fixes.causes import signature_rejected
from kubectl_imagepull.kube.objects import JsonObject

UNSIGNED = "SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists"
REFUSED = "Source image rejected: Running image docker://registry.example.com/shop/web:v9 is rejected by policy."
BY_HARBOR = "reading manifest v9: unknown: The image is not signed by cosign."


@pytest.fixture(autouse=True)
def _fake_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, signature_rejected)


def node_with(runtime: str, kubelet: str = "v1.30.0") -> JsonObject:
    found = node("node-a")
    found["status"]["nodeInfo"] |= {"containerRuntimeVersion": runtime, "kubeletVersion": kubelet}
    return found


def test_an_image_of_one_s_own_is_signed() -> None:
    sign, policy, other = shown(deployment(fails(text=UNSIGNED), Node=[node_with("cri-o://1.30.0")]))
    assert sign == (
        f"Sign {WEB} with the key that the policy requires: the signature is pushed next to the image. The kubelet "
        "retries within five minutes.",
        [],
    )
    assert policy == (
        "TASK run: Check the node's signature policy, and have registry.example.com allowed on every node",
        ["cat /etc/containers/policy.json"],
    )
    assert other[0] == "Or use a tag that is signed."


def test_a_policy_that_lets_nothing_through_is_not_met_by_signing() -> None:
    (policy,) = shown(deployment(fails(text=REFUSED), Node=[node_with("cri-o://1.30.0")]))
    assert policy[0].startswith("TASK run: Check the node's signature policy")


def test_a_project_of_harbor_s_has_its_own_policy() -> None:
    image = "harbor.corp.example/shop/web:v9"
    sign, policy, _ = shown(deployment(fails(image, BY_HARBOR), image=image))
    assert sign[1] == [f"cosign sign {image}"]
    assert policy == (
        "The policy is that of the image's project at harbor.corp.example (Deployment security): a project "
        "administrator can turn it off.",
        [],
    )


def test_a_stranger_s_image_is_signed_by_nobody_here() -> None:
    image = "docker.io/acme/app:v9"
    first = shown(deployment(fails(image, UNSIGNED), image=image))[0]
    assert first == (
        f"{image} isn't signed as the policy requires, and only its publisher can sign it: use an image that is "
        "signed, or have the policy allow this one.",
        [],
    )


@pytest.mark.parametrize(
    ("runtime", "kubelet", "text", "commands"),
    [
        (
            "cri-o://1.27.0-2.rhaos4.14",
            "v1.27.8+abcdef0",
            "The policy is the cluster's: allow registry.example.com in its ClusterImagePolicy or ImagePolicy, or in "
            "the policy.json that a MachineConfig writes.",
            ["oc get clusterimagepolicies,imagepolicies -A"],
        ),
        (
            "containerd://2.1.0",
            "v1.33.0",
            "The policy is that of an image verifier of containerd on node node-a: its programs are in the bin_dir "
            "directory of plugin io.containerd.image-verifier.v1.bindir.",
            [],
        ),
        (
            "",
            "",
            "TASK run: Check the node's signature policy, and have registry.example.com allowed on every node",
            ["cat /etc/containers/policy.json"],
        ),
    ],
)
def test_whose_policy_it_is(runtime: str, kubelet: str, text: str, commands: list[str]) -> None:
    snapshot = deployment(fails(text=UNSIGNED), Node=[node_with(runtime, kubelet)])
    assert shown(snapshot)[1] == (text, commands)


def test_where_nothing_tells_whose_policy_it_is() -> None:
    refused = "Source image rejected: None of the signatures were accepted"
    assert shown(deployment(fails(text=refused), Node=[node_with("", "")]))[1] == (
        "The policy is that of registry.example.com, or of the runtime on node node-a: ask whoever set it.",
        [],
    )

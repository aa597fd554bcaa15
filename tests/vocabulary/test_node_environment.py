"""What is known of a node, as sentences name it."""

from __future__ import annotations

from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime


def test_a_runtime_is_shown_with_its_first_two_numbers() -> None:
    assert (
        NodeEnvironment("a", runtime=Runtime.CONTAINERD, runtime_version=(1, 7, 27)).runtime_shown == "containerd 1.7"
    )
    assert NodeEnvironment("a", runtime=Runtime.CRIO).runtime_shown == "CRI-O"
    assert NodeEnvironment("a", runtime=Runtime.DOCKER, runtime_version=(28,)).runtime_shown == "Docker 28"
    assert NodeEnvironment("a", runtime_version=(1, 7)).runtime_shown == ""


def test_a_node_is_known_by_its_platform() -> None:
    assert NodeEnvironment("a", platform=Platform.K3S).is_known
    assert not NodeEnvironment("a", runtime=Runtime.CRIO).is_known

"""Platforms: what a text asks for, what the image is for, and what the other nodes have."""

from __future__ import annotations

import pytest
from clusters import cluster
from situations import WEB, diagnosed, fails, node, runs

from kubectl_imagepull.evidence.platforms import (
    Platforms,
    image_system_in,
    platform_of,
    wanted_in,
    windows_builds_in,
)
from kubectl_imagepull.kube.objects import JsonObject

NO_MATCH = "no match for platform in manifest sha256:62dc: not found"


def found(*nodes: JsonObject, pods: tuple[JsonObject, ...] = (), text: str = NO_MATCH) -> Platforms:
    return diagnosed(cluster([fails(text=text), *pods], Node=list(nodes))).platforms


def test_nothing_is_known_without_nodes() -> None:
    assert found() == Platforms()


def test_the_node_s_own_and_those_of_others_most_first() -> None:
    nodes = [
        node("node-a", platform="linux/arm64"),
        node("node-b"),
        node("node-c"),
        node("node-d", platform="windows/amd64"),
        node("node-e", platform="linux/arm64"),
    ]
    assert found(*nodes) == Platforms(node="linux/arm64", others=("linux/amd64", "windows/amd64"))


def test_where_the_image_runs_it_has_that_platform() -> None:
    nodes = [node("node-a", platform="linux/arm64"), node("node-b")]
    assert found(*nodes, pods=(runs(WEB),)).of_image == ("linux/amd64",)


def test_labels_tell_where_the_node_info_does_not() -> None:
    labels = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "s390x"}
    assert platform_of({"metadata": {"labels": labels}}) == "linux/s390x"
    assert platform_of({"metadata": {"labels": {"kubernetes.io/os": "linux"}}}) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", "linux/arm64/v8"),
        ("no match for platform linux/arm64: not found", "linux/arm64"),
        ('no image found in image index for architecture "arm64", variant "v8", OS "linux"', "linux/arm64/v8"),
        ("does not provide the specified platform (linux/riscv64)", "linux/riscv64"),
        (NO_MATCH, ""),
    ],
)
def test_what_a_text_asks_for(text: str, wanted: str) -> None:
    assert wanted_in(text) == wanted


def test_what_a_text_says_of_the_image() -> None:
    assert image_system_in('image operating system "windows" cannot be used on this platform') == "windows"
    assert image_system_in(NO_MATCH) == ""
    text = "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host"
    assert windows_builds_in(text) == ("10.0.20348", "10.0.17763")
    assert windows_builds_in(NO_MATCH) == ()

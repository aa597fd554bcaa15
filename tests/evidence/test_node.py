"""Nodes: platform against the text, conditions, and what could not be looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from clusters import at, cluster
from fixing import failing, says

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.node import Nodes, look_at_node
from kubectl_imagepull.failures.failure import FailureText
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.causes import Cause

CONTAINERD = "rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:62dc: not found"
OF_CRI_O = 'choosing an image from manifest list docker://x/app:1: no image found in {} for architecture "arm64", variant "v8", OS "linux"'


def node(conditions: dict[str, Any] | None = None, **info: str) -> JsonObject:
    """A node that is ready, but for what is given."""
    told = {"Ready": "True", **(conditions or {})}
    return {
        "metadata": {"name": "worker-a"},
        "status": {
            "nodeInfo": {
                "operatingSystem": "linux",
                "architecture": "amd64",
                "containerRuntimeVersion": "containerd://2.1.9+unknown",
                "kubeletVersion": "v1.36.2",
                **info,
            },
            "conditions": [
                {
                    "type": kind,
                    "lastTransitionTime": at(40),
                    **(value if isinstance(value, dict) else {"status": value}),
                }
                for kind, value in told.items()
            ],
        },
    }


def look(item: JsonObject | None, text: str = "", cause: Cause = Cause.TAG_NOT_FOUND) -> tuple[Evidence, ...]:
    snapshot = cluster([], Node=[] if item is None else [item])
    failure = failing(texts=(FailureText(text, "waiting.message"),))
    return look_at_node(failure, says(cause), Nodes(snapshot))


def mismatch(item: JsonObject | None, text: str) -> str:
    """What NodePlatform says about a text that names a platform."""
    platform = look(item, text, Cause.PLATFORM_MISMATCH)[0]
    assert (platform.check, platform.result) == ("NodePlatform", Result.BAD)
    return platform.text


def test_a_node_with_nothing_wrong() -> None:
    assert look(node()) == (
        Evidence(
            Check.NODE_PLATFORM,
            Result.OK,
            "node worker-a is linux/amd64 (containerd 2.1.9, kubelet 1.36.2)",
            "worker-a",
            ("linux/amd64",),
        ),
        Evidence(Check.NODE_CONDITION, Result.OK, "node worker-a is Ready and has no resource pressure", "worker-a"),
    )


def test_a_windows_node_says_its_build() -> None:
    windows = node(operatingSystem="windows", kernelVersion="10.0.20348.2113", containerRuntimeVersion="")
    assert look(windows)[0].text == "node worker-a is windows/amd64 (kubelet 1.36.2), Windows 10.0.20348.2113"


def test_containerd_names_no_platform_so_it_is_the_node_s() -> None:
    assert mismatch(node(), CONTAINERD) == (
        "node worker-a is linux/amd64 (containerd 2.1.9, kubelet 1.36.2), and the image has no variant for that"
    )


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", "linux/arm64/v8"),
        (OF_CRI_O.format("manifest list"), "linux/arm64/v8"),
        (OF_CRI_O.format("image index").replace('"', '\\"'), "linux/arm64/v8"),
        ('no image found in image index for architecture amd64, variant "", OS linux', "linux/amd64"),
        ("image was found but does not provide the specified platform (linux/arm64)", "linux/arm64"),
        ("no child with platform linux/arm64 in index x", "linux/arm64"),
    ],
)
def test_a_platform_that_the_text_names(text: str, platform: str) -> None:
    architecture = platform.split("/")[1]
    bare = node(architecture=architecture, containerRuntimeVersion="", kubeletVersion="")
    said = f"the image has no variant for {platform}, which the runtime on node worker-a requested"
    assert mismatch(bare, text) == f"{said}: node worker-a is linux/{architecture}"
    other = node(architecture="s390x", containerRuntimeVersion="", kubeletVersion="")
    assert mismatch(other, text) == f"{said}, though node worker-a is linux/s390x"


def test_a_system_that_the_text_names() -> None:
    windows = "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host"
    assert (
        mismatch(node(), windows)
        == "the image is built on Windows 10.0.20348 and node worker-a runs Windows 10.0.17763"
    )
    system = 'cannot download image with operating system "windows" when requesting "linux"'
    assert mismatch(node(kubeletVersion=""), system) == (
        "the image is built for windows and node worker-a is linux/amd64 (containerd 2.1.9)"
    )
    used = 'image operating system "windows" cannot be used on this platform'
    assert mismatch(None, used) == (
        "the image is built for windows; node worker-a could not be read: it no longer exists"
    )


def test_a_mismatch_on_a_node_that_could_not_be_looked_at_is_still_bad() -> None:
    assert mismatch(None, CONTAINERD) == (
        "the image has no variant for the platform of node worker-a; node worker-a could not be read: it no longer "
        "exists"
    )


def test_a_node_that_could_not_be_looked_at_is_skipped_with_the_reason() -> None:
    why = "not allowed to get nodes (verb get, resource nodes)"
    snapshot = replace(cluster([]), unread={("Node", "", "worker-a"): why})
    text = f"node worker-a could not be read: {why}"
    assert look_at_node(failing(), says(Cause.TAG_NOT_FOUND), Nodes(snapshot)) == (
        Evidence(Check.NODE_PLATFORM, Result.SKIPPED, text, "worker-a"),
        Evidence(Check.NODE_CONDITION, Result.SKIPPED, text, "worker-a"),
    )
    without: Snapshot = cluster([])
    assert look_at_node(failing(), says(Cause.TAG_NOT_FOUND), Nodes(without))[0].text == (
        "node worker-a could not be read: the recording was read without Nodes"
    )


def test_a_pod_without_a_node_has_none_to_look_at() -> None:
    assert look_at_node(failing(node=None), says(Cause.TAG_NOT_FOUND), Nodes(cluster([]))) == ()


@pytest.mark.parametrize(
    ("conditions", "result", "text"),
    [
        (
            {"DiskPressure": "True"},
            Result.BAD,
            "node worker-a is short of disk space (DiskPressure) since 11:40 UTC",
        ),
        (
            {"NetworkUnavailable": "True"},
            Result.BAD,
            "node worker-a has no network set up (NetworkUnavailable) since 11:40 UTC",
        ),
        ({"MemoryPressure": "True"}, Result.INFO, "node worker-a is short of memory (MemoryPressure) since 11:40 UTC"),
        ({"PIDPressure": "True"}, Result.INFO, "node worker-a is short of process ids (PIDPressure) since 11:40 UTC"),
        (
            {"Ready": "Unknown"},
            Result.BAD,
            "node worker-a has not reported since 11:40 UTC (NotReady), so its pods show their last known state",
        ),
        (
            {"Ready": {"status": "False", "message": "container runtime is down"}},
            Result.BAD,
            "node worker-a is NotReady since 11:40 UTC, so its pods may show their last known state, "
            "and says: container runtime is down",
        ),
        (
            {"Ready": {"status": "False", "lastTransitionTime": 5}},
            Result.BAD,
            "node worker-a is NotReady, so its pods may show their last known state",
        ),
    ],
)
def test_conditions(conditions: dict[str, Any], result: Result, text: str) -> None:
    found = look(node(conditions))[1:]
    assert [(item.check, item.result, item.text) for item in found] == [("NodeCondition", result, text)]


def test_all_conditions_are_said() -> None:
    found = look(node({"Ready": "Unknown", "DiskPressure": "True", "PIDPressure": "False"}))[1:]
    assert [item.values for item in found] == [("NotReady",), ("DiskPressure",)]


def test_a_node_that_says_nothing() -> None:
    empty = {"metadata": {"name": "worker-a"}, "status": {"nodeInfo": [], "conditions": {"Ready": 1}}}
    assert [(item.result, item.text) for item in look(empty)] == [
        (Result.SKIPPED, "node worker-a doesn't report its platform"),
        (Result.SKIPPED, "node worker-a reports no conditions"),
    ]
    labelled = {
        "metadata": {"name": "worker-a", "labels": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}}
    }
    assert look(labelled)[0].text == "node worker-a is linux/arm64"

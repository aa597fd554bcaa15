"""CorruptContent: the node's own copy, or what all nodes get."""

from __future__ import annotations

import pytest
from fake_tasks import use_fake_tasks
from situations import WEB, deployment, fails, node, runs, shown

from kubectl_imagepull.fixes.causes import corrupt_content

EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
DAMAGED = (
    'rpc error: code = FailedPrecondition desc = failed commit on ref "layer-sha256:ab": unexpected commit digest '
    "sha256:cd, expected sha256:ab: failed precondition"
)
RETRY = ("Then recreate the pod so that it pulls at once.", ["kubectl delete pod web-6b-x -n shop"])


@pytest.fixture(autouse=True)
def _fake_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, corrupt_content)


def test_where_the_damage_is_is_not_known() -> None:
    clean, again, push, way = shown(deployment(fails(text=DAMAGED)))
    assert clean[0] == "TASK delete_image: The node's copy may be damaged"
    assert again == RETRY
    assert push[0] == (
        f"The copy of {WEB} at registry.example.com is damaged: have it pushed again from where it was built."
    )
    assert way[0] == (
        "Or something between the nodes and registry.example.com changes the data, such as a proxy that intercepts "
        "TLS or scans downloads: ask whoever runs the network."
    )


def test_other_nodes_have_the_image() -> None:
    clean, again, _ = shown(deployment(fails(text=DAMAGED), runs(WEB, name="web-6b-1")))
    assert clean[0] == "TASK delete_image: Other nodes have the image, so this node's copy is damaged"
    assert again == RETRY


def test_several_nodes_get_damaged_content() -> None:
    first = shown(deployment(fails(text=DAMAGED), fails(text=DAMAGED, name="web-6b-y", node="node-b")))[0]
    assert first[0] == (
        f"The copy of {WEB} at registry.example.com is damaged: it fails on 2 nodes: have it pushed again from where "
        "it was built."
    )


def test_an_empty_download_is_containerd_s() -> None:
    text = DAMAGED.replace("sha256:cd", EMPTY)
    assert (
        shown(deployment(fails(text=text)))[0][0]
        == "TASK clear_downloads: An empty, unfinished download of the image was left behind"
    )


def test_zstd_is_no_damage_but_an_old_docker() -> None:
    nodes = [node("node-a")]
    nodes[0]["status"]["nodeInfo"]["containerRuntimeVersion"] = "docker://20.10.7"
    text = "failed to register layer: Error processing tar file(exit status 1): archive/tar: invalid tar header"
    assert shown(deployment(fails(text=text), Node=nodes)) == [
        (
            "The image's layers are compressed with zstd, which needs Docker 23 or later: update Docker on node "
            "node-a. Pushing the image again only helps if it is rebuilt with gzip.",
            [],
        )
    ]

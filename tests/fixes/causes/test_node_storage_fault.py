"""NodeStorageFault: what the text says of the damage decides what is repaired first."""

from __future__ import annotations

import pytest
from registry_failures import context, fails, lines, node, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import node_storage_fault
from kubectl_imagepull.fixes.causes.node_storage_fault import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Who

STORE = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/9"
AWAY = "Until node node-a is fixed, keep pods off it: the pod can start on node node-b."
LOG = "runtime_log: The image store of node node-a is at fault"
RESTART = "restart_runtime: If that doesn't help, the runtime still holds on to the leftovers"
SOUND = "delete_image: If the disk is sound, leftovers of an earlier pull may be in the way"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, node_storage_fault)


def faulty(text: str) -> list[Fix]:
    here = context(fails("", head=f"{text}{{error}}"), nodes=[node(), node("node-b")])
    assert here.cause is Cause.NODE_STORAGE_FAULT
    return list(fixes(here))


def test_a_disk_that_became_read_only() -> None:
    found = faulty(f"failed to extract layer: mkdir {STORE}/fs: read-only file system: unknown")
    assert texts(found) == [
        "run: The disk of node node-a under /var/lib/containerd is failing or has become read-only: check the kernel "
        "log, and fix or replace the disk.",
        AWAY,
        SOUND,
    ]
    assert found[0].brief == "Fix or replace the disk of node node-a"
    assert lines(found[0]) == [
        "sudo dmesg --level=err,warn | tail -n 50",
        "findmnt -t ext4,xfs,btrfs -o TARGET,SOURCE,OPTIONS",
    ]


def test_content_that_the_store_lost_is_deleted_and_pulled_again() -> None:
    found = faulty("failed to get reader from content store: content digest sha256:0123456789ab: not found")
    assert texts(found) == [
        "delete_image: The copy of the image on node node-a is incomplete, or blocks the new download",
        RESTART,
        AWAY,
        LOG,
    ]


def test_user_ids_that_the_node_does_not_map() -> None:
    found = faulty(f"failed to extract layer: lchown {STORE}/etc: operation not supported: unknown")
    assert texts(found) == [
        "run: Files in the image belong to user ids that node node-a doesn't map: give the runtime's user at least "
        "65536 ids in /etc/subuid and /etc/subgid.",
        AWAY,
        LOG,
    ]
    assert lines(found[0]) == ["cat /etc/subuid /etc/subgid"]
    assert found[0].brief == "Map more user ids on node node-a"


def test_a_snapshotter_that_is_not_there() -> None:
    found = faulty("failed to prepare extraction snapshot: snapshotter nydus was not found")
    assert found[0].text == (
        "The snapshotter configured for the runtime on node node-a isn't available: start its service, or set one "
        "that is (overlayfs) in the runtime's configuration."
    )
    assert texts(found)[1:] == [RESTART, AWAY, LOG]


def test_windows_may_be_older_than_the_image() -> None:
    found = faulty("hcsshim::ImportLayer failed in Win32: Access is denied. (0x5)")
    assert found[0].text == (
        "Windows on node node-a can't import a layer: the image is built for a newer Windows than the node's, or its "
        "layer store is damaged. Compare the two builds first."
    )
    assert (lines(found[0]), found[0].who) == (["kubectl get node node-a -o wide"], Who.YOU)


def test_what_the_text_leaves_open_stands_in_the_log() -> None:
    assert texts(faulty("failed to extract layer: mount callback failed: too many open files")) == [
        LOG,
        SOUND,
        RESTART,
        AWAY,
    ]

"""Paths of messages: what is left of them after the pull, and what may not stand in a command."""
# ruff: noqa: S108 - paths that CRI-O wrote, in no use here

from __future__ import annotations

import pytest

from kubectl_imagepull.fixes.environments.paths import drive_of, lasting_directory

PATHS = [
    ("", "/store"),
    ("/var/lib/containerd/io.containerd.content.v1.content/ingest/5c0c/data", "/var/lib/containerd"),
    ("/var/lib/containerd/tmpmounts/containerd-mount123/usr/lib/x.so", "/var/lib/containerd"),
    ("/var/lib/containers/storage/overlay/0123456789abcdef/diff/usr", "/var/lib/containers/storage"),
    ("/var/tmp/container_images_storage123/1", "/var/tmp"),
    ("/var/tmp/storage42", "/var/tmp"),
    ("/var/lib/docker/tmp/GetImageBlob123", "/var/lib/docker"),
    ("/var/lib/docker/overlay2/0123456789abcdef0123/diff", "/var/lib/docker"),
    (
        "/var/lib/rancher/k3s/agent/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs",
        "/var/lib/rancher/k3s/agent/containerd",
    ),
    ("/data/containerd/tmpmounts/x", "/data/containerd"),
    ("/mnt/docker/overlay2/x", "/mnt/docker"),
    ("/var/lib/kubelet", "/var/lib/kubelet"),
    ("/var/log/", "/var/log"),
    ("relative/path", "/store"),
    ("/var/lib/../../root", "/store"),
    ("/var/lib/$(reboot)", "/store"),
    ("/var/lib/a b", "/store"),
    ("/var/lib/x\n", "/store"),
    ("/" + "x" * 300, "/store"),
    ("C:\\ProgramData\\containerd", "/store"),
]


@pytest.mark.parametrize(("path", "directory"), PATHS)
def test_the_directory_that_lasts(path: str, directory: str) -> None:
    assert lasting_directory(path, "/store") == directory


@pytest.mark.parametrize(
    ("path", "drive"), [("", "C"), ("D:\\containerd\\root", "D"), ("e:/x", "E"), ("/var", "C"), ("x D:\\", "C")]
)
def test_the_drive_of_a_windows_path(path: str, drive: str) -> None:
    assert drive_of(path) == drive

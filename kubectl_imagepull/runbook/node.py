"""The runbook's pages for the node, and for failures without a cause."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull.runbook.entry import ANY_REGISTRY, ANY_RUNTIME, Runbook
from kubectl_imagepull.vocabulary.causes import Cause

NODE: Mapping[Cause, Runbook] = {
    Cause.NODE_DISK_FULL: Runbook(
        confirm=(
            "On the node: df -h and df -i of /var/lib/containerd, /var/lib/containers or /var/lib/docker.",
            "kubectl describe node NODE shows DiskPressure, FreeDiskSpaceFailed or ImageGCFailed.",
        ),
        fixes=(
            (ANY_RUNTIME, "crictl rmi --prune on the node, a larger disk, or fewer and smaller images."),
            ("CRI-O", "It unpacks through /var/tmp: that must have room as well."),
        ),
    ),
    Cause.NODE_STORAGE_FAULT: Runbook(
        confirm=(
            "Other nodes pull the same image.",
            "On the node: dmesg shows disk errors or a file system that became read-only.",
            "'input/output error' while unpacking is often a full disk.",
        ),
        fixes=(
            (
                ANY_RUNTIME,
                "Keep pods away (kubectl cordon NODE), repair the disk, delete the image, restart the runtime.",
            ),
            ("containerd", "'content digest ...: not found' is the node's own store: crictl rmi IMAGE and pull again."),
            ("user namespaces", "'failed to Lchown': /etc/subuid and /etc/subgid hold too few ids."),
            (
                "Windows nodes",
                "'hcsshim::ImportLayer ... cannot find the file' means an image that is newer than the host.",
            ),
        ),
    ),
    Cause.RUNTIME_UNAVAILABLE: Runbook(
        confirm=(
            "kubectl get node NODE says NotReady, and the pods on it show their last known state.",
            "On the node: systemctl status containerd (or crio, docker).",
        ),
        fixes=(
            (ANY_RUNTIME, "Read its log (journalctl -u), start it; after a restart the kubelet goes on by itself."),
        ),
    ),
    Cause.KUBELET_THROTTLED: Runbook(
        confirm=("The text is 'pull QPS exceeded'.",),
        fixes=(
            (ANY_RUNTIME, "Wait, or raise registryPullQPS (5) and registryBurst (10) in the kubelet's configuration."),
        ),
    ),
    Cause.PULL_CANCELLED: Runbook(
        confirm=("On the node: the runtime's log says why; the pod's text is only 'context canceled'.",),
        fixes=(
            (ANY_REGISTRY, "Wait for the next try; if it stays, look at the way to the registry."),
            ("containerd", "1.7 and later give up when no bytes came for five minutes."),
            ("CRI-O", "pull_progress_timeout gives up early; 1.32.0 had 10 seconds."),
        ),
    ),
    Cause.CAUSE_NOT_REPORTED: Runbook(
        confirm=(
            (
                "The pod's status says only 'Back-off pulling image', and no event 'Failed to pull image' is left: "
                "events live for an hour, and a pod that goes on failing loses them earlier."
            ),
        ),
        fixes=(
            (
                ANY_RUNTIME,
                "Delete the pod if something makes it anew, or wait for the next try (five minutes at most).",
            ),
            (
                "Kubernetes 1.32 and later",
                "The status keeps the error during back-off until the kubelet is restarted.",
            ),
        ),
    ),
    Cause.UNKNOWN: Runbook(
        confirm=("Read the message whole: what stands after its last colon is mostly the true error.",),
        fixes=(
            (
                ANY_RUNTIME,
                "On the node: crictl pull IMAGE shows the runtime's own words (without the pod's credentials).",
            ),
            (ANY_REGISTRY, "Report the message, so that the next release can read it."),
        ),
    ),
}

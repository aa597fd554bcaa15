"""Fixes on the node: disk, image store, runtime, kubelet; and what to do where no cause is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import delete_pod, retry
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.network import ask_registry
from kubectl_imagepull.fixes.shell import line
from kubectl_imagepull.vocabulary.causes import Cause, What

_STORES = {
    "containerd": ("/var/lib/containerd",),
    "crio": ("/var/lib/containers", "/var/tmp"),  # noqa: S108 - CRI-O puts layers there while it pulls
    "docker": ("/var/lib/docker",),
}


def _away(case: Case) -> list[Draft]:
    """Lets the pod run on another node, where its owner can make it anew there."""
    if not case.is_replaced or case.kind == "daemonset":
        return []
    return [
        Draft(
            f"Until then keep new pods away from {case.the_node} and let this one run elsewhere. Once it is repaired: "
            f"{case.kubectl('uncordon', case.node)}.",
            (case.kubectl("cordon", case.node), delete_pod(case)),
        )
    ]


def _units(case: Case) -> tuple[str, ...]:
    return (case.service,) if case.service else ("containerd", "crio", "docker")


def _log(case: Case) -> str:
    units = [word for unit in _units(case) for word in ("-u", unit)]
    return line("journalctl", *units, "--since", "1 hour ago", "--no-pager")


def disk_full(case: Case) -> list[Draft]:
    """Make room, or run elsewhere."""
    stores = _STORES[case.service] if case.service else ("/var/lib",)
    room = Draft(
        f"{case.on_node}: see which disk is full, and delete images that no container uses; the kubelet then tries "
        "again.",
        (line("df", "-h", *stores), line("df", "-i", *stores), "sudo crictl rmi --prune"),
    )
    bigger = Draft(
        "If it comes back: a larger disk for images, fewer or smaller images, or look for what else fills it (logs, "
        "emptyDir volumes)."
    )
    return [room, *_away(case), bigger]


def storage_fault(case: Case) -> list[Draft]:
    """Find what is wrong with the store, and start it afresh."""
    look = Draft(
        f"{case.on_node}: look for a read-only or broken disk first, then at what the runtime says.",
        ("sudo dmesg --level=err,warn | tail -n 50", "findmnt -t ext4,xfs,btrfs,overlay -o TARGET,OPTIONS", _log(case)),
    )
    remove = (line("sudo", "crictl", "rmi", case.image),) if case.reference else ()
    afresh = Draft(
        f"{case.on_node}: if the disk is sound, delete what is left of the image and restart the runtime.",
        (*remove, line("sudo", "systemctl", "restart", case.service or "containerd")),
    )
    ids = Draft("'lchown' or 'invalid argument' with user namespaces: /etc/subuid and /etc/subgid hold too few ids.")
    return [look, afresh, *_away(case), ids]


def runtime_unavailable(case: Case) -> list[Draft]:
    """Start the runtime, or wait while it starts."""
    see = Draft(
        f"See whether {case.the_node} is Ready again: after a restart of its runtime the kubelet goes on by itself.",
        (case.kubectl("get", "node", case.node),),
    )
    unit = case.service or "containerd"
    start = Draft(
        f"{case.on_node}: see why the container runtime is down, and start it"
        + ("." if case.service else " (crio or docker where the node runs that)."),
        (
            line("systemctl", "status", *_units(case), "--no-pager"),
            _log(case),
            line("sudo", "systemctl", "restart", unit),
        ),
    )
    return [see, start, *_away(case)]


def kubelet_throttled(case: Case) -> list[Draft]:
    """It heals by itself; for good, ask less or allow more."""
    return [
        Draft("Wait: the kubelet pulls so many images at once that it makes itself wait. It heals by itself."),
        Draft(
            f"If it happens often, raise registryPullQPS and registryBurst in the kubelet's configuration on "
            f"{case.the_node}, or let the containers use imagePullPolicy: IfNotPresent."
        ),
    ]


def pull_cancelled(case: Case) -> list[Draft]:
    """Mostly no bytes for too long."""
    return [
        Draft("Wait: the kubelet tries again by itself within five minutes."),
        ask_registry(case, "containerd gives up when no bytes came for five minutes, and says so only in its log."),
        Draft(f"{case.on_node}: the runtime's log says why it gave up (a restart, or no progress).", (_log(case),)),
    ]


def not_reported(case: Case) -> list[Draft]:
    """Bring the error back."""
    pod = case.pod
    watch = case.kubectl(
        "get", "events", "-n", case.namespace, "--field-selector", f"involvedObject.name={pod}", "--watch"
    )
    wait = Draft("Wait for the next try, five minutes at most, and read its error.", (watch,))
    if not case.is_replaced or not retry(case):
        drafts = [wait]
    else:
        drafts = [
            Draft(
                f"Make the pod anew: the new one tries at once and its error can be read. {case.target} makes another.",
                (delete_pod(case),),
            ),
            wait,
        ]
    return [*drafts, *_by_hand(case)]


def unknown(case: Case) -> list[Draft]:
    """Read it whole."""
    describe = Draft(
        "Read the whole message, and the events around it.",
        (case.kubectl("describe", "pod", case.pod, "-n", case.namespace),),
    )
    return [describe, *_by_hand(case), Draft("Please report the message to us, so that a rule can read it.")]


def _by_hand(case: Case) -> list[Draft]:
    if case.reference is None:
        return []
    by_hand = f"{case.on_node}: pull it by hand to see the runtime's own words. This takes no credentials of the pod's."
    if case.failure.what is What.SANDBOX:
        by_hand = f"{case.on_node}: pull it by hand to see the runtime's own words."
    return [Draft(by_hand, (line("sudo", "crictl", "pull", case.image),))]


NODE: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    Cause.NODE_DISK_FULL: disk_full,
    Cause.NODE_STORAGE_FAULT: storage_fault,
    Cause.RUNTIME_UNAVAILABLE: runtime_unavailable,
    Cause.KUBELET_THROTTLED: kubelet_throttled,
    Cause.PULL_CANCELLED: pull_cancelled,
    Cause.CAUSE_NOT_REPORTED: not_reported,
    Cause.UNKNOWN: unknown,
}

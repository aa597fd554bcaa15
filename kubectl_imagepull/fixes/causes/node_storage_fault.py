"""NodeStorageFault: the node's image store is at fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import away_from_node
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Pipeline
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.mentions import StorageDamage

_KERNEL = Pipeline((Command(("sudo", "dmesg", "--level=err,warn")), Command(("tail", "-n", "50"))))
_MOUNTS = Command(("findmnt", "-t", "ext4,xfs,btrfs", "-o", "TARGET,SOURCE,OPTIONS"))
_IDS = Command(("cat", "/etc/subuid", "/etc/subgid"))


def fixes(context: FixContext) -> Sequence[Fix]:
    """What the text says of the damage decides what is repaired first."""
    damage = context.way.named.damage
    if damage is StorageDamage.LEFTOVERS:
        return [*_afresh(context), *_restart(context), *away_from_node(context), *_log(context)]
    if damage is StorageDamage.USER_IDS:
        return [*_user_ids(context), *away_from_node(context), *_log(context)]
    if damage is StorageDamage.SNAPSHOTTER:
        return [_snapshotter(context), *_restart(context), *away_from_node(context), *_log(context)]
    if damage is StorageDamage.WINDOWS:
        return [_windows(context), *_afresh(context), *_restart(context), *away_from_node(context)]
    if damage is StorageDamage.DISK:
        return [*_disk(context), *away_from_node(context), *_afresh(context)]
    return [*_log(context), *_afresh(context), *_restart(context), *away_from_node(context)]


def _disk(context: FixContext) -> list[Fix]:
    node = context.node.shown
    place = f" under {context.way.named.directory}" if context.way.named.directory else ""
    why = (
        f"The disk of {node}{place} is failing or has become read-only: check the kernel log, and fix or replace the "
        "disk."
    )
    short = (f"Fix or replace the disk of {node}", "Fix the node's disk")
    return [replace(fix, short=short) for fix in tasks_for(context).run(why, _KERNEL, _MOUNTS)]


def _afresh(context: FixContext) -> list[Fix]:
    why = f"The copy of the image on {context.node.shown} is incomplete, or blocks the new download"
    if context.way.named.damage is not StorageDamage.LEFTOVERS:
        why = "If the disk is sound, leftovers of an earlier pull may be in the way"
    return [*tasks_for(context).delete_image(why)]


def _restart(context: FixContext) -> list[Fix]:
    return [*tasks_for(context).restart_runtime("If that doesn't help, the runtime still holds on to the leftovers")]


def _user_ids(context: FixContext) -> list[Fix]:
    why = (
        f"Files in the image belong to user ids that {context.node.shown} doesn't map: give the runtime's user at "
        "least 65536 ids in /etc/subuid and /etc/subgid."
    )
    short = (f"Map more user ids on {context.node.shown}", "Map more user ids on the node")
    return [replace(fix, short=short) for fix in tasks_for(context).run(why, _IDS)]


def _snapshotter(context: FixContext) -> Fix:
    text = (
        f"The snapshotter configured for the runtime on {context.node.shown} isn't available: start its service, or "
        "set one that is (overlayfs) in the runtime's configuration."
    )
    short = (f"Start the snapshotter on {context.node.shown}", "Start the snapshotter on the node")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _windows(context: FixContext) -> Fix:
    text = (
        f"Windows on {context.node.shown} can't import a layer: the image is built for a newer Windows than the "
        "node's, or its layer store is damaged. Compare the two builds first."
    )
    short = ("Compare the image's Windows build with the node's",)
    show = context.kubectl("get", "node", context.node.name, "-o", "wide")
    return Fix(text, (show,), Who.YOU, Basis.TEXT, Where.CLUSTER, short=short)


def _log(context: FixContext) -> list[Fix]:
    return [*tasks_for(context).runtime_log(f"The image store of {context.node.shown} is at fault")]


RUNBOOK = Runbook(
    confirm=(
        "Other nodes can pull the same image.",
        "On the node: dmesg shows disk errors or a file system that became read-only.",
        "'input/output error' while unpacking is often a full disk.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Keep pods off the node (kubectl cordon NODE), fix the disk, delete the image, restart the runtime.",
        ),
        (
            "containerd",
            "'content digest ...: not found' is about the node's own store: crictl rmi IMAGE and pull again.",
        ),
        (
            "user namespaces",
            "'failed to Lchown': /etc/subuid and /etc/subgid have too few ids.",
        ),
        (
            "Windows nodes",
            "'hcsshim::ImportLayer ... cannot find the file' means an image that is newer than the host.",
        ),
    ),
)

REMEDY = Remedy(Cause.NODE_STORAGE_FAULT, fixes, RUNBOOK)

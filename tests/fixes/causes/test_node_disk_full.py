"""NodeDiskFull: room on the disk that the text names, and another node meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import POD, context, fails, lines, node, use_named_tasks

from kubectl_imagepull.fixes.causes import node_disk_full
from kubectl_imagepull.fixes.causes.node_disk_full import fixes
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

BLOB = "/var/lib/containerd/io.containerd.content.v1.content/ingest/c06fbe/data"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, node_disk_full)


def full(*names: str, text: str = f"failed to copy: write {BLOB}", **spec: Any) -> FixContext:
    pod = fails("", head=f"{text}: no space left on device{{error}}", **spec)
    here = context(pod, nodes=[node(name) for name in names])
    assert here.cause is Cause.NODE_DISK_FULL
    return here


def test_room_is_made_where_the_text_says_it_is_missing() -> None:
    room, away, good = fixes(full("node-a", "node-b"))
    assert room.text == "free_disk: /var/lib/containerd"
    assert lines(away) == ["kubectl cordon node-a &&", f"kubectl delete pod {POD} -n shop"]
    assert away.basis is Basis.TEXT
    assert good.text == (
        "If node node-a fills up again, give it a larger disk, or let the kubelet delete unused images earlier: "
        "imageGCHighThresholdPercent, 85 by default."
    )
    assert (good.who, good.basis, good.notes) == (
        Who.CLUSTER_ADMIN,
        Basis.GUESS,
        ("Logs and emptyDir volumes may be filling the same disk.",),
    )


def test_a_layer_s_own_path_is_not_the_node_s() -> None:
    assert (
        fixes(full("node-a", text="failed to register layer: write /usr/lib/locale/archive"))[0].text == "free_disk: "
    )


def cordons(found: list[Fix]) -> bool:
    return any("cordon" in line for fix in found for line in lines(fix))


def test_the_only_node_of_a_cluster_keeps_its_pods() -> None:
    assert not cordons(list(fixes(full("node-a"))))
    assert not cordons(list(fixes(full())))
    daemon = {"kind": "DaemonSet", "apiVersion": "apps/v1", "name": "agent", "controller": True}
    assert not cordons(list(fixes(full("node-a", "node-b", owner=daemon))))


def test_of_several_full_nodes_none_is_the_way_out() -> None:
    assert not cordons(list(fixes(FixContext(full("node-a", "node-b").diagnosis, ("node-a", "node-c")))))

"""CauseNotReported: how the error comes back without harm."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import IMAGE, POD, context, fails, lines, node, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import cause_not_reported
from kubectl_imagepull.fixes.causes.cause_not_reported import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Who

WAIT = "Wait for the next attempt, five minutes at most: this shows its error."
WATCH = f"kubectl get events -n shop --field-selector involvedObject.name={POD} --watch"
HAND = f"run: Pull {IMAGE} by hand to see the runtime's own error: this doesn't use the pod's credentials."


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, cause_not_reported)


def silent(image: str = IMAGE, nodes: Any = None, **spec: Any) -> list[Fix]:
    pod = fails("", image, **spec)
    pod["status"]["containerStatuses"][0]["state"]["waiting"] = {"reason": "ImagePullBackOff"}
    here = context(pod, nodes=nodes or [node()])
    assert here.cause is Cause.CAUSE_NOT_REPORTED
    return list(fixes(here))


def test_a_pod_that_is_replaced_is_deleted() -> None:
    delete, wait, hand = silent()
    assert delete.text == ("Delete the pod: deployment/web creates a new one, which pulls at once and shows the error.")
    assert (lines(delete), delete.who) == ([f"kubectl delete pod {POD} -n shop"], Who.YOU)
    assert delete.brief == f"Delete pod {POD} to see the error again"
    assert (wait.text, lines(wait)) == (WAIT, [WATCH])
    assert (hand.text, lines(hand)) == (HAND, [f"sudo crictl pull {IMAGE}"])


@pytest.mark.parametrize(
    "owner",
    [
        None,
        {"kind": "Job", "apiVersion": "batch/v1", "name": "report-1", "controller": True},
        {"kind": "TaskRun", "apiVersion": "tekton.dev/v1", "name": "build", "controller": True},
    ],
)
def test_a_pod_that_nobody_replaces_is_waited_for(owner: dict[str, object] | None) -> None:
    assert texts(silent(owner=owner)) == [WAIT, HAND]


def test_on_a_node_that_is_down_no_pod_is_deleted() -> None:
    assert texts(silent(nodes=[node(ready=False)])) == [WAIT, HAND]


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"kubelet": "v1.31.1+k3s1"}, [f"sudo k3s crictl pull {IMAGE}"]),
        ({"microk8s.io/cluster": "true"}, None),
        ({"system": "Talos (v1.7.0)"}, None),
    ],
)
def test_only_a_program_that_the_node_has_pulls_by_hand(info: dict[str, str], words: list[str] | None) -> None:
    found = silent(nodes=[node(**info)])
    assert len(found) == (3 if words else 2)
    assert words is None or lines(found[2]) == words

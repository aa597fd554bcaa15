"""RuntimeUnavailable: a runtime that is back by now, and one that is down."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import runtime_unavailable
from kubectl_imagepull.fixes.causes.runtime_unavailable import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Who

ENDED = "rpc error: code = Unavailable desc = error reading from server: EOF"
DOWN = 'connection error: desc = "transport: dial unix /run/containerd/containerd.sock: connect: connection refused"'
START = "restart_runtime: The kubelet of node node-a can't reach the container runtime"
LOG = "runtime_log: Find out why the container runtime of node node-a stopped"
WAIT = (
    "The container runtime of node node-a was restarted during the pull: once node node-a is Ready, the kubelet "
    "pulls again by itself."
)


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, runtime_unavailable)


def gone(text: str, *nodes: Any) -> list[Fix]:
    here = context(fails("", head=f"{text}{{error}}"), nodes=nodes)
    assert here.cause is Cause.RUNTIME_UNAVAILABLE
    return list(fixes(here))


def test_a_node_that_is_ready_goes_on_by_itself() -> None:
    for text in (ENDED, DOWN):
        found = gone(text, node())
        assert texts(found) == [WAIT, START, LOG]
        assert (found[0].who, lines(found[0])) == (Who.NOBODY, ["kubectl get node node-a"])


def test_a_node_that_is_not_ready_wants_its_runtime_started() -> None:
    found = gone(ENDED, node(ready=False), node("node-b"))
    assert texts(found)[:2] == [START, LOG]
    # nobody there confirms that the pod is gone
    assert lines(found[2])[1] == "kubectl delete pod web-5d9c-abcde -n shop --wait=false"


def test_where_the_node_was_not_seen_the_text_decides() -> None:
    assert texts(gone(DOWN))[0] == START
    assert texts(gone(ENDED))[0] == WAIT

"""PullCancelled: the next try may do."""

from __future__ import annotations

import pytest
from registry_failures import context, fails, node, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import pull_cancelled
from kubectl_imagepull.fixes.causes.pull_cancelled import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Who

HEAD = "rpc error: code = Canceled desc = failed to pull and unpack image: context canceled{error}"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, pull_cancelled)


def cancelled(**info: str) -> list[Fix]:
    here = context(fails("", head=HEAD), nodes=[node(**info)])
    assert here.cause is Cause.PULL_CANCELLED
    return list(fixes(here))


def test_it_is_tried_again() -> None:
    wait, log, limit = cancelled()
    assert wait.text == (
        "The runtime or the kubelet gave up on the pull: the kubelet retries by itself within five minutes."
    )
    assert wait.who is Who.NOBODY
    assert log.text == "runtime_log: If it gives up every time, the log says why: a restart, or no progress"
    assert limit.text == (
        "Without progress the runtime on node node-a gives up (its progress timeout): fix the slow connection to "
        "registry.corp.example, or raise the limit."
    )


@pytest.mark.parametrize(
    ("runtime", "limit"),
    [
        ("containerd://1.7.27", "image_pull_progress_timeout in config.toml, five minutes by default"),
        ("cri-o://1.32.0", "pull_progress_timeout in crio.conf, ten seconds in CRI-O 1.32.0"),
        ("docker://27.2.0", "image-pull-progress-deadline of cri-dockerd, one minute by default"),
    ],
)
def test_only_the_node_s_own_runtime_is_named(runtime: str, limit: str) -> None:
    assert texts(cancelled(runtime=runtime))[2].startswith(
        f"Without progress the runtime on node node-a gives up ({limit}): "
    )

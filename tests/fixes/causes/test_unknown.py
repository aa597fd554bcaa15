"""Unknown: the whole message, and a report of it."""

from __future__ import annotations

import pytest
from registry_failures import IMAGE, POD, context, fails, lines, node, use_named_tasks

from kubectl_imagepull.fixes.causes import unknown
from kubectl_imagepull.fixes.causes.unknown import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Who


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, unknown)


def test_it_is_read_whole_tried_by_hand_and_reported() -> None:
    here = context(fails("", head="the moon is full{error}"), nodes=[node()])
    assert here.cause is Cause.UNKNOWN
    read, hand, report = fixes(here)
    assert read.text == "Read the whole message: the actual error is usually after its last colon."
    assert (lines(read), read.who) == ([f"kubectl describe pod {POD} -n shop"], Who.YOU)
    assert lines(hand) == [f"sudo crictl pull {IMAGE}"]
    assert report.text == (
        "Report the message, so that the next release can read it: this prints what goes into this project's \"Wrong "
        'diagnosis" form, with stand-ins for your names.'
    )
    assert lines(report) == [f"kubectl imagepull report pod/{POD} -n shop"]


def test_an_image_that_is_none_is_not_pulled_by_hand() -> None:
    here = context(fails("", "registry.corp.example/A b", head="the moon is full{error}"), nodes=[node()])
    assert not any("crictl" in line for fix in fixes(here) for line in lines(fix))

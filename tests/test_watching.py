from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from clusters import IMAGE, NOT_FOUND, cluster, pod, waiting

from kubectl_imagepull.cluster.snapshot import Skipped
from kubectl_imagepull.diagnosis import Report
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.watched import Shown, clock
from kubectl_imagepull.run import report_on
from kubectl_imagepull.watching import Board, Kind, Moment

OTHER = "registry.example.com/team/other:2"


def report(*pods: tuple[str, str], minutes: int = 0) -> Report:
    """A report on pods by name and image, some minutes later."""
    found = [
        pod(name, {"app": waiting("ErrImagePull", NOT_FOUND.replace(IMAGE, image))}, image=image, uid=f"u-{name}")
        for name, image in pods
    ]
    made = report_on(cluster(found), 0.0)
    return replace(made, seconds=0.0, now=made.now + timedelta(minutes=minutes))


ONE, TWO = report(("a", IMAGE)), report(("a", IMAGE), ("b", IMAGE))
NONE = report()


def kinds(moment: Moment) -> list[tuple[Kind, int, int]]:
    return [(one.kind, one.before, one.after) for one in moment.changes]


def test_tells_how_root_causes_change() -> None:
    board = Board()
    assert kinds(board.update(ONE)) == [(Kind.APPEARED, 0, 1)]
    assert kinds(board.update(ONE)) == []
    assert kinds(board.update(TWO)) == [(Kind.GREW, 1, 2)]
    assert kinds(board.update(ONE)) == [(Kind.SHRANK, 2, 1)]
    assert kinds(board.update(NONE)) == [(Kind.RESOLVED, 1, 0)]
    assert kinds(board.update(ONE)) == [(Kind.APPEARED, 0, 1)]


def test_remembers_what_was_resolved_for_a_while() -> None:
    board = Board()
    board.update(report(("a", IMAGE), ("b", IMAGE), ("c", OTHER)))
    board.update(report(("c", OTHER), minutes=1))
    resolved = board.update(report(minutes=2)).resolved
    assert resolved
    assert [(root.key, root.failures) for root in resolved.root_causes] == [(IMAGE, (0, 1)), (OTHER, (2,))]
    assert [one.failure.pod for one in resolved.diagnoses] == ["a", "b", "c"]
    later = board.update(report(minutes=12)).resolved
    assert later
    assert [root.key for root in later.root_causes] == [OTHER]
    assert board.update(report(minutes=13)).resolved is None


def test_what_fails_again_is_no_longer_resolved() -> None:
    board = Board()
    board.update(ONE)
    board.update(NONE)
    assert board.update(ONE).resolved is None


def shown(output: Output, *reports: Report, redraw: bool = False, faults: tuple[str, ...] = ()) -> list[str]:
    board, shows = Board(), Shown(output, redraw=redraw)
    return [shows.text(board.update(one, faults), width=200 if redraw else None, color=redraw) for one in reports]


def test_a_pipe_gets_the_table_and_then_a_line_for_each_change() -> None:
    first, *lines = shown(Output.TABLE, ONE, ONE, TWO, NONE, report(("\x1bx", OTHER)))
    time = clock(ONE.now)
    assert first.startswith("CAUSE        AFFECTS")
    assert lines == [
        "",
        f"{time} grew      TagNotFound {IMAGE}: 1 -> 2 pods, shop/pod/a, shop/pod/b",
        f"{time} resolved  TagNotFound {IMAGE}",
        f"{time} appeared  TagNotFound {OTHER}: 1 pod, shop/pod/\\x1bx; Name an existing tag: 2 isn't there",
    ]


def test_a_terminal_gets_the_table_anew_with_what_is_resolved_struck_out() -> None:
    text = shown(Output.TABLE, ONE, NONE, redraw=True, faults=("the watch of pods ended (boom)",))[1]
    assert text.splitlines() == [
        "CAUSE        AFFECTS                              PODS  WORKLOADS   SINCE  FIX",
        f"\x1b[9mTagNotFound  {IMAGE}  1     shop/pod/a  60m    resolved\x1b[0m",
        "",
        "There are no pods to look at (all namespaces, recording test, under 0.1 s).",
        "",
        "the watch of pods ended (boom); trying again",
        f"Watching; as of {clock(NONE.now)}. Ctrl-C ends it.",
    ]


@pytest.mark.parametrize(("output", "start"), [(Output.JSON, "{\n"), (Output.YAML, "---\napiVersion")])
def test_documents_come_only_when_they_say_something_else(output: Output, start: str) -> None:
    texts = shown(output, ONE, report(("a", IMAGE), minutes=3), TWO)
    assert [text.startswith(start) for text in texts] == [True, False, True]
    assert texts[1] == ""


def test_notes_are_said_once_and_faults_when_they_change() -> None:
    board, shows = Board(), Shown(Output.TABLE, redraw=False)
    said = []
    for faults in ((), ("lost",), ("lost",), (), ("lost",)):
        moment = board.update(ONE, faults)
        said.append(list(shows.notes(moment)))
        shows.text(moment, width=None, color=False)
    assert said == [[], ["note: lost; trying again"], [], [], ["note: lost; trying again"]]


@pytest.mark.parametrize(
    ("output", "why"), [(Output.TABLE, "short"), (Output.WIDE, "in full"), (Output.JSON, "in full")]
)
def test_a_table_has_the_short_notes(output: Output, why: str) -> None:
    noted = replace(ONE, skipped=(Skipped("x", "in full", partly=False, short="short"),))
    assert list(Shown(output, redraw=False).notes(Board().update(noted))) == [f"note: x: {why}"]
    redrawn = Shown(output, redraw=True)
    lines = redrawn.text(Board().update(noted), width=None, color=False).splitlines()
    assert (f"note: x: {why}" in lines) is redrawn.redraws

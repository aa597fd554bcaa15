from __future__ import annotations

from dataclasses import replace

import pytest
from clusters import IMAGE
from runs.watches import HEALTHY, NONE, ONE, OTHER, TWO, report

from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.kube.reading.watch_health import WatchHealth
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.watched import WatchDisplay, local_time
from kubectl_imagepull.runs.root_cause_tracker import RootCauseTracker


def test_what_is_gone_is_told() -> None:
    tracker = RootCauseTracker(lambda *_: True)
    shows = WatchDisplay(Output.TABLE, redraw=False)
    texts = [
        shows.text(tracker.update(one), width=None, color=False)
        for one in (report(("a", IMAGE), ("b", IMAGE), ("c", OTHER)), report(("c", OTHER)), NONE)
    ]
    assert texts[1:] == [
        f"2026-11-23T12:00:00Z gone      TagNotFound {IMAGE}: shop/pod/a, shop/pod/b; its pods were deleted",
        f"2026-11-23T12:00:00Z gone      TagNotFound {OTHER}: shop/pod/c; its pod was deleted",
    ]
    assert [root.short_fix for root in tracker.update(NONE).shown.root_causes] == ["gone: its pods were deleted"] * 2


def shown(output: Output, *reports: Report) -> list[str]:
    tracker, shows = RootCauseTracker(), WatchDisplay(output, redraw=False)
    return [shows.text(tracker.update(one), width=None, color=False) for one in reports]


def test_a_pipe_gets_the_table_and_then_a_line_for_each_change() -> None:
    first, *lines = shown(Output.TABLE, ONE, ONE, TWO, NONE, report(("\x1bx", OTHER), minutes=61))
    assert first.startswith("CAUSE        AFFECTS")
    assert lines == [
        "",
        f"2026-11-23T12:00:00Z grew      TagNotFound {IMAGE}: 1 -> 2 pods, shop/pod/a, shop/pod/b",
        f"2026-11-23T12:00:00Z resolved  TagNotFound {IMAGE}: shop/pod/a, shop/pod/b",
        f"2026-11-23T13:01:00Z appeared  TagNotFound {OTHER}: 1 pod, shop/pod/\\x1bx; Use an existing tag: 2 isn't there",
    ]


def screen(
    *reports: Report, height: int = 30, width: int = 200, health: WatchHealth = HEALTHY, color: bool = False
) -> tuple[list[str], list[str]]:
    """What the terminal shows after these reports, and what is left when the watch has ended."""
    tracker, shows = RootCauseTracker(), WatchDisplay(Output.TABLE, redraw=True)
    text = ""
    for one in reports:
        text = shows.screen(tracker.update(one, health), width=width, height=height, color=color)
    return text.split("\n"), shows.whole(width=width, color=color).split("\n")


def test_a_terminal_gets_the_table_anew_with_what_is_resolved_struck_out() -> None:
    health = WatchHealth(broken=("the watch of pods ended (boom)",), not_allowed=("not allowed to watch events",))
    lines, whole = screen(ONE, NONE, health=health, color=True)
    assert lines == [
        "CAUSE        AFFECTS                              PODS  WORKLOADS   SINCE  FIX",
        f"\x1b[9mTagNotFound  {IMAGE}  1     shop/pod/a  60m    resolved\x1b[0m",
        "",
        "There are no pods to look at (all namespaces, recording test, under 0.1 s).",
        "",
        "the watch of pods ended (boom); trying again",
        "not allowed to watch events",
        f"Watching; as of {local_time(NONE.now)}. Ctrl-C ends it.",
    ]
    assert whole == lines[:4]


MANY = report(*((f"p{number}", f"registry.example.com/team/app:{number}") for number in range(9)))
MORE = report(*((f"p{number}", f"registry.example.com/team/app:{number}") for number in range(10)))


def test_a_small_terminal_shows_what_has_changed_and_says_what_it_has_no_room_for() -> None:
    lines, whole = screen(MANY, MORE, height=5)
    assert [line.split()[1] for line in lines] == [
        "AFFECTS",
        "registry.example.com/team/app:9",
        "registry.example.com/team/app:0",
        "of",
        "as",
    ]
    assert lines[-1] == (
        f"Watching; as of {local_time(MORE.now)}. No room for 8 root causes: Ctrl-C ends it and prints all."
    )
    assert len(whole) == 13
    assert whole[-1].startswith("10 of 10 pods can't pull an image, for 10 root causes")


@pytest.mark.parametrize("height", range(1, 16))
@pytest.mark.parametrize("width", [30, 80, 200])
def test_the_last_line_is_there_whatever_the_size(height: int, width: int) -> None:
    noted = replace(MORE, skipped=(Skipped("secrets", "may not be read"),))
    lines, _ = screen(MANY, noted, height=height, width=width)
    assert len(lines) <= height
    assert " ".join(lines).endswith(("Ctrl-C ends it.", "prints all."))


def test_notes_have_to_go_before_root_causes_do() -> None:
    noted = replace(ONE, skipped=(Skipped("secrets", "may not be read"),))
    lines, whole = screen(noted, height=5)
    assert lines[-1].endswith("No room for 1 note: Ctrl-C ends it and prints all.")
    assert f"{IMAGE}" in lines[1]
    assert whole[-1] == "note: secrets: may not be read"


def test_the_headers_go_where_they_are_not_wanted() -> None:
    shows = WatchDisplay(Output.TABLE, redraw=True, no_headers=True)
    assert shows.screen(RootCauseTracker().update(ONE), width=200, height=9, color=False).startswith("TagNotFound")
    assert shows.whole(width=200, color=False).count("\n") == 0
    assert WatchDisplay(Output.TABLE, redraw=True).whole(width=200, color=False) == ""


@pytest.mark.parametrize(("output", "start"), [(Output.JSON, "{\n"), (Output.YAML, "---\napiVersion")])
def test_documents_come_only_when_they_say_something_else(output: Output, start: str) -> None:
    texts = shown(output, ONE, report(("a", IMAGE), minutes=3), TWO)
    assert [text.startswith(start) for text in texts] == [True, False, True]
    assert texts[1] == ""


def test_notes_are_said_once_and_faults_when_they_change() -> None:
    tracker, shows = RootCauseTracker(), WatchDisplay(Output.TABLE, redraw=False)
    said = []
    lost = WatchHealth(broken=("lost",))
    for health in (HEALTHY, lost, lost, HEALTHY, lost, WatchHealth(not_allowed=("no",))):
        update = tracker.update(ONE, health)
        said.append(list(shows.notes(update)))
        shows.text(update, width=None, color=False)
    assert said == [[], ["note: lost; trying again"], [], [], ["note: lost; trying again"], ["note: no"]]


@pytest.mark.parametrize(
    ("output", "why"), [(Output.TABLE, "short"), (Output.WIDE, "in full"), (Output.JSON, "in full")]
)
def test_a_table_has_the_short_notes(output: Output, why: str) -> None:
    noted = replace(ONE, skipped=(Skipped("x", "in full", partly=False, short="short"),))
    assert list(WatchDisplay(output, redraw=False).notes(RootCauseTracker().update(noted))) == [f"note: x: {why}"]
    redrawn = WatchDisplay(output, redraw=True)
    if redrawn.redraws:
        lines = redrawn.screen(RootCauseTracker().update(noted), width=None, height=100, color=False).splitlines()
        assert f"note: x: {why}" in lines

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from clusters import IMAGE, NOT_FOUND, at, cluster, pod, running, waiting

from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.reading.watch import Health, Left
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.watched import Shown, clock
from kubectl_imagepull.runs.run import report_on
from kubectl_imagepull.runs.watching import Board, Kind, Moment, is_gone

HEALTHY = Health()
THIRD = "registry.example.com/team/third:3"
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


def rows(moment: Moment) -> list[str]:
    """Which image each row is about, with what has ended in brackets."""
    names = {IMAGE: "app", OTHER: "other", THIRD: "third"}
    keys = [names[root.key] for root in moment.shown.root_causes]
    return [f"({key})" if at in moment.ended else key for at, key in enumerate(keys)]


def test_what_has_changed_stands_first_for_a_while() -> None:
    board = Board()
    board.update(report(("a", IMAGE), ("b", IMAGE), ("c", OTHER)))
    assert rows(board.update(report(("a", IMAGE), ("b", IMAGE), ("c", OTHER), ("d", OTHER), minutes=1))) == [
        "other",
        "app",
    ]
    new = board.update(report(("a", IMAGE), ("b", IMAGE), ("c", THIRD), minutes=2))
    assert rows(new) == ["third", "(other)", "app"]
    assert [new.shown.diagnoses[at].failure.pod for at in new.shown.root_causes[1].failures] == ["c", "d"]
    assert new.shown.root_causes[1].short_fix == "resolved"
    assert rows(board.update(report(("a", IMAGE), ("c", THIRD), minutes=3))) == ["third", "app", "(other)"]
    assert rows(board.update(report(("a", IMAGE), ("c", THIRD), ("e", THIRD), minutes=12))) == [
        "third",
        "app",
        "(other)",
    ]
    later = board.update(report(("a", IMAGE), ("c", THIRD), ("e", THIRD), minutes=13))
    assert rows(later) == ["third", "app"]
    assert rows(board.update(report(("a", IMAGE), ("b", IMAGE), ("x", IMAGE), ("c", THIRD), minutes=90))) == [
        "app",
        "third",
    ]


def test_what_was_there_at_the_beginning_keeps_the_order_of_a_scan() -> None:
    assert rows(Board().update(report(("c", OTHER), ("a", IMAGE), ("b", IMAGE)))) == ["app", "other"]


def test_what_fails_again_has_not_ended() -> None:
    board = Board()
    board.update(ONE)
    assert rows(board.update(NONE)) == ["(app)"]
    assert rows(board.update(ONE)) == ["app"]


# --- gone, or resolved


def made(name: str, status: JsonObject, phase: str = "Pending", **metadata: Any) -> JsonObject:
    """A pod of the Deployment web."""
    owner = {"kind": "ReplicaSet", "name": "web-a", "controller": True}
    about = {"ownerReferences": [owner], "labels": {"pod-template-hash": "a"}, **metadata}
    return pod(name, {"app": status}, phase=phase, uid=f"u-{name}", metadata=about)


@pytest.mark.parametrize(
    ("deleted", "now", "working", "gone"),
    [
        ({"u-a", "u-b"}, [], [], True),
        ({"u-a"}, [], [], False),
        (set(), [], [], False),
        ({"u-a", "u-b"}, [made("c", waiting("ContainerCreating"))], [], True),
        ({"u-a", "u-b"}, [made("c", running(), "Running")], [], False),
        ({"u-a", "u-b"}, [], [made("c", running(), "Running")], False),
        ({"u-a", "u-b"}, [made("c", running(), "Running", deletionTimestamp=at(59))], [], True),
        ({"u-a", "u-b"}, [pod("other", {"app": running()}, phase="Running")], [], True),
    ],
)
def test_a_root_cause_whose_pods_were_deleted_is_gone_unless_something_works_instead(
    deleted: set[str], now: list[JsonObject], working: list[JsonObject], *, gone: bool
) -> None:
    failing = [made(name, waiting("ErrImagePull", NOT_FOUND)) for name in ("a", "b")]
    last = report_on(cluster(failing), 0.0)
    left = Left(frozenset(deleted), tuple(working))
    assert is_gone(last.root_causes[0], last, cluster(now), left) is gone


def test_what_is_gone_is_told() -> None:
    board = Board(lambda *_: True)
    shows = Shown(Output.TABLE, redraw=False)
    texts = [
        shows.text(board.update(one), width=None, color=False)
        for one in (report(("a", IMAGE), ("b", IMAGE), ("c", OTHER)), report(("c", OTHER)), NONE)
    ]
    assert texts[1:] == [
        f"2026-11-23T12:00:00Z gone      TagNotFound {IMAGE}: its pods were deleted",
        f"2026-11-23T12:00:00Z gone      TagNotFound {OTHER}: its pod was deleted",
    ]
    assert [root.short_fix for root in board.update(NONE).shown.root_causes] == ["gone: its pods were deleted"] * 2


# --- what is shown


def shown(output: Output, *reports: Report) -> list[str]:
    board, shows = Board(), Shown(output, redraw=False)
    return [shows.text(board.update(one), width=None, color=False) for one in reports]


def test_a_pipe_gets_the_table_and_then_a_line_for_each_change() -> None:
    first, *lines = shown(Output.TABLE, ONE, ONE, TWO, NONE, report(("\x1bx", OTHER), minutes=61))
    assert first.startswith("CAUSE        AFFECTS")
    assert lines == [
        "",
        f"2026-11-23T12:00:00Z grew      TagNotFound {IMAGE}: 1 -> 2 pods, shop/pod/a, shop/pod/b",
        f"2026-11-23T12:00:00Z resolved  TagNotFound {IMAGE}",
        f"2026-11-23T13:01:00Z appeared  TagNotFound {OTHER}: 1 pod, shop/pod/\\x1bx; Name an existing tag: 2 isn't there",
    ]


def screen(
    *reports: Report, height: int = 30, width: int = 200, health: Health = HEALTHY, color: bool = False
) -> tuple[list[str], list[str]]:
    """What the terminal shows after these reports, and what is left when the watch has ended."""
    board, shows = Board(), Shown(Output.TABLE, redraw=True)
    text = ""
    for one in reports:
        text = shows.screen(board.update(one, health), width=width, height=height, color=color)
    return text.split("\n"), shows.whole(width=width, color=color).split("\n")


def test_a_terminal_gets_the_table_anew_with_what_is_resolved_struck_out() -> None:
    health = Health(broken=("the watch of pods ended (boom)",), not_allowed=("not allowed to watch events",))
    lines, whole = screen(ONE, NONE, health=health, color=True)
    assert lines == [
        "CAUSE        AFFECTS                              PODS  WORKLOADS   SINCE  FIX",
        f"\x1b[9mTagNotFound  {IMAGE}  1     shop/pod/a  60m    resolved\x1b[0m",
        "",
        "There are no pods to look at (all namespaces, recording test, under 0.1 s).",
        "",
        "the watch of pods ended (boom); trying again",
        "not allowed to watch events",
        f"Watching; as of {clock(NONE.now)}. Ctrl-C ends it.",
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
        f"Watching; as of {clock(MORE.now)}. No room for 8 root causes: Ctrl-C ends it and prints all."
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
    shows = Shown(Output.TABLE, redraw=True, no_headers=True)
    assert shows.screen(Board().update(ONE), width=200, height=9, color=False).startswith("TagNotFound")
    assert shows.whole(width=200, color=False).count("\n") == 0
    assert Shown(Output.TABLE, redraw=True).whole(width=200, color=False) == ""


@pytest.mark.parametrize(("output", "start"), [(Output.JSON, "{\n"), (Output.YAML, "---\napiVersion")])
def test_documents_come_only_when_they_say_something_else(output: Output, start: str) -> None:
    texts = shown(output, ONE, report(("a", IMAGE), minutes=3), TWO)
    assert [text.startswith(start) for text in texts] == [True, False, True]
    assert texts[1] == ""


def test_notes_are_said_once_and_faults_when_they_change() -> None:
    board, shows = Board(), Shown(Output.TABLE, redraw=False)
    said = []
    lost = Health(broken=("lost",))
    for health in (HEALTHY, lost, lost, HEALTHY, lost, Health(not_allowed=("no",))):
        moment = board.update(ONE, health)
        said.append(list(shows.notes(moment)))
        shows.text(moment, width=None, color=False)
    assert said == [[], ["note: lost; trying again"], [], [], ["note: lost; trying again"], ["note: no"]]


@pytest.mark.parametrize(
    ("output", "why"), [(Output.TABLE, "short"), (Output.WIDE, "in full"), (Output.JSON, "in full")]
)
def test_a_table_has_the_short_notes(output: Output, why: str) -> None:
    noted = replace(ONE, skipped=(Skipped("x", "in full", partly=False, short="short"),))
    assert list(Shown(output, redraw=False).notes(Board().update(noted))) == [f"note: x: {why}"]
    redrawn = Shown(output, redraw=True)
    if redrawn.redraws:
        lines = redrawn.screen(Board().update(noted), width=None, height=100, color=False).splitlines()
        assert f"note: x: {why}" in lines

from __future__ import annotations

from clusters import IMAGE
from runs.watches import NONE, ONE, OTHER, THIRD, TWO, report

from kubectl_imagepull.diagnosis.watch_update import ChangeKind, WatchUpdate
from kubectl_imagepull.runs.root_cause_tracker import RootCauseTracker


def kinds(update: WatchUpdate) -> list[tuple[ChangeKind, int, int]]:
    return [(one.kind, one.before, one.after) for one in update.changes]


def test_tells_how_root_causes_change() -> None:
    tracker = RootCauseTracker()
    assert kinds(tracker.update(ONE)) == [(ChangeKind.APPEARED, 0, 1)]
    assert kinds(tracker.update(ONE)) == []
    assert kinds(tracker.update(TWO)) == [(ChangeKind.GREW, 1, 2)]
    assert kinds(tracker.update(ONE)) == [(ChangeKind.SHRANK, 2, 1)]
    assert kinds(tracker.update(NONE)) == [(ChangeKind.RESOLVED, 1, 0)]
    assert kinds(tracker.update(ONE)) == [(ChangeKind.APPEARED, 0, 1)]


def rows(update: WatchUpdate) -> list[str]:
    """Which image each row is about, with what has ended in brackets."""
    names = {IMAGE: "app", OTHER: "other", THIRD: "third"}
    keys = [names[root.key] for root in update.shown.root_causes]
    return [f"({key})" if at in update.ended else key for at, key in enumerate(keys)]


def test_what_has_changed_stands_first_for_a_while() -> None:
    tracker = RootCauseTracker()
    tracker.update(report(("a", IMAGE), ("b", IMAGE), ("c", OTHER)))
    assert rows(tracker.update(report(("a", IMAGE), ("b", IMAGE), ("c", OTHER), ("d", OTHER), minutes=1))) == [
        "other",
        "app",
    ]
    new = tracker.update(report(("a", IMAGE), ("b", IMAGE), ("c", THIRD), minutes=2))
    assert rows(new) == ["third", "(other)", "app"]
    assert [new.shown.diagnoses[at].failure.pod for at in new.shown.root_causes[1].failures] == ["c", "d"]
    assert new.shown.root_causes[1].short_fix == "resolved"
    assert rows(tracker.update(report(("a", IMAGE), ("c", THIRD), minutes=3))) == ["third", "app", "(other)"]
    assert rows(tracker.update(report(("a", IMAGE), ("c", THIRD), ("e", THIRD), minutes=12))) == [
        "third",
        "app",
        "(other)",
    ]
    later = tracker.update(report(("a", IMAGE), ("c", THIRD), ("e", THIRD), minutes=13))
    assert rows(later) == ["third", "app"]
    assert rows(tracker.update(report(("a", IMAGE), ("b", IMAGE), ("x", IMAGE), ("c", THIRD), minutes=90))) == [
        "app",
        "third",
    ]


def test_what_was_there_at_the_beginning_keeps_the_order_of_a_scan() -> None:
    assert rows(RootCauseTracker().update(report(("c", OTHER), ("a", IMAGE), ("b", IMAGE)))) == ["app", "other"]


def test_what_fails_again_has_not_ended() -> None:
    tracker = RootCauseTracker()
    tracker.update(ONE)
    assert rows(tracker.update(NONE)) == ["(app)"]
    assert rows(tracker.update(ONE)) == ["app"]

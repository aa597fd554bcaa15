"""The fixes of each kind of workload, tried: pasted as they stand, they let its pods run, and can be taken back.

The API server and the controllers are real; what kubelets and the scheduler do to pods is played (e2e.kubelet).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from typing import NamedTuple

import pytest
from e2e.live import LiveCluster
from e2e.repairs import FIRST, NONE, TWICE, Repair, repairs
from e2e.situations import OWNERS, SITUATIONS

Trial = tuple[str, str]
#: Situations with their owners; only those that keep revisions can have had an earlier one that ran.
TRIALS: list[Trial] = [
    (situation, owner)
    for situation, what in SITUATIONS.items()
    for owner, how in OWNERS.items()
    if how.failing_after_change or not what.earlier
]


class Expected(NamedTuple):
    """What a trial takes where the first fix isn't enough, or doesn't go through."""

    by: str
    why: str
    refused: tuple[str, ...] = ()


_ONE_POD = "the commands delete one pod, whose name they hold, and the workload keeps another one that fails"
_KEEP_PODS = ("DaemonSet OnDelete", "ReplicaSet", "ReplicationController")
_EXISTS = 'error: failed to create secret secrets "regcred-private-corp-example" already exists'
MORE_THAN_FIRST: dict[Trial, Expected] = {
    **{("missing tag", owner): Expected(TWICE, _ONE_POD) for owner in _KEEP_PODS},
    **{("scheme in the reference", owner): Expected(TWICE, _ONE_POD) for owner in _KEEP_PODS},
    **{("no credentials", owner): Expected(TWICE, _ONE_POD, (_EXISTS,)) for owner in _KEEP_PODS},
    **{("secret not named", owner): Expected(TWICE, _ONE_POD, (_EXISTS,)) for owner in _KEEP_PODS},
    ("missing tag, an earlier one ran", "DaemonSet OnDelete"): Expected(TWICE, _ONE_POD),
    # a ReplicaSet's other pod stands on the same node, and finds the image there by then
    ("pull policy Never", "DaemonSet OnDelete"): Expected(TWICE, _ONE_POD),
}


@pytest.fixture(scope="module")
def repaired(
    request: pytest.FixtureRequest, live: LiveCluster, figures: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Trial, Future[Repair]]]:
    """What comes of each trial that this run is for."""
    names = {item.name for item in request.session.items}
    wanted = [trial for trial in TRIALS if any(f"[{trial_id(trial)}]" in name for name in names)]
    with repairs(live, tmp_path_factory.mktemp("home"), wanted) as running:
        yield running
    ended = [one.result() for one in running.values() if not (one.cancelled() or one.exception())]
    figures.append(f"repairs of {len(wanted)} workloads: {_shares(ended)}")


def _shares(ended: list[Repair]) -> str:
    count = len(ended)
    by_first = sum(one.by == FIRST for one in ended)
    by_any = sum(one.by != NONE for one in ended)
    undone = [one for one in ended if one.has_undo]
    well = sum(not one.not_undone for one in undone)
    return f"{by_first}/{count} run after the first fix, {by_any}/{count} after any; {well}/{len(undone)} undone"


def trial_id(trial: Trial) -> str:
    return ", ".join(trial)


@pytest.mark.parametrize("trial", TRIALS, ids=trial_id)
def test_a_fix_lets_the_pods_run(trial: Trial, repaired: dict[Trial, Future[Repair]]) -> None:
    repair = repaired[trial].result()
    expected = MORE_THAN_FIRST.get(trial, Expected(FIRST, ""))
    assert (repair.by, repair.refused, repair.not_undone) == (expected.by, expected.refused, ()), "\n".join(repair.log)

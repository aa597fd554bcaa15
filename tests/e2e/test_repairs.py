"""The first fix for each kind of workload, tried: pasted as it stands, it lets all pods run, and can be taken back.

The API server and the controllers are real; what kubelets and the scheduler do to pods is played (e2e.kubelet).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from e2e.live import LiveCluster
from e2e.repairs import FIRST, NONE, Repair, repairs
from e2e.situations import OWNERS, SITUATIONS

Trial = tuple[str, str]
#: Situations with their owners; only those that keep revisions can have had an earlier one that ran.
TRIALS: list[Trial] = [
    (situation, owner)
    for situation, what in SITUATIONS.items()
    for owner, how in OWNERS.items()
    if how.failing_after_change or not what.earlier
]


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
def test_the_first_fix_lets_all_pods_run(trial: Trial, repaired: dict[Trial, Future[Repair]]) -> None:
    repair = repaired[trial].result()
    assert (repair.by, repair.refused, repair.not_undone) == (FIRST, (), ()), "\n".join(repair.log)

"""Repairs a workload as its user would: asks the program, fills in a fix's placeholders, pastes, and waits for the pods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.live import LiveCluster
from e2e.pasting import is_for_cluster
from e2e.program import Program, parsed
from e2e.situations import LOGIN, OWNERS, SITUATIONS, FailingWorkload
from placeholders import VALUES, filled

FIRST, NONE = "first fix", "no fix"
#: How many workloads are repaired at a time: most of it is waiting.
_AT_A_TIME = 6
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")

Fix = Mapping[str, Any]


@dataclass(frozen=True)
class Repair:
    """What came of a workload after the fixes that the program printed."""

    #: Which fix it took: FIRST, `fix 3` or NONE.
    by: str
    #: What those commands of that fix, and of its way back, said that failed.
    refused: tuple[str, ...] = ()
    #: Whether the fix says how to take it back.
    has_undo: bool = False
    #: What the way back didn't put back.
    not_undone: tuple[str, ...] = ()
    #: All that was pasted, what it printed, and how the pods stood then.
    log: tuple[str, ...] = ()


@contextmanager
def repairs(
    live: LiveCluster, home: Path, trials: Sequence[tuple[str, str]]
) -> Iterator[dict[tuple[str, str], Future[Repair]]]:
    """Begins to repair workloads, each named by a situation and an owner, some at a time."""
    program = Program(live.plane.kubeconfig(name="user"), home, {"REGISTRY_PASSWORD": LOGIN.password})
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        running = {trial: threads.submit(_repair, live, program, *trial) for trial in trials}
        try:
            yield running
        finally:
            threads.shutdown(cancel_futures=True)


def _repair(live: LiveCluster, program: Program, situation: str, owner: str) -> Repair:
    """Repairs a workload by the first fix, or else by any; each fix is tried on a workload of its own."""
    number, count = 0, 1
    log: tuple[str, ...] = ()
    while number < count:
        namespace = _NOT_IN_NAMES.sub("-", f"{situation} {owner} {number}".lower())
        workload = FailingWorkload(live, namespace, OWNERS[owner], SITUATIONS[situation])
        user = _User(program, workload)
        fixes = user.fixes()
        count = len(fixes)
        repair = user.repair(fixes, number)
        workload.remove()
        log += repair.log
        if repair.by != NONE:
            return Repair(repair.by, repair.refused, repair.has_undo, repair.not_undone, log)
        number += 1
    return Repair(NONE, log=log)


class _User:
    """Somebody with a terminal, before one workload."""

    def __init__(self, program: Program, workload: FailingWorkload) -> None:
        self._program, self._workload = program, workload
        self._refused: list[str] = []
        self._log: list[str] = []

    def fixes(self) -> list[Fix]:
        """The fixes of the workload's first failure, in the order in which the program prints them."""
        workload = self._workload
        result = self._program("diagnose", workload.target, "-n", workload.namespace, "-o", "json")
        assert result.returncode == 0, result.stderr
        failures = parsed(result)["failures"]
        fixes: list[Fix] = failures[0]["fixes"] if failures else []
        return fixes

    def repair(self, fixes: Sequence[Fix], number: int) -> Repair:
        """Tries one fix, and takes it back where it says how."""
        fix, before = fixes[number], self._workload.template
        by = self._repaired_by(fix, number)
        not_undone: tuple[str, ...] = ()
        undo = () if by == NONE else fix.get("undo", ())
        if undo:
            self._paste(undo)
            after = self._workload.template
            not_undone = () if after == before else (f"{before} has become {after}",)
        return Repair(by, tuple(self._refused), bool(undo), not_undone, tuple(self._log))

    def _repaired_by(self, fix: Fix, number: int) -> str:
        if not self._runs_after(fix):
            return NONE
        return f"fix {number + 1}" if number else FIRST

    def _runs_after(self, fix: Fix) -> bool:
        """Whether all of the workload's pods come to run after a fix."""
        if not self._is_for_cluster(fix):
            self._log.append(f"nothing for the cluster: {fix['text']} {fix['commands']}")
            return False
        self._paste(fix["commands"])
        self._workload.hasten()
        runs = self._workload.comes_to_run()
        self._log.append(f"{'runs' if runs else 'does not run'}: {self._workload.state}")
        return runs

    def _is_for_cluster(self, fix: Fix) -> bool:
        return fix["where"] == "cluster" and any(map(is_for_cluster, fix["commands"]))

    def _paste(self, commands: Sequence[str]) -> None:
        for printed in filter(is_for_cluster, commands):
            command = filled(printed, {**VALUES, "REPOSITORY": self._workload.repository})
            result = self._program.run("bash", "-c", command)
            self._log.append(f"$ {command}\n{result.stdout}{result.stderr}")
            if result.returncode:
                self._refused.append(result.stderr.strip())
